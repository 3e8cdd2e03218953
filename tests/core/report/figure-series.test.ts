import { assert, describe, it } from "vitest"
import { seriesOf } from "../../../core/report/figure-series.ts"

const values = [
  { x: 0, y: 1, kind: "a", panel: "left" },
  { x: 2, y: -1, kind: "a", panel: "left" },
  { x: 1, y: 5, kind: "b", panel: "left" },
  { x: 1, y: null, kind: "b", panel: "right" }
]
const encoding = {
  x: { field: "x", type: "quantitative", title: "angle" },
  y: { field: "y", type: "quantitative" },
  color: { field: "kind", type: "nominal", title: "width" }
}

describe("seriesOf", () => {
  it("gives each line of a legend a row, with the extent of its points", () => {
    assert.deepStrictEqual(seriesOf({ data: { values }, mark: "line", encoding }), [
      {
        title: undefined,
        groups: ["width"],
        measures: ["angle", "y"],
        rows: [
          {
            labels: ["a"],
            count: 2,
            extents: [
              [0, 2],
              [-1, 1]
            ]
          },
          {
            labels: ["b"],
            count: 2,
            extents: [
              [1, 1],
              [5, 5]
            ]
          }
        ],
        leftOut: 0
      }
    ])
  })

  it("tells panels apart, and says once what layers draw twice", () => {
    const layer = [{ mark: "line" }, { mark: "point" }]
    const facet = { column: { field: "panel", type: "nominal", title: null } }
    const [table, ...others] = seriesOf({ data: { values }, facet, spec: { encoding, layer } })
    assert.deepStrictEqual(others, [])
    assert.deepStrictEqual(table?.groups, ["panel", "width"])
    assert.deepStrictEqual(table?.rows.at(-1), { labels: ["right", "b"], count: 1, extents: [[1, 1], undefined] })
  })

  it("gives each part of a row of pictures its own table, by its title", () => {
    const part = (title: string) => ({ title: { text: title }, data: { values }, mark: "line", encoding })
    assert.deepStrictEqual(
      seriesOf({ title: "all", hconcat: [part("one"), part("two")] }).map(({ title }) => title),
      ["one", "two"]
    )
  })

  it("has a bar in each row of a bar chart, and ends where nobody would read on", () => {
    const bars = Array.from({ length: 100 }, (_, index) => ({ name: `n${index}`, size: index }))
    const axes = { x: { field: "name", type: "nominal" }, y: { field: "size", type: "quantitative" } }
    const [table] = seriesOf({ data: { values: bars }, mark: "bar", encoding: axes })
    assert.strictEqual(table?.rows.length, 40)
    assert.strictEqual(table?.leftOut, 60)
    assert.deepStrictEqual(table?.rows[3], { labels: ["n3"], count: 1, extents: [[3, 3]] })
  })

  it("has nothing to say where the data are not there, are made by transforms, or the specification is none", () => {
    const deep = (depth: number): object => (depth === 0 ? { mark: "line" } : { layer: [deep(depth - 1)] })
    for (const spec of [{}, { mark: "line" }, { data: { values: 3 }, mark: "line", encoding }, deep(40)]) {
      assert.deepStrictEqual(seriesOf(spec as never), [])
    }
    const made = { ...encoding, x: { field: "made", type: "quantitative" } }
    assert.deepStrictEqual(seriesOf({ data: { values }, mark: "line", encoding: made })[0]?.measures, ["y"])
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { overlayFigures } from "../../../core/figure/overlay-figures.ts"
import { renderSvg } from "../../../core/figure/render-svg.ts"
import type { Figure, Json } from "../../../core/stage/ArtifactKind.ts"

type Spec = Figure["spec"]

const XY = { x: { field: "t", type: "quantitative" }, y: { field: "loss", type: "quantitative" } }

const curve = (scale: number, rest: Spec = { mark: "line", encoding: XY }): Figure => ({
  spec: {
    title: `scale ${scale}`,
    data: { values: [0, 1, 2].map((t) => ({ t, loss: scale * t, set: "train" })) },
    ...rest
  }
})

const both = (rest?: Spec) =>
  overlayFigures([
    { label: "A", figure: curve(1, rest) },
    { label: "B = C", figure: curve(2, rest) }
  ])

const rowsOf = (spec: Spec = {}): ReadonlyArray<{ readonly [key: string]: Json }> =>
  (spec["data"] as { readonly values: ReadonlyArray<{ readonly [key: string]: Json }> }).values

describe("overlayFigures", () => {
  it.effect("draws the curves of runs over each other, a colour for each", () =>
    Effect.gen(function* () {
      const common = both()
      assert.strictEqual(common?.form, "overlaid")
      assert.deepStrictEqual(
        rowsOf(common?.figure.spec).map(({ run }) => run),
        ["A", "A", "A", "B = C", "B = C", "B = C"]
      )
      assert.isUndefined(common?.figure.spec["title"])
      const svg = yield* renderSvg(common?.figure ?? curve(1))
      for (const label of ["A", "B = C"]) assert.include(svg, `>${label}<`)
      assert.strictEqual(svg.match(/aria-roledescription="line mark"/gu)?.length, 2)
    })
  )

  it("overlays layers, and does so for more runs than there are colours to name", () => {
    const layers = {
      encoding: XY,
      layer: [{ mark: "line" }, { mark: { type: "point" }, transform: [{ filter: "datum.t > 0" }] }]
    }
    assert.strictEqual(both(layers)?.form, "overlaid")
    const many = Array.from({ length: 20 }, (_, index) => ({ label: `#${index}`, figure: curve(index) }))
    const spec = JSON.stringify(overlayFigures(many)?.figure)
    assert.include(spec, '"scheme":"viridis"')
  })

  it.each<readonly [string, Spec]>([
    ["colours mean something already", { mark: "line", encoding: { ...XY, color: { field: "set", type: "nominal" } } }],
    ["marks would cover each other", { mark: "bar", encoding: XY }],
    ["a mark has a colour of its own", { mark: { type: "line", color: "red" }, encoding: XY }],
    ["rows are computed together", { mark: "line", encoding: XY, transform: [{ window: [{ op: "rank", as: "r" }] }] }]
  ])("gives each run a panel where %s", (_, spec) => {
    const common = both(spec)
    assert.strictEqual(common?.form, "panels")
    assert.deepInclude(common?.figure.spec["facet"] as object, { field: "run", sort: ["A", "B = C"] })
  })

  it.effect("adds rows to a figure that has columns", () =>
    Effect.gen(function* () {
      const common = both({
        facet: { column: { field: "set", type: "nominal" } },
        spec: { mark: "line", encoding: XY }
      })
      assert.deepStrictEqual(Object.keys(common?.figure.spec["facet"] as object), ["column", "row"])
      assert.include(yield* renderSvg(common?.figure ?? curve(1)), ">B = C<")
    })
  )

  it.each<readonly [string, ReadonlyArray<Figure>]>([
    ["say different things", [curve(1), curve(2, { mark: "point", encoding: XY })]],
    ["have no rows at their top", [{ spec: { mark: "line", encoding: XY } }, { spec: { mark: "line", encoding: XY } }]],
    ["hold views of their own", [1, 2].map((scale) => curve(scale, { hconcat: [{ mark: "line", encoding: XY }] }))]
  ])("leaves apart figures that %s", (_, figures) => {
    assert.isUndefined(overlayFigures(figures.map((figure, index) => ({ label: String(index), figure }))))
  })

  it("chooses a field that no row has", () => {
    const figure = { spec: { mark: "line", encoding: XY, data: { values: [{ t: 0, loss: 1, run: 3 }] } } }
    const common = overlayFigures([
      { label: "A", figure },
      { label: "B", figure: curve(1, { mark: "line", encoding: XY }) }
    ])
    assert.deepInclude(rowsOf(common?.figure.spec)[0], { run: 3, run_: "A" })
  })
})

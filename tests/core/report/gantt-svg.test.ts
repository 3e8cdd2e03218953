import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { ganttDrawing, inLanes, ticks } from "../../../core/report/gantt-svg.ts"

const Bars = Schema.Array(
  Schema.Struct({
    from: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
    length: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 }))
  })
)

describe("inLanes", () => {
  it.prop(
    "lets no two bars of a lane overlap, and uses as many lanes as bars overlap at once",
    { bars: Bars },
    ({ bars }) => {
      const spans = bars.map(({ from, length }) => ({ from, to: from + length }))
      const { lanes, count } = inLanes(spans)
      const overlaps = (a: number, b: number) => spans[a]!.from < spans[b]!.to && spans[b]!.from < spans[a]!.to
      for (const a of spans.keys()) {
        for (const b of spans.keys()) if (a < b && lanes[a] === lanes[b] && overlaps(a, b)) return false
      }
      const busiest = Math.max(
        1,
        ...spans.map(({ from }) => spans.filter((bar) => bar.from <= from && from < bar.to).length)
      )
      return count === busiest
    }
  )
})

describe("ticks", () => {
  it.prop(
    "starts at 0, keeps one distance, stays within the time and covers most of it",
    { exponent: Schema.Finite.check(Schema.isBetween({ minimum: -2, maximum: 9 })) },
    ({ exponent }) => {
      const millis = 10 ** exponent
      const marks = ticks(millis)
      const step = marks[1] ?? millis
      return (
        marks[0] === 0 &&
        marks.length <= 9 &&
        marks.every((mark, index) => Math.abs(mark - index * step) <= 1e-9 * millis) &&
        marks.at(-1)! <= millis * (1 + 1e-12) &&
        marks.at(-1)! + step > millis * (1 - 1e-12)
      )
    }
  )

  it("counts minutes as a clock does", () => {
    assert.deepStrictEqual(
      ticks(110_000).map((mark) => mark / 1000),
      [0, 15, 30, 45, 60, 75, 90, 105]
    )
  })

  it("marks only the start of no time at all", () => {
    assert.deepStrictEqual(ticks(0), [0])
    assert.deepStrictEqual(ticks(Number.NaN), [0])
  })
})

describe("ganttDrawing", () => {
  it("draws bars as long as they took", () => {
    const bar = { label: "a", series: 0, isFailed: false, isCritical: false, title: "a" }
    const rows = [
      {
        label: "w",
        bars: [
          { ...bar, from: 0, to: 250 },
          { ...bar, from: 500, to: 1000 }
        ]
      }
    ]
    const { content } = ganttDrawing(rows, 1000, "chart")
    const widths = [...content.text.matchAll(/class="series-0"[^>]* width="(?<width>[\d.]+)"/gu)].map(({ groups }) =>
      Number(groups?.["width"])
    )
    assert.strictEqual(widths.length, 2)
    assert.closeTo(widths[1]! / widths[0]!, 2, 0.02)
  })
})

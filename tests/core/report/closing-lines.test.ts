import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { widthOf } from "../../../core/observe/terminal-style.ts"
import { closingText } from "../../../core/report/closing-line.ts"
import { closingLines, standingLines } from "../../../core/report/closing-lines.ts"
import type { ReportModel } from "../../../core/report/ReportModel.ts"
import { FAILURE, reportOf, SUCCESS } from "./example-report.ts"

const style = { color: false, unicode: true, columns: 79 }

const linesOf = (model: ReportModel, columns = 79) =>
  closingLines(model, "reports/ntk/report.html").map((line) => closingText(line, { ...style, columns }))

describe("closingLines", () => {
  it.effect("name what was missed with its values, what took long, what was saved, and what to look at", () =>
    Effect.gen(function* () {
      const lines = linesOf(yield* reportOf(SUCCESS))
      assert.deepStrictEqual(
        lines.map((line) => line.split(" ", 1)[0]),
        ["missed", "absent", "slowest", "saved", "next"]
      )
      assert.strictEqual(lines[0], "missed   pca.lambda_2 is 0.0012087, expected 0.00108 ± 5 %")
      assert.match(lines[3] ?? "", /^saved {4}\S+, which \d+ cached results once took$/u)
      assert.strictEqual(lines[4], "next     pipeline report --open · pipeline trace · pipeline report --compare")
    })
  )

  it.effect("name what failed, and the command that tells more", () =>
    Effect.gen(function* () {
      const [failed, look, skipped] = linesOf(yield* reportOf(FAILURE))
      assert.match(failed ?? "", /^failed {3}\S+: /u)
      assert.match(look ?? "", /^ {9}pipeline show brave-euler · reports\/ntk\/report\.html#failures$/u)
      assert.match(skipped ?? "", /^skipped {2}\d+ tasks? did not run because of it$/u)
    })
  )

  it.effect("name what was not recorded with why, and say so again when the run is repeated", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const [row] = model.expectations
      const words = "its stage recorded no such metric"
      const absent = row === undefined ? [] : [{ ...row, metric: "e.loss", verdict: "not recorded", words } as const]
      const line = { word: "absent", tone: "bad", parts: [`e.loss is not recorded: ${words}`] } as const
      assert.deepStrictEqual(closingLines({ ...model, expectations: absent }, "report.html")[0], line)
      const again = standingLines({ ...model, expectations: absent })
      assert.deepStrictEqual([again[0], again[1]?.word], [line, "next"])
      assert.deepStrictEqual(standingLines({ ...model, expectations: [] }), [])
    })
  )

  it.effect("are few and narrow, however much there is to say", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(FAILURE)
      const long = "very_".repeat(40)
      const stages = model.stages.map((stage) => ({
        ...stage,
        id: long,
        tasks: Array.from({ length: 30 }, () => stage.tasks.map((task) => ({ ...task, id: `${long}@n=1` }))).flat()
      }))
      const [first] = (yield* reportOf(SUCCESS)).expectations.filter(({ verdict }) => verdict === "missed")
      const expectations =
        first === undefined ? [] : Array.from({ length: 9 }, () => ({ ...first, metric: `${long}.loss` }))
      for (const columns of [30, 79, 200]) {
        const lines = linesOf({ ...model, stages, expectations }, columns)
        assert.isAtMost(lines.length, 7)
        for (const line of lines) assert.isAtMost(widthOf(line), columns)
      }
    })
  )
})

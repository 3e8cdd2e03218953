import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { widthOf } from "../../../core/observe/terminal-style.ts"
import { renderTerminal } from "../../../core/report/terminal-report.ts"
import { FAILURE, reportOf, SUCCESS } from "./example-report.ts"

const ESCAPES = /\p{Cc}\[\d+m/gu

describe("renderTerminal", () => {
  it.effect("writes the card: numbers in columns, misses explained", () =>
    Effect.gen(function* () {
      const lines = renderTerminal(yield* reportOf(SUCCESS), { color: false }).split("\n")
      const start = lines.indexOf("Reproduction card: 5 of 7 met, 1 missed, 1 not recorded")
      assert.isAbove(start, 0)
      const rows = lines.slice(start + 2, start + 6)
      assert.isTrue(rows.every((line) => line.startsWith("  ✓  ")))
      assert.strictEqual(new Set(rows.map((line) => line.search(/reference|paper/u))).size, 1)
      assert.match(
        lines[start + 6] ?? "",
        /^ {2}✗ {2}pca\.lambda_2 +0\.0012087 +0\.00108 ± 5 % +\+0\.000129 \(\+12 %\) +paper/u
      )
      assert.match(lines[start + 7] ?? "", /2\.4 times the tolerance · The batch of digits is not printed/u)
    })
  )

  it.effect("writes a line for each stage", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(FAILURE)
      const text = renderTerminal(model, { color: false })
      for (const { id } of model.stages) assert.match(text, new RegExp(`^  ${id} +\\d`, "mu"))
      assert.match(text, /^ntk-study {2}\S+ {2}failure$/mu)
    })
  )

  it.effect("is as wide as the terminal at most: what matters least goes, then names are cut in the middle", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const stages = model.stages.map((stage) => ({ ...stage, id: `${"very_".repeat(9)}${stage.id}` }))
      for (const columns of [60, 80, 132]) {
        const lines = renderTerminal({ ...model, stages }, { color: false, columns }).split("\n")
        const tables = lines.filter((line) => /^ {2}(?! )/u.test(line))
        assert.isAbove(tables.length, 8)
        for (const line of tables) assert.isBelow(widthOf(line), columns)
      }
      const narrow = renderTerminal({ ...model, stages }, { color: false, columns: 80 })
      assert.match(narrow, /stage +tasks +ran +cached +failed +busy$/mu)
      assert.match(narrow, /^ {2}very_\S*…\S*circle +1/mu)
      assert.match(narrow, /^ {2}✗ {2}pca\.lambda_2 +0\.0012087 +0\.00108 ± 5 % +\+0\.000129 \(\+12 %\)/mu)
    })
  )

  it.effect("writes the same with colours and without", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(FAILURE)
      const colored = renderTerminal(model, { color: true })
      assert.match(colored, ESCAPES)
      assert.strictEqual(colored.replace(ESCAPES, ""), renderTerminal(model, { color: false }))
    })
  )

  it.effect("passes nothing on that would steer the terminal", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const text = renderTerminal({ ...model, name: "a\u001b[2Jb\nc\u0007" }, { color: false })
      assert.match(text, /^ab c {2}/u)
      assert.notMatch(text.replaceAll("\n", ""), /\p{Cc}/u)
    })
  )
})

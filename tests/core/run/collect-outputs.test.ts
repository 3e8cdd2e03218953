import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { collectOutputs, type DeclaredOutput } from "../../../core/run/collect-outputs.ts"
import { Redaction } from "../../../core/run/Redaction.ts"
import { temporaryFolder } from "../store/sample-store.ts"

/** What is collected where a command has left these files, each an output of kind Metrics. */
const collected = (files: { readonly [port: string]: { readonly [metric: string]: number } }) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    for (const [port, metrics] of Object.entries(files)) {
      writeFileSync(join(folder, `${port}.json`), JSON.stringify(metrics))
    }
    const declared = Object.keys(files).map((port) => ({ port, kind: "Metrics", path: `${port}.json` }) as const)
    return yield* collectOutputs(folder, declared, new Redaction({}))
  })

describe("collectOutputs", () => {
  it.effect("takes the numbers of all Metrics outputs for metrics of the task", () =>
    Effect.gen(function* () {
      const { metrics } = yield* collected({ fit: { loss: 0.5, steps: 3 }, test: { accuracy: 0.9 } })
      assert.deepStrictEqual(metrics, { loss: 0.5, steps: 3, accuracy: 0.9 })
    })
  )

  it.effect("refuses two outputs with one metric, even where they agree, and names each", () =>
    Effect.gen(function* () {
      const { tag, message } = yield* Effect.flip(collected({ fit: { loss: 0.5, n: 3 }, test: { n: 3, loss: 0.7 } }))
      assert.strictEqual(tag, "OutputInvalid")
      assert.deepStrictEqual(message.split("\n"), [
        'output "test" (Metrics, test.json): output "fit" has a metric "n" too',
        'output "test" (Metrics, test.json): output "fit" has a metric "loss" too'
      ])
    })
  )

  it.effect.each<readonly [what: string, output: DeclaredOutput, text: string]>([
    ["a number of a Table", { port: "t", kind: "Table", path: "t.csv" }, "n\n1234567890123\n"],
    ["a number of a Tensor", { port: "t", kind: "Tensor", path: "t.csv" }, "1,1234567890123\n"],
    ["a number of a Model", { port: "t", kind: "Model", path: "t.json" }, '{"w": [1234567890123]}'],
    ["a text of a Table", { port: "t", kind: "Table", path: "t.csv" }, "n\nx1234567890123\n"]
  ])("refuses a secret that a command wrote as %s, whatever its stored form", ([, output, text]) =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, output.path), text)
      const { message } = yield* Effect.flip(collectOutputs(folder, [output], new Redaction({ PIN: "1234567890123" })))
      assert.include(message, "it holds the value of the secret PIN")
      yield* collectOutputs(folder, [output], new Redaction({ PIN: "1234567890124" }))
    })
  )

  it.effect("refuses a file with a secret before anything is told of it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "m.json"), `{"loss": "${"x".repeat(30)}secret-of-many-words${"y".repeat(90)}"}`)
      const redaction = new Redaction({ TOKEN: "secret-of-many-words" })
      const declared = [{ port: "m", kind: "Metrics", path: "m.json" }] as const
      const { message } = yield* Effect.flip(collectOutputs(folder, declared, redaction))
      assert.include(message, "it holds the value of the secret TOKEN")
    })
  )
})

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { collectOutputs } from "../../../core/run/collect-outputs.ts"
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
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Model } from "../../../core/stage/ArtifactKind.ts"
import { settingsOf } from "../../../stages/ntk/model-settings.ts"

const modelWith = (metadata: Model["metadata"]): Model => ({ tensors: {}, metadata })

describe("settingsOf", () => {
  it.effect.each([
    [undefined, {}, { beta: 0.1, activation: "relu" }],
    [undefined, { beta: 2 }, { beta: 2, activation: "relu" }],
    [modelWith({}), { activation: "gelu" }, { beta: 0.1, activation: "gelu" }],
    [modelWith({ format: "pt" }), {}, { beta: 0.1, activation: "relu" }],
    [modelWith({ beta: "0.25" }), { activation: "erf" }, { beta: 0.25, activation: "erf" }],
    [modelWith({ beta: "1e-1", activation: "tanh" }), { beta: 0.1 }, { beta: 0.1, activation: "tanh" }],
    [modelWith({ activation: "sin" }), { activation: "sin", beta: 0 }, { beta: 0, activation: "sin" }]
  ] as const)(
    "prefers the model to the paper, and lets the parameter say what it does not: %#",
    ([model, asked, expected]) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* settingsOf(model, asked), expected)
      })
  )

  it.effect.each([
    [{ beta: "0.1" }, { beta: 0.1000001 }, "SettingConflict"],
    [{ activation: "relu" }, { activation: "abs" }, "SettingConflict"],
    [{ beta: "Infinity" }, {}, "SettingUnknown"],
    [{ beta: "0,1" }, {}, "SettingUnknown"],
    [{ activation: "ReLU" }, { activation: "relu" }, "SettingUnknown"]
  ] as const)("refuses what does not agree, or cannot be read: %j, %j", ([metadata, asked, tag]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(settingsOf(modelWith(metadata), asked)))._tag, tag)
    })
  )
})

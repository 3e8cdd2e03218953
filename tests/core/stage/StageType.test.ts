import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { StageError } from "../../../core/stage/StageType.ts"
import * as StageType from "../../../core/stage/StageType.ts"

const definition = {
  name: "test/double",
  summary: "Twice a number",
  determinism: "bitwise",
  params: Schema.Struct({ n: Schema.Int }),
  inputs: {},
  outputs: { value: "Json" },
  run: ({ params: { n } }: { readonly params: { readonly n: number } }) => Effect.succeed({ value: 2 * n })
} as const

describe("StageType.make", () => {
  it.effect("keeps what it is given, so that `run` can be called as it stands", () =>
    Effect.gen(function* () {
      const type = StageType.make(definition)
      for (const [name, value] of Object.entries(definition)) assert.strictEqual(type[name as "name"], value)
      assert.deepStrictEqual(yield* type.run({ params: { n: 21 }, inputs: {} }), { value: 42 })
    })
  )

  it("leaves its argument alone", () => {
    const before = { ...definition }
    StageType.make(definition)
    assert.deepStrictEqual({ ...definition }, before)
    assert.isFalse(StageType.isStageType(definition))
  })

  it("derives the types of inputs and outputs from the ports", () => {
    const type = StageType.make({
      ...definition,
      inputs: { points: "Tensor" },
      outputs: { value: "Metrics" },
      run: ({ inputs: { points } }): Effect.Effect<{ readonly value: { readonly size: number } }, StageError> =>
        Effect.succeed({ value: { size: points.shape.length } })
    })
    // @ts-expect-error a Tensor has a shape, a number has none
    void (() => type.run({ params: { n: 1 }, inputs: { points: 3 } }))
    assert.strictEqual(type.inputs.points, "Tensor")
  })
})

describe("StageType.isStageType", () => {
  it("knows what another copy of the module made", async () => {
    const other = "../../../core/stage/StageType.ts?copy"
    const copy = (await import(/* @vite-ignore */ other)) as typeof StageType
    assert.notStrictEqual(copy.make, StageType.make)
    assert.isTrue(StageType.isStageType(copy.make(definition)))
  })

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a function", () => definition],
    ["a text", "athanor/StageType"],
    ["an object that looks like one", definition]
  ])("does not take %s for a stage type", (_, value) => {
    assert.isFalse(StageType.isStageType(value))
  })
})

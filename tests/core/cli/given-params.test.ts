import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { givenParams } from "../../../core/cli/given-params.ts"
import { StageType } from "../../../core/stage/contract.ts"

const type = StageType.make({
  name: "my/net",
  summary: "",
  determinism: "bitwise",
  params: Schema.Struct({
    net: Schema.Struct({ depth: Schema.Int, layers: Schema.Array(Schema.Int) }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed({ depth: 2, layers: [1, 2] }))
    ),
    needed: Schema.Struct({ a: Schema.Int })
  }),
  inputs: {},
  outputs: {},
  run: () => Effect.succeed({})
})

const given = (set: { readonly [key: string]: string }, json?: string) =>
  Effect.map(givenParams(type, { with: Option.fromUndefinedOr(json), set }), ({ value }) => value)

describe("the parameters of a call", () => {
  it.effect("are set by path in the default of the stage type, or in what --with gives", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* given({ "net.depth": "3" }), { net: { depth: 3, layers: [1, 2] } })
      assert.deepStrictEqual(yield* given({ "net.layers.0": "9", "net.depth": "3" }), {
        net: { depth: 3, layers: [9, 2] }
      })
      const json = '{ "net": { "depth": 5, "layers": [] } }'
      assert.deepStrictEqual(yield* given({ "net.depth": "3" }, json), { net: { depth: 3, layers: [] } })
      assert.deepStrictEqual(yield* given({ net: "{ depth: 1, layers: [1] }", "net.layers.0": "7" }), {
        net: { depth: 1, layers: [7] }
      })
    })
  )

  it.effect("may be put together by parts where nothing holds by itself", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* given({ "needed.a": "1" }), { needed: { a: 1 } })
      // Not as the prototype, from which a parameter that is missing would be read.
      assert.deepStrictEqual(Object.keys(yield* given({ ["__proto__.needed"]: "1" })), ["__proto__"])
    })
  )

  it.effect("are YAML, with expressions, as those of a run", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* given({ "net.layers": "${{ range(3) }}" }), {
        net: { depth: 2, layers: [0, 1, 2] }
      })
    })
  )

  it.effect("have the place of all where nobody named them", () =>
    Effect.gen(function* () {
      const place = (set: { readonly [key: string]: string }, json?: string) =>
        Effect.map(givenParams(type, { with: Option.fromUndefinedOr(json), set }), ({ template }) => template.span.file)
      assert.strictEqual(yield* place({ "net.depth": "3" }), "-S")
      assert.strictEqual(yield* place({ "net.depth": "3" }, "{}"), "--with")
      assert.strictEqual(yield* place({}), "--with")
    })
  )

  it.effect("are refused at their place in what was typed", () =>
    Effect.gen(function* () {
      for (const [set, words] of [
        [{ "net.layers.7": "3" }, '-S net.layers.7:1:12 "7" is no index of a list of 2; (takes: 0 to 1)'],
        [{ "net.depth.x": "3" }, '-S net.depth.x:1:11 "x" is no part of 2'],
        [{ net: "[1" }, "-S net:1:5 this bracket is never closed"]
      ] as const) {
        const refused = yield* Effect.flip(given(set))
        assert.include(refused.message, words)
      }
    })
  )
})

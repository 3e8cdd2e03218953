import { Effect, Schema } from "effect"
import { assert, describe, it } from "vitest"
import { namesBelow } from "../../../core/plan/nested-names.ts"
import { StageType } from "../../../core/stage/contract.ts"

const type = StageType.make({
  name: "my/nested",
  summary: "",
  determinism: "bitwise",
  params: Schema.Struct({
    net: Schema.Struct({
      depth: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(2))),
      layers: Schema.Array(Schema.Struct({ width: Schema.Int }))
    }).pipe(Schema.withDecodingDefaultKey(Effect.succeed({ layers: [] }))),
    either: Schema.Union([Schema.Struct({ a: Schema.Int }), Schema.Struct({ b: Schema.Int }), Schema.Null]),
    any: Schema.Record(Schema.String, Schema.Int),
    seed: Schema.Int
  }),
  inputs: {},
  outputs: {},
  run: () => Effect.succeed({})
})

describe("the names below a parameter", () => {
  it.each<[path: ReadonlyArray<PropertyKey>, names: ReadonlyArray<string> | undefined]>([
    [[], ["net", "either", "any", "seed"]],
    [["net"], ["depth", "layers"]],
    [["net", "layers", 1], ["width"]],
    [["either"], ["a", "b"]],
    // Takes any name, or none.
    [["any"], undefined],
    [["seed"], undefined],
    [["net", "layers"], undefined],
    [["none"], undefined]
  ])("%j", (path, names) => {
    assert.deepStrictEqual(namesBelow(type, path), names)
  })
})

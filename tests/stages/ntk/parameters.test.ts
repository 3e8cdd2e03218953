import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { activationName, beta, depth, seed, width } from "../../../stages/ntk/parameters.ts"

const decode = Schema.decodeUnknownSync(Schema.Struct({ activation: activationName, beta, depth, seed, width }))

describe("the parameters of the family", () => {
  it("are unasked those of the paper's experiments", () => {
    assert.deepStrictEqual(decode({}), { activation: "relu", beta: 0.1, depth: 4, seed: 0, width: 100 })
  })

  it.each([
    { depth: 0 },
    { depth: 65 },
    { depth: 2.5 },
    { width: 0 },
    { width: 20_001 },
    { beta: Number.NaN },
    { beta: "0.1" },
    { seed: 0.5 },
    { activation: "ReLU" }
  ])("do not take %j", (given) => {
    assert.throws(() => decode(given))
  })

  it.each([{ depth: 64 }, { width: 20_000 }, { beta: 0 }, { seed: -3 }, { activation: "leaky-relu" }])(
    "take %j",
    (given) => {
      for (const [name, value] of Object.entries(given)) assert.propertyVal(decode(given), name, value)
    }
  )
})

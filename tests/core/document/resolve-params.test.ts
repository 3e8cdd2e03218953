import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"
import { type ParamChoices, resolveParams } from "../../../core/document/resolve-params.ts"

const document = Result.getOrThrow(
  decode(
    "p.yaml",
    `name: p
params:
  inits: 10
  seeds: \${{ range(params.inits) }}
  train: { rate: 1, steps: 200 }
profiles:
  small: { inits: 2 }
stages:
  a: { uses: x/y }
`
  )
)

const resolve = (choices: Partial<ParamChoices>) =>
  resolveParams(document, { profile: undefined, overrides: [], files: [], ...choices })

const messages = (choices: Partial<ParamChoices>): string => {
  const result = resolve(choices)
  return Result.isFailure(result) ? result.failure.message : "none"
}

describe("resolveParams", () => {
  it("lets an expression use the parameters above it, as they were chosen", () => {
    assert.deepStrictEqual(Result.getOrThrow(resolve({ profile: "small" })).params["seeds"], [0, 1])
  })

  it("lays profile, files and overrides over the defaults, in this order", () => {
    const files = [{ file: "f.yaml", text: "inits: 3\ntrain: { rate: 2, steps: 5 }\n" }]
    const { params } = Result.getOrThrow(
      resolve({ profile: "small", files, overrides: [{ key: "train.steps", text: "7" }] })
    )
    assert.deepStrictEqual(params, { inits: 3, seeds: [0, 1, 2], train: { rate: 2, steps: 7 } })
  })

  it("reads an override as YAML", () => {
    const { params } = Result.getOrThrow(resolve({ overrides: [{ key: "seeds", text: "[4, 5]" }] }))
    assert.deepStrictEqual(params["seeds"], [4, 5])
  })

  it("names what is unknown", () => {
    assert.include(messages({ profile: "smal" }), 'unknown profile "smal"')
    assert.include(messages({ overrides: [{ key: "intis", text: "3" }] }), '-S intis:1:1 unknown parameter "intis"')
    assert.include(messages({ files: [{ file: "f.yaml", text: "x: 1\n" }] }), 'f.yaml:1:1 unknown parameter "x"')
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"
import { renderDiagnostics } from "../../../core/document/render-diagnostics.ts"
import { type ParamChoices, resolveParams } from "../../../core/document/resolve-params.ts"

const document = Result.getOrThrow(
  decode(
    "p.yaml",
    `name: p
env: [HOME, SEED]
params:
  inits: 10
  seeds: \${{ range(params.inits) }}
  train: { rate: 1, steps: 200, layers: [4, 4] }
  grid: \${{ [params.train] }}
  home: nowhere
profiles:
  small: { inits: 2 }
  home: { home: "\${{ env.HOME }}" }
stages:
  a: { uses: x/y }
`
  )
)

const resolve = (choices: Partial<ParamChoices>) =>
  resolveParams(document, { profile: undefined, overrides: [], files: [], ...choices })

const params = (choices: Partial<ParamChoices>) => Result.getOrThrow(resolve(choices)).params

const override = (...pairs: ReadonlyArray<readonly [key: string, text: string]>): Partial<ParamChoices> => ({
  overrides: pairs.map(([key, text]) => ({ key, text }))
})

const messages = (choices: Partial<ParamChoices>): string => {
  const result = resolve(choices)
  return Result.isFailure(result) ? result.failure.message : "none"
}

describe("resolveParams", () => {
  it("takes the defaults when nothing is chosen", () => {
    const { profile, params: defaults } = Result.getOrThrow(resolve({}))
    assert.strictEqual(profile, "default")
    assert.deepStrictEqual(defaults["seeds"], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it("lets an expression use the parameters above it, as they were chosen", () => {
    assert.deepStrictEqual(params({ profile: "small" })["seeds"], [0, 1])
    assert.deepStrictEqual(params(override(["seeds", "${{ [params.inits] }}"]))["seeds"], [10])
  })

  it("lays profile, files and overrides over the defaults, in this order", () => {
    const files = [
      { file: "f.yaml", text: "inits: 3\ntrain: { rate: 2, steps: 5 }\n" },
      { file: "g.yaml", text: "inits: 4\n" }
    ]
    const { inits, seeds, train } = params({ profile: "small", files, ...override(["train.steps", "7"]) })
    assert.deepStrictEqual([inits, seeds, train], [4, [0, 1, 2, 3], { rate: 2, steps: 7 }])
  })

  it("reads an override as YAML", () => {
    for (const [text, value] of [
      ["[4, 5]", [4, 5]],
      ["1e-3", 1e-3],
      ["true", true],
      ["'1'", "1"],
      ["", null],
      ["{ a: [1] }", { a: [1] }],
      ["yes", "yes"],
      ["${{ 2 ** 3 }}", 8]
    ] as const) {
      assert.deepStrictEqual(params(override(["seeds", text]))["seeds"], value)
    }
  })

  it("reaches into maps and lists, also of computed values, and keeps the rest", () => {
    const { train, grid } = params(override(["train.layers.1", "8"], ["grid.0.rate", "3"]))
    assert.deepStrictEqual(train, { rate: 1, steps: 200, layers: [4, 8] })
    assert.deepStrictEqual(grid, [{ rate: 3, steps: 200, layers: [4, 8] }])
  })

  it("lets a later override win, also over parts chosen before", () => {
    assert.strictEqual(params(override(["inits", "1"], ["inits", "2"]))["inits"], 2)
    assert.deepStrictEqual(params(override(["train.rate", "9"], ["train", "{ rate: 5 }"]))["train"], { rate: 5 })
  })

  it("shows expressions the environment it was given, and no other", () => {
    assert.strictEqual(params({ profile: "home", env: { HOME: "here" } })["home"], "here")
    const hint = 'set it, or give it a default: env: { HOME: "…" }'
    const unset = `p.yaml:11:26 expression: the environment variable HOME is not set; ${hint}`
    assert.strictEqual(messages({ profile: "home" }), unset)
    assert.strictEqual(messages({ profile: "home", env: { HOME: undefined, USER: "me" } }), unset)
    assert.include(messages(override(["inits", "${{ env.USER }}"])), 'env: does not list "USER"')
  })

  it("takes the default of a variable that is not set, as text", () => {
    const seeded = (env: ParamChoices["env"] = {}) => {
      const text = 'name: p\nenv: { SEED: 7 }\nparams: { s: "${{ env.SEED }}", n: "${{ int(env.SEED) + 1 }}" }\n'
      const withEnv = Result.getOrThrow(decode("p.yaml", `${text}stages: { a: { uses: x/y } }\n`))
      return Result.getOrThrow(resolveParams(withEnv, { profile: undefined, overrides: [], files: [], env })).params
    }
    assert.deepStrictEqual(seeded(), { s: "7", n: 8 })
    assert.deepStrictEqual(seeded({ SEED: "3" }), { s: "3", n: 4 })
  })

  it("minds a variable that is not set only where it is used", () => {
    assert.strictEqual(params({})["home"], "nowhere")
  })

  it("names what is unknown, where it was typed", () => {
    assert.include(messages({ profile: "smal" }), '--profile:1:1 unknown profile "smal"')
    assert.include(messages(override(["intis", "3"])), '-S intis:1:1 unknown parameter "intis"')
    assert.include(messages(override(["train.stesp", "3"])), '-S train.stesp:1:7 unknown key "stesp"')
    assert.include(messages(override(["train.layers.2", "3"])), '-S train.layers.2:1:14 "2" is no index of a list of 2')
    assert.include(messages(override(["inits.x", "3"])), '-S inits.x:1:7 "x" is no part of 10')
    assert.include(messages({ files: [{ file: "f.yaml", text: "x: 1\n" }] }), 'f.yaml:1:1 unknown parameter "x"')
  })

  it("names every mistake in what was typed at once", () => {
    const found = messages({
      profile: "smal",
      files: [{ file: "f.yaml", text: "inits: [1\n" }],
      ...override(["inits", "[1"], ["intis", "1"], ["seeds", "${{ params.train }}"])
    })
    assert.deepStrictEqual(
      found.split("\n").map((line) => /^.*?:\d+:\d+/u.exec(line)?.[0]),
      ["--profile:1:1", "f.yaml:1:8", "-S inits:1:7", "-S intis:1:1", "-S seeds:1:18"]
    )
  })

  it("points into what was typed", () => {
    const result = resolve(override(["intis", "3"]))
    assert.strictEqual(
      Result.isFailure(result) ? renderDiagnostics(result.failure, { color: false }) : "",
      `-S intis:1:1  error  unknown parameter "intis"
    1 │ intis=3
      │ ^^^^^ did you mean "inits"?   (params: inits, seeds, train, grid, home)`
    )
  })
})

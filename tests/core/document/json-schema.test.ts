import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"
import { pipelineSchema } from "../../../core/document/json-schema.ts"
import type { Json } from "../../../core/stage/ArtifactKind.ts"

type Schema = { readonly [key: string]: Json }

const at = (schema: Json | undefined, ...path: ReadonlyArray<string>): Json | undefined =>
  path.reduce<Json | undefined>((value, key) => (value as Schema | undefined)?.[key], schema)

/** The keys that `decode` takes at the place where a file has the key `zzzzzzzz`. */
const taken = (text: string): ReadonlyArray<string> => {
  const result = decode("p.yaml", text)
  const hints = Result.isFailure(result) ? result.failure.diagnostics.map(({ hint }) => hint ?? "") : []
  return hints.flatMap((hint) => /\(takes: (?<keys>.*)\)/u.exec(hint)?.groups?.["keys"]?.split(", ") ?? [])
}

describe("pipelineSchema", () => {
  const schema = pipelineSchema()
  const stage = ["properties", "stages", "additionalProperties"]

  it.each([
    ["the pipeline", [], "zzzzzzzz: 1\n"],
    ["a paper", ["properties", "paper"], "name: p\npaper: { zzzzzzzz: 1 }\n"],
    ["a source", ["properties", "sources", "additionalProperties"], "name: p\nsources: { s: { zzzzzzzz: 1 } }\n"],
    ["a stage", stage, "name: p\nstages: { s: { zzzzzzzz: 1 } }\n"],
    ["resources", [...stage, "properties", "resources"], "name: p\nstages: { s: { resources: { zzzzzzzz: 1 } } }\n"],
    [
      "retries",
      [...stage, "properties", "retries", "anyOf", "1"],
      "name: p\nstages: { s: { retries: { zzzzzzzz: 1 } } }\n"
    ],
    [
      "memory",
      [...stage, "properties", "resources", "properties", "memory", "anyOf", "1"],
      "name: p\nstages: { s: { resources: { memory: { zzzzzzzz: 1 } } } }\n"
    ],
    ["an expectation", ["properties", "expect", "items"], "name: p\nexpect: [{ zzzzzzzz: 1 }]\n"],
    ["a report", ["properties", "report"], "name: p\nreport: { zzzzzzzz: 1 }\n"],
    ["a schedule", ["properties", "schedule", "anyOf", "0"], "name: p\nschedule: [{ zzzzzzzz: 1 }]\n"],
    [
      "a hook",
      ["properties", "schedule", "anyOf", "0", "properties", "hooks", "items"],
      "name: p\nschedule: [{ cron: '@daily', hooks: [{ zzzzzzzz: 1 }] }]\n"
    ]
  ])("has the keys of %s that the decoder takes", (_, path, text) => {
    const properties = at(schema, ...path, "properties")
    assert.deepStrictEqual(Object.keys(properties ?? {}), taken(text))
    assert.strictEqual(at(schema, ...path, "additionalProperties"), false)
  })

  it("takes of an expectation a value with its tolerance, or one bound, or both", () => {
    interface Required {
      readonly required?: ReadonlyArray<string>
      readonly anyOf?: ReadonlyArray<Required>
    }
    const isMet = ({ required = [], anyOf }: Required, keys: ReadonlyArray<string>): boolean =>
      required.every((key) => keys.includes(key)) && (anyOf?.some((one) => isMet(one, keys)) ?? true)
    const oneOf = at(schema, "properties", "expect", "items", "oneOf") as ReadonlyArray<Required>
    const takes = (...keys: ReadonlyArray<string>): boolean => oneOf.filter((one) => isMet(one, keys)).length === 1
    for (const keys of [["value", "tolerance"], ["atMost"], ["atLeast"], ["atMost", "atLeast"]]) {
      assert.isTrue(takes(...keys), keys.join())
    }
    for (const keys of [[], ["value"], ["value", "tolerance", "atMost"]]) assert.isFalse(takes(...keys), keys.join())
  })

  it("knows what a matrix and an include are made of", () => {
    const matrix = [...stage, "properties", "matrix"]
    assert.deepStrictEqual(Object.keys(at(schema, ...matrix, "properties") ?? {}), ["zip", "include", "exclude"])
    const [, , made] = at(schema, ...matrix, "additionalProperties", "anyOf") as ReadonlyArray<Schema>
    assert.deepStrictEqual(at(made, "required"), ["from"])
    const [, named] = at(schema, "properties", "include", "anyOf", "0", "anyOf") as ReadonlyArray<Schema>
    assert.deepStrictEqual(Object.keys(at(named, "properties") ?? {}), taken("name: p\ninclude: [{ zzzzzzzz: 1 }]\n"))
  })

  it("holds the parameters of a stage type against its own schema, or an expression", () => {
    const typed = pipelineSchema([
      {
        name: "ntk/empirical",
        summary: "s",
        params: {
          type: "object",
          properties: { depth: { type: "integer" }, widths: { type: "array", items: { type: "integer" } } },
          required: ["depth"]
        },
        defaults: new Map([["widths", [8]]]),
        inputs: ["points"]
      }
    ])
    const [, condition] = at(typed, ...stage, "allOf") as ReadonlyArray<Schema>
    assert.strictEqual(at(condition, "if", "properties", "uses", "const"), "ntk/empirical")
    const params = at(condition, "then", "properties", "with")
    assert.deepStrictEqual(at(params, "properties", "depth", "anyOf", "0"), { type: "integer" })
    assert.deepStrictEqual(at(params, "properties", "widths", "default"), [8])
    assert.deepStrictEqual(at(params, "properties", "widths", "anyOf", "0", "items", "anyOf", "0"), { type: "integer" })
    assert.deepStrictEqual(at(params, "required"), ["depth"])
    assert.isFalse(at(params, "additionalProperties"))
    assert.deepStrictEqual(at(condition, "then", "required"), ["with"])
    assert.deepStrictEqual(at(condition, "then", "properties", "inputs"), {
      properties: { points: {} },
      additionalProperties: false
    })
  })

  it("has only patterns that an engine without flags reads", () => {
    const patterns = [...JSON.stringify(schema).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/gu)].map(
      ([, text]) => JSON.parse(text ?? "") as string
    )
    assert.isAbove(patterns.length, 3)
    for (const pattern of patterns) assert.doesNotThrow(() => new RegExp(pattern))
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { type Host, inputPart, keyOf, keyParts } from "../../../core/plan/key.ts"
import type { JsonMap, Origin, Plan, PlanInput } from "../../../core/plan/Plan.ts"
import type { Json } from "../../../core/stage/ArtifactKind.ts"
import type { Determinism } from "../../../core/stage/StageType.ts"
import type { KeyParts } from "../../../core/store/ActionRecord.ts"
import * as Digest from "../../../core/store/Digest.ts"
import { planOf } from "../observe/sample-plan.ts"

const digest = (value: Json): Digest.Digest => Digest.ofValue("test", value)

/** The content behind an origin: its number. */
const contentOf = (origin: Origin): Digest.Digest => digest(origin._tag === "Task" ? origin.task : "source")

const HOST: Host = { engine: "13.6" }

const many = (...items: ReadonlyArray<readonly [matrix: JsonMap, task: number]>): PlanInput => ({
  _tag: "Many",
  kind: "Json",
  items: items.map(([matrix, task]) => ({ matrix, origin: { _tag: "Task", task, port: "out" } }))
})

/** The parts of a task like this in a plan of one stage. */
const partsOf = (
  params: JsonMap,
  inputs: { readonly [port: string]: PlanInput } = {},
  determinism: Determinism = "bitwise",
  host = HOST
): KeyParts => {
  const sample = planOf([{ id: "a" }])
  const [task] = sample.tasks
  assert(task !== undefined)
  const plan: Plan = { ...sample, stages: sample.stages.map((stage) => ({ ...stage, determinism })) }
  return keyParts(plan, { ...task, params, inputs }, (input) => inputPart(input, contentOf), host)
}

const keyWith = (...args: Parameters<typeof partsOf>) => keyOf(partsOf(...args))

const PARTS: KeyParts = {
  format: 1,
  stageType: "a/b",
  code: digest("code"),
  params: { width: 1, name: "x" },
  inputs: {
    one: { _tag: "One", digest: digest("one") },
    many: { _tag: "Many", digest: digest("many"), items: [] }
  },
  outputs: { out: "Json/1" },
  device: "cpu",
  environment: {}
}

describe("keyOf", () => {
  it("gives the same parts the same key, in every order of their names", () => {
    const reversed = <A>(map: { readonly [name: string]: A }) => Object.fromEntries(Object.entries(map).reverse())
    const { format, stageType, code, params, inputs, outputs, device, environment } = PARTS
    const other: KeyParts = {
      environment,
      device,
      outputs,
      inputs: reversed(inputs),
      params: reversed(params),
      code,
      stageType,
      format
    }
    assert.strictEqual(keyOf(other), keyOf(PARTS))
  })

  it.each<[string, Partial<KeyParts>]>([
    ["the key format", { format: 2 }],
    ["the stage type", { stageType: "a/c" }],
    ["the code", { code: digest("other") }],
    ["a parameter", { params: { width: 2, name: "x" } }],
    ["the type of a parameter", { params: { width: "1", name: "x" } }],
    ["the name of a parameter", { params: { widths: 1, name: "x" } }],
    ["a parameter more", { params: { ...PARTS.params, more: null } }],
    ["an input", { inputs: { ...PARTS.inputs, one: { _tag: "One", digest: digest("else") } } }],
    ["a fan-in", { inputs: { ...PARTS.inputs, many: { _tag: "Many", digest: digest("else"), items: [] } } }],
    ["the port of an input", { inputs: { two: PARTS.inputs["one"]!, many: PARTS.inputs["many"]! } }],
    ["an input less", { inputs: { one: PARTS.inputs["one"]! } }],
    ["the stored form of an output", { outputs: { out: "Json/2" } }],
    ["an output more", { outputs: { out: "Json/1", more: "Json/1" } }],
    ["the device", { device: "gpu" }],
    ["the engine", { environment: { engine: "13.6" } }]
  ])("changes with %s", (_, change) => {
    assert.notStrictEqual(keyOf({ ...PARTS, ...change }), keyOf(PARTS))
  })

  it("changes when two ports swap what arrives", () => {
    const swapped = {
      one: { ...PARTS.inputs["one"]!, digest: digest("many") },
      many: { ...PARTS.inputs["many"]!, digest: digest("one") }
    }
    assert.notStrictEqual(keyOf({ ...PARTS, inputs: swapped }), keyOf(PARTS))
  })
})

describe("keyParts", () => {
  it("does not look at the order of parameters and ports", () => {
    const [x, y] = [many([{}, 1]), many([{}, 2])]
    assert.strictEqual(keyWith({ a: 1, b: { c: 2, d: 3 } }, { x, y }), keyWith({ b: { d: 3, c: 2 }, a: 1 }, { y, x }))
  })

  it("looks at the order of a fan-in, at its matrix values and at each content", () => {
    const [first, second] = [[{ n: 1 }, 1] as const, [{ n: 2 }, 2] as const]
    const keys = [
      many(first, second),
      many(second, first),
      many(first),
      many(first, second, second),
      many(first, [{ n: 2 }, 1]),
      many(first, [{ n: 3 }, 2]),
      many()
    ].map((input) => keyWith({}, { in: input }))
    assert.strictEqual(new Set(keys).size, keys.length)
    assert.strictEqual(keyWith({}, { in: many([{ a: 1, b: 2 }, 1]) }), keyWith({}, { in: many([{ b: 2, a: 1 }, 1]) }))
  })

  it("knows one artifact from a fan-in of it", () => {
    const one: PlanInput = { _tag: "One", kind: "Json", origin: { _tag: "Task", task: 1, port: "out" } }
    assert.notStrictEqual(keyWith({}, { in: one }), keyWith({}, { in: many([{}, 1]) }))
  })

  it("knows contents, not where they come from", () => {
    const from = (origin: Origin): PlanInput => ({ _tag: "One", kind: "Json", origin })
    const same = () => digest("same")
    const plan = planOf([{ id: "a" }])
    const parts = (origin: Origin) =>
      keyParts(
        plan,
        { ...plan.tasks[0]!, id: "renamed", inputs: { in: from(origin) } },
        (input) => inputPart(input, same),
        HOST
      )
    assert.strictEqual(keyOf(parts({ _tag: "Task", task: 7, port: "x" })), keyOf(parts({ _tag: "Source", source: 1 })))
  })

  it("adds the engine for stages that call libm or are right within a tolerance, and for no others", () => {
    const keys = (determinism: Determinism) =>
      ["13.6", "14.0"].map((engine) => keyWith({}, {}, determinism, { engine }))
    for (const determinism of ["libm", { tolerance: 1e-9 }] as const) {
      const [before, after] = keys(determinism)
      assert.notStrictEqual(before, after)
    }
    const [before, after] = keys("bitwise")
    assert.strictEqual(before, after)
    assert.deepStrictEqual(partsOf({}).environment, {})
    assert.deepStrictEqual(partsOf({}, {}, "libm").environment, { engine: "13.6" })
  })

  it("names the stored form of every output", () => {
    assert.match(partsOf({}).outputs["out"] ?? "", /^Json\/\d+$/u)
  })

  it("refuses a task without a stage", () => {
    const plan = planOf([{ id: "a" }])
    assert.throws(
      () => keyParts(plan, { ...plan.tasks[0]!, stage: 3 }, (input) => inputPart(input, contentOf), HOST),
      RangeError
    )
  })

  const Value = Schema.Union([Schema.Finite, Schema.String, Schema.Boolean, Schema.Null, Schema.Array(Schema.Finite)])
  const Params = Schema.Record(Schema.String, Value)

  it.prop(
    "makes the key a function of the canonical parameters and of nothing else",
    { a: Params, b: Params },
    ({ a, b }) => {
      const shuffled = Object.fromEntries(Object.entries(a).reverse())
      return (
        keyWith(shuffled) === keyWith(a) &&
        (keyWith(a) === keyWith(b)) === (Digest.canonicalText(a) === Digest.canonicalText(b))
      )
    }
  )
})

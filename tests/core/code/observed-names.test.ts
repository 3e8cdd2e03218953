import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execute } from "./execute-bundle.ts"
import { buildStage, type Files, problemsOf, stageAround } from "./stage-project.ts"

/** Two functions of one name in two files, of which the bundler has to call one otherwise. */
const colliding = (compute: string, name = "relu"): Files => ({
  "stage.ts": stageAround(
    `import { ${name} as other } from "./other.ts"\nimport { relu as third } from "./third.ts"`,
    compute
  ),
  "other.ts": `export const ${name} = (x: number) => x\nexport class Made { static made = new Made() }\n`,
  "third.ts": "export function relu(x: number) { return x + 1 }\n"
})

const identityOf = (files: Files) => Effect.map(buildStage(files), ({ identity }) => identity)

const OBSERVING: ReadonlyArray<readonly [string, string]> = [
  ["a member", "(n: number) => other.name + third(n)"],
  ["a member in other words", '(n: number) => other["name"] + third(n)'],
  ["the member of an unknown value", "(n: number) => [other, third].map((f) => f.name)"],
  ["a pattern", "(n: number) => { const { name } = other; return name + third(n) }"],
  ["the pattern of a parameter", "(n: number) => [other, third].map(({ name }) => name)"],
  ["a key that is kept as a text", '(n: number) => { const key = "name"; return (other as any)[key] + third(n) }'],
  ["the class itself", "(n: number) => [class A { static get b() { return this.name } }.b, other(n), third(n)]"],
  ["a constructor", "(n: number) => (other(n) as any).constructor.name + third(n)"]
]

describe("names that code can read", () => {
  it.effect.each(OBSERVING)("count through %s", ([, compute]) =>
    Effect.gen(function* () {
      const renamed = colliding(compute, "rectified")
      assert.notStrictEqual(yield* identityOf(renamed), yield* identityOf(colliding(compute)))
    })
  )

  it.effect("are those that were written, whatever the bundler calls things", () =>
    Effect.gen(function* () {
      const { code } = yield* buildStage(colliding("(n: number) => [other, third].map((f) => f.name)"))
      assert.match(code, /relu2/u)
      assert.deepStrictEqual(execute(code)[0]?.["outputs"], { value: ["relu", "relu"] })
    })
  )

  it.effect("of classes are too", () =>
    Effect.gen(function* () {
      const stage = (name: string): Files => ({
        "stage.ts": stageAround('import { first } from "./one.ts"', "() => [first, Net].map((c) => c.name)").replace(
          "const compute",
          "class Net { static made = new Net() }\nconst compute"
        ),
        "one.ts": `class ${name} { static made = new ${name}() }\nexport const first = ${name}\n`
      })
      const { code, identity } = yield* buildStage(stage("Net"))
      assert.deepStrictEqual(execute(code)[0]?.["outputs"], { value: ["Net", "Net"] })
      assert.notStrictEqual(yield* identityOf(stage("Other")), identity)
    })
  )

  it.effect("of what is not reached do not count, nor is what is not reached looked at", () =>
    Effect.gen(function* () {
      const files = (name: string): Files => ({
        "stage.ts": stageAround('import { used } from "./helper.ts"', "() => [used].map((f) => f.name)"),
        "helper.ts": `export const used = () => 1\nexport const ${name} = () => Math.random()\n`
      })
      assert.strictEqual(yield* identityOf(files("a")), yield* identityOf(files("b")))
    })
  )
})

describe("names that code cannot read", () => {
  it.effect.each<readonly [string, string]>([
    ["none", "(n: number) => other(n) + third(n)"],
    ["a key called name", '(n: number) => ({ name: "a", value: other(n) + third(n) })'],
    [
      "the name of an object literal",
      '(n: number) => { const o = { name: "a" }; return o.name + other(n) + third(n) }'
    ],
    [
      "a pattern of an object literal",
      '(n: number) => { const { name } = { name: "a" }; return name + other(n) + third(n) }'
    ],
    ["a name that is given", "(n: number) => { const e: any = new Error(); e.name = 1; return other(n) + third(n) }"],
    [
      "the name of an instance",
      '(n: number) => { class A { name = "a"; get b() { return [1].map(() => this.name) } }; return [new A().b, other(n), third(n)] }'
    ],
    ["a variable called name", "(n: number) => { const name = other(n); return name + third(n) }"]
  ])("do not count: %s", ([, compute]) =>
    Effect.gen(function* () {
      const { code, identity } = yield* buildStage(colliding(compute))
      assert.notInclude(code, "__name")
      assert.strictEqual(yield* identityOf(colliding(compute, "rectified")), identity)
    })
  )
})

describe("source text", () => {
  it.effect.each<readonly [string, string]>([
    ["toString", "() => third.toString()"],
    ["String", "() => String(other)"],
    ["a template", "() => `${other}`"],
    ["an operator", '() => other + ""'],
    ["another name", "() => { const f = third; return String(f) }"],
    ["a class", "() => String(class A {})"]
  ])("is refused through %s, at its place", ([, compute]) =>
    Effect.gen(function* () {
      const [problem, ...others] = yield* problemsOf(colliding(compute))
      assert.match(problem ?? "", /^stage\.ts:6:\d+ the source text of a function or class is no value/u)
      assert.deepStrictEqual(others, [])
    })
  )

  it.effect("is not what a class with a text of its own gives", () =>
    buildStage({ "stage.ts": stageAround('class A { static toString() { return "A" } }', "() => `${A}`") })
  )
})

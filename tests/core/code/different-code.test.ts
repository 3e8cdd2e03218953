import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { buildStage, type Files, stageAround } from "./stage-project.ts"

const identityOf = (files: Files) => Effect.map(buildStage(files), ({ identity }) => identity)

/** Two programs with another number in their head, where it says N. */
const heads = (head: string, compute: string): readonly [Files, Files] => [
  { "stage.ts": stageAround(head.replaceAll("N", "2"), compute) },
  { "stage.ts": stageAround(head.replaceAll("N", "3"), compute) }
]

describe("two programs that do different things", () => {
  const pair = (head: string, one: string, other: string): readonly [Files, Files] => [
    { "stage.ts": stageAround(head, one) },
    { "stage.ts": stageAround(head, other) }
  ]
  it.effect.each<readonly [string, readonly [Files, Files]]>([
    ["null, false", pair("", "(n: number) => null", "(n: number) => false")],
    ["text, number", pair("", '() => "1"', "() => 1")],
    ["zero, negative zero", pair("", "() => 1 / 0", "() => 1 / -0")],
    ["a name, its text", pair("const a = 1", "() => a", '() => "a"')],
    [
      "a private and a public member",
      pair(
        "class Pair { #x = 1; x = 2; get hidden() { return this.#x } get shown() { return this.x } }",
        "() => new Pair().hidden",
        "() => new Pair().shown"
      )
    ],
    [
      "the same, where only the member differs",
      [
        { "stage.ts": stageAround("class P { #x = 1; x = 2; get() { return this.#x } }", "() => new P().get()") },
        { "stage.ts": stageAround("class P { #x = 1; x = 2; get() { return this.x } }", "() => new P().get()") }
      ]
    ],
    ["names of one destructuring", pair("const { a, b } = { a: 1, b: 2 }", "() => a - b", "() => b - a")],
    [
      "a default that looks outside of the function",
      pair("const x = 1, y = 2", "(n = x) => { var x = 3; return n + x }", "(n = y) => { var y = 3; return n + y }")
    ],
    ["a shadowed name", pair("const k = 1", "() => { const k = 2; return k }", "() => { const j = 2; return k }")],
    [
      "nested loops and their labels",
      pair(
        "",
        "() => { a: for (;;) { b: for (;;) { break a } } return 1 }",
        "() => { a: for (;;) { b: for (;;) { break b } } return 1 }"
      )
    ],
    ["a hole, undefined", pair("", "() => [,1].length", "() => [undefined,1].length")],
    [
      "then, else",
      pair(
        "",
        "(n: number) => { if (n) { return 1 } else {} return 2 }",
        "(n: number) => { if (n) {} else { return 1 } return 2 }"
      )
    ],
    ["flags of a pattern", pair("", "() => /a/g.source", "() => /a/i.source")],
    ["big integers", pair("", "() => String(1n)", "() => String(2n)")],
    [
      "await in a loop",
      pair(
        "",
        "async (n: any) => { for (const x of n) return x }",
        "async (n: any) => { for await (const x of n) return x }"
      )
    ],
    ["static and not", pair("", "() => (class { static a = 1 })", "() => (class { a = 1 })")],
    ["optional chaining", pair("", "(n: any) => n?.a", "(n: any) => n.a")],
    ["generators", pair("", "() => function () {}", "() => function* () {}")],
    [
      "the order of effects",
      [
        { "stage.ts": stageAround("let n = 1\nconst first = n\nn = 2", "() => first + n") },
        { "stage.ts": stageAround("let n = 1\nn = 2\nconst first = n", "() => first + n") }
      ]
    ],
    [
      "a description that the code reads",
      heads('const S = Schema.Int.annotate({ description: "N" })', "() => String(S.ast.annotations)")
    ]
  ])("%s", ([, [one, other]]) =>
    Effect.gen(function* () {
      assert.notStrictEqual(yield* identityOf(one), yield* identityOf(other))
    })
  )
})

describe("an unused declaration that changes a reached one counts", () => {
  it.effect.each<readonly [string, string, string]>([
    ["at once", "const t = [1]\nexport const u = Object.assign(t, { 0: N })", "() => t"],
    ["through a function", "const t = [1]\nconst f = (n: number) => t.push(n)\nexport const u = f(N)", "() => t"],
    ["through an alias", "const t = [1]\nexport const u = (() => { const v = t; v[0] = N; return v })()", "() => t"],
    [
      "through an effect that runs",
      "const t = [1]\nexport const u = Effect.runSync(Effect.sync(() => t.push(N)))",
      "() => t"
    ],
    [
      "through a view of one buffer",
      "const b = new ArrayBuffer(8)\nexport const u = (() => { const v = new Uint8Array(b); v[0] = N; return v })()",
      "() => b"
    ],
    [
      "through the memory of a closure",
      "const next = (() => { let n = 0; return () => ++n })()\nexport const u = [N, next()]",
      "() => next()"
    ],
    [
      "through a function that another one calls",
      "const next = (() => { let n = 0; return () => ++n })()\nexport const u = [1, N].map(next)",
      "() => next()"
    ],
    [
      "through a method that has the name of a harmless one",
      "class C { n = 0; at(n: number) { this.n += n } }\nconst c = new C()\nexport const u = c.at(N)",
      "() => c.n"
    ],
    [
      "through a getter",
      "let n = 0\nconst o = { get next() { return (n += 1) } }\nexport const u = [o.next, N]",
      "() => n"
    ],
    [
      "through an object of a package",
      'import Emitter from "node:events"\nconst e = new Emitter()\nexport const u = e.at("a", N)',
      "() => e"
    ],
    [
      "through a schema that decodes",
      "const t = [1]\nconst S = Schema.Int.check(Schema.makeFilter((n) => t.push(n) > 0))\nexport const u = Schema.decodeSync(S)(N)",
      "() => t"
    ],
    [
      "through a name that is assigned",
      "let f = () => 1\nconst t = [1]\nf = () => t.push(1)\nexport const u = [f(), N]",
      "() => t"
    ],
    ["through what the language shares", "export const u = Object.assign(Array.prototype, { n: N })", "() => [].length"]
  ])("%s", ([, head, compute]) =>
    Effect.gen(function* () {
      const [one, other] = heads(head, compute)
      assert.notStrictEqual(yield* identityOf(one), yield* identityOf(other))
    })
  )
})

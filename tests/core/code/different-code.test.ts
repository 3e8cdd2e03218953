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
    [
      "through one of two functions that call each other",
      "let n = 0\nconst A = (d: number): void => { if (d > 0) B(d - 1); n += d }\nconst B = (d: number): void => { if (d > 0) A(d - 1) }\nexport const b = B(N)",
      "() => n"
    ],
    [
      "the same, when the harmless one was looked at before",
      "let n = 0\nconst A = (d: number): number => { if (d > 0) B(d - 1); n += d; return n }\nconst B = (d: number): number => { if (d > 0) A(d - 1); return d }\nexport const a = [0].map(A)\nexport const b = B(N)",
      "() => n"
    ],
    [
      "through three functions in a circle",
      "const t = [1]\nconst A = (d: number): number => d > 0 ? B(d - 1) : 0\nconst B = (d: number): number => d > 0 ? C(d - 1) : 0\nconst C = (d: number): number => { t.push(d); return A(d - 1) }\nexport const x = B(N)\nexport const y = A(N)\nexport const z = C(N)",
      "() => t"
    ],
    [
      "through a view that slice gives",
      "const t = Buffer.from([1, 2])\nexport const u = (() => { const v = t.slice(); v[0] = N; return v })()",
      "() => t"
    ],
    [
      "through a getter in a pattern",
      "let n = 0\nconst o = { get next() { return (n += 1) } }\nexport const u = (() => { const { next } = o; return next + N })()",
      "() => n"
    ],
    [
      "through a getter in the pattern of a parameter",
      "let n = 0\nconst o = { get next() { return (n += 1) } }\nexport const u = (({ next }) => next + N)(o)",
      "() => n"
    ],
    [
      "through a getter that is spread",
      "let n = 0\nconst o = { get next() { return (n += 1) } }\nexport const u = { ...o, m: N }",
      "() => n"
    ],
    [
      "through a getter under a computed name",
      'let n = 0\nconst o = { get next() { return (n += 1) } }\nconst k = ["next"]\nexport const u = [(o as any)[k.join()], N]',
      "() => n"
    ],
    [
      "through the memory of a getter",
      "const o = (() => { let n = 0; return { get next() { return ++n } } })()\nexport const u = [o.next, N]",
      "() => o.next"
    ],
    [
      "through a setter",
      "let n = 0\nexport const u = (() => { const o = { set next(v: number) { n = v } }; o.next = N; return o })()",
      "() => n"
    ],
    [
      "through toString in a template",
      "let n = 0\nconst o = { toString() { n += 1; return 'o' } }\nexport const u = `${o}N`",
      "() => n"
    ],
    [
      "through valueOf in an operator",
      "let n = 0\nclass V { valueOf() { n += 1; return 1 } }\nconst o: any = Object.create(V.prototype)\nexport const u = o * N",
      "() => n"
    ],
    [
      "through a conversion under a symbol",
      "let n = 0\nconst o: any = { [Symbol.toPrimitive]: () => (n += 1) }\nexport const u = +o + N",
      "() => n"
    ],
    [
      "through String",
      "let n = 0\nconst o = { toString: () => String(n++) }\nexport const u = String(o) + N",
      "() => n"
    ],
    [
      "through toJSON",
      "let n = 0\nconst o = { toJSON() { n += 1; return 1 } }\nexport const u = JSON.stringify([o, N])",
      "() => n"
    ],
    [
      "through a length that is asked for",
      "let n = 0\nexport const u = Array.from({ get length() { n += 1; return N } })",
      "() => n"
    ],
    [
      "through an iterator in a spread",
      "let n = 0\nconst o: any = { *[Symbol.iterator]() { n += 1; yield n } }\nexport const u = [...o, N]",
      "() => n"
    ],
    [
      "through an iterator in a loop",
      "let n = 0\nconst o: any = { [Symbol.iterator]: () => ({ next: () => ({ done: ++n > 2 }) }) }\nexport const u = (() => { for (const _ of o) {} return N })()",
      "() => n"
    ],
    [
      "through an iterator that is used up",
      "const it = [1, 2, 3].values()\nexport const u = (() => { for (const x of it) if (x === N) return x })()",
      "() => [...it]"
    ],
    [
      "through a getter that is defined",
      'let n = 0\nconst o: any = Object.defineProperty({}, "x", { get() { return (n += 1) } })\nexport const u = [o.x, N]',
      "() => n"
    ],
    [
      "through a proxy",
      "let n = 0\nconst o: any = new Proxy({}, { get: () => (n += 1) })\nexport const u = [o.x, N]",
      "() => n"
    ],
    [
      "through what a list gives away",
      "const t = [1]\nexport const u = (() => { const v = [t]; const w = v.pop()!; w[0] = N; return w })()",
      "() => t"
    ],
    [
      "through a field that has the name of a harmless method",
      "let n = 0\nclass C { at = (m: number) => { n += m } }\nconst c = Object.assign(Object.create(null), { at: (m: number) => { n += m } })\nexport const u = c.at(N)",
      "() => [n, C]"
    ],
    [
      "through a member that is given the name of a harmless method",
      "let n = 0\nconst c: any = {}\nc.at = (m: number) => { n += m }\nexport const u = c.at(N)",
      "() => [n, c]"
    ],
    [
      "through a local function that is replaced",
      "const t = [1]\nexport const u = (() => { function f() { return 1 }\n f = () => t.push(N); return f() })()",
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

describe("an unused declaration that changes nothing does not count", () => {
  it.effect.each<readonly [string, string, string]>([
    [
      "two functions that call each other",
      "const A = (d: number): number => (d > 0 ? B(d - 1) : 0)\nconst B = (d: number): number => (d > 0 ? A(d - 1) : 1)\nexport const u = A(N) + B(N)",
      "() => 1"
    ],
    [
      "where getters and conversions are harmless",
      "class P { x = 1; get y() { return 2 } toString() { return 'P' } }\nconst o = { z: 1 }\nexport const u = [{ ...o, m: N }, `${o.z}`, [...[N]]]",
      "() => new P().y"
    ],
    ["iterators that are used up where they are made", "export const u = [...new Map([[1, N]]).keys()]", "() => 1"]
  ])("%s", ([, head, compute]) =>
    Effect.gen(function* () {
      const [one, other] = heads(head, compute)
      assert.strictEqual(yield* identityOf(one), yield* identityOf(other))
    })
  )

  it.effect.each<readonly [string, string]>([
    ["constants", "export const u = () => { const a = b; const b = a; a[0] = 1; return a }\nexport const v = u()"],
    ["lists", "export const u = () => { const a = [b, b]; const b = [a, a]; return [1].map(a) }\nexport const v = u()"],
    [
      "numbers",
      "export const u = () => { const a = -b; const b = -a; return new Float64Array(a) }\nexport const v = u()"
    ],
    ["calls", "export const u = () => { const a = b.push(1); const b = a.push(1); a.push(2) }\nexport const v = u()"],
    ["declarations", "const a = b\nconst b = a\nexport const u = [1].map(a)\nexport const v = a.x"]
  ])("and none leads in circles: %s", ([, head]) =>
    buildStage({ "stage.ts": stageAround(`// @ts-nocheck\n${head}`, "() => 1") })
  )
})

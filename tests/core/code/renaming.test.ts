import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { identify } from "../../../core/code/identity.ts"
import { readModule } from "../../../core/code/ModuleGraph.ts"
import { parseModule } from "../../../core/code/syntax.ts"
import type { Digest } from "../../../core/store/Digest.ts"

/** A module in which names between `«` and `»` can be chosen freely; those of one function differ from each other. */
const MODULE = `
import { Schema as «m1» } from "effect"
const «m2» = 3, { a: «m3», ...«m4» } = { a: 1, b: 2 }
let «m5» = 0
function «m6»(«p1», { p: «p2», q: [«p3», ...«p4»] = [1], ...«p5» } = {}, «p6» = () => «p1» + «m2») {
  var «v1» = «p1» + arguments.length
  «l1»: for (let «i1» = 0, «i2» = «v1»; «i1» < «i2»; «i1»++) {
    const { length: «v2», [«i1»]: «v3» = «v1» } = «p4»
    for (const «i3» of «p4») { if («i3» > «v2») continue «l1»; else break «l1» }
    switch («v3») { case 1: { let «v4» = «p2»; return «v4» } default: var «v5» = «p3» }
  }
  try { «m5» += «v5» } catch («e1») { throw new Error(String(«e1»), { cause: «p5» }) } finally { «v1» = «p6»() }
  class «c1» extends Map {
    #hidden = «v1»
    static made = new «c1»()
    get [«m3»]() { return this.#hidden + super.size }
    method(«p7») { return «c2»(«p7») }
  }
  function «c2»(«q1»): void {}
  return [class «c3» { self = «c3» }, function «f1»(«n1») { return «n1» ? «f1»(«n1» - 1) : new.target }, «c1», «m4»]
}
const «m7» = async function* («p1») { yield* «p1»; for await (const [«x1» = «m5»] of «p1») yield «x1» }
const «m8» = («p1», «p2» = («q2») => «q2» * «p1») => «p2»(«p1») ?? «m7»
export default «m1».make([«m6», «m8»])
`.replace("): void {}", ") { return [] }")

const HOLES = [...new Set(Array.from(MODULE.matchAll(/«(\w+)»/gu), ([, name]) => name ?? ""))]

/** Fills the holes: hole `i` gets the name of rank `order[i]`. */
const filled = (order: ReadonlyArray<number>, prefix: string): string =>
  MODULE.replaceAll(/«(\w+)»/gu, (_, hole: string) => `${prefix}${order[HOLES.indexOf(hole)]}`)

const identityOf = (code: string): Digest =>
  identify(
    readModule(
      parseModule(code.replace("export default", "const result =").concat("export { result as default }")),
      () => false
    ),
    { originOf: () => ({ file: "", name: "" }), isMake: () => false }
  ).digest

/** What a change may make of a token other than a number. */
const CHANGES: { readonly [token: string]: string } = {
  "<": ">",
  ">": "<",
  "*": "+",
  super: "this",
  length: "width",
  cause: "reason",
  hidden: "shown"
}

/** None when a change has left no program. */
const identityIfParsed = (code: string): ReadonlyArray<Digest> => {
  try {
    return [identityOf(code)]
  } catch {
    return []
  }
}

const plain = HOLES.map((_, index) => index)

/** The order that sorts as many random numbers: a permutation. */
const permuted = (weights: ReadonlyArray<number>): ReadonlyArray<number> =>
  plain.toSorted((a, b) => (weights[a] ?? 0) - (weights[b] ?? 0) || a - b)

const Weights = Schema.Array(Schema.Finite).check(Schema.isMinLength(HOLES.length))
const Prefix = Schema.Literals(["a", "$", "_", "ä", "name", "arguments", "undefined", "Schema"])

describe("a renaming of everything that can be renamed", () => {
  it.prop("leaves the identity", { weights: Weights, prefix: Prefix }, ({ weights, prefix }) => {
    assert.strictEqual(identityOf(filled(permuted(weights), prefix)), identityOf(filled(plain, "a")))
  })

  it("leaves every number, operator and key to count", () => {
    const tokens = [...MODULE.matchAll(/«\w+»|\b\d+\b|[<>*]|super|length|cause|hidden|finally/gu)]
    const changed = tokens.flatMap(({ 0: token, index }) => {
      if (token.startsWith("«")) return []
      const other = CHANGES[token] ?? `${Number(token) + 5}`
      const text = `${MODULE.slice(0, index)}${other}${MODULE.slice(index + token.length)}`
      return identityIfParsed(text.replaceAll(/«(\w+)»/gu, (_, name: string) => `a${HOLES.indexOf(name)}`))
    })
    assert.isAbove(changed.length, 12)
    assert.notInclude(changed, identityOf(filled(plain, "a")))
  })

  it("is a renaming: mixing two of the names up is not", () => {
    const codes = HOLES.flatMap((hole, index) => {
      // The first use of a name becomes its neighbour's: where that still parses, it means something else.
      const other = (index + 1) % HOLES.length
      const uses = [...MODULE.matchAll(new RegExp(`«${hole}»`, "gu"))]
      const last = uses.at(-1)
      if (last === undefined || uses.length < 2) return []
      const text = `${MODULE.slice(0, last.index)}«${HOLES[other]}»${MODULE.slice(last.index + hole.length + 2)}`
      return [text.replaceAll(/«(\w+)»/gu, (_, name: string) => `a${HOLES.indexOf(name)}`)]
    })
    const parsed = codes.flatMap(identityIfParsed)
    assert.isAbove(parsed.length, 20)
    assert.notInclude(parsed, identityOf(filled(plain, "a")))
  })
})

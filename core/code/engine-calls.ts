/**
 * Finds what may give other last digits with another JavaScript engine: the language leaves `Math.exp` and its like to it.
 *
 * A stage that is declared `bitwise` gives the same bytes on any machine, and the engine is no part of its key.
 */

import { CertainValues } from "./CertainValues.ts"
import type { Finding } from "./Finding.ts"
import type { Origins } from "./identity.ts"
import { type Item, type ModuleGraph, resolve } from "./ModuleGraph.ts"
import { child, children, memberName, type SyntaxNode, text, walk } from "./syntax.ts"

/** Functions that `athanor/math/special` has under the same names, with the same bits on any machine. */
const SPECIAL = "acos asin atan atan2 cbrt cos cosh exp expm1 log log1p pow sin sinh tanh".split(" ")

/** Functions of `Math` that the language does not define to the last digit, and what to write in their place. */
const APPROXIMATED: ReadonlyMap<string, string> = new Map([
  ...SPECIAL.map((name) => [name, `use ${name} of athanor/math/special, or declare "libm"`] as const),
  ["log2", 'use log(x) / Math.LN2, with log of athanor/math/special, or declare "libm"'],
  ["log10", 'use log(x) / Math.LN10, with log of athanor/math/special, or declare "libm"'],
  ["hypot", 'use Math.sqrt(x * x + y * y), which is exact, or declare "libm"'],
  ["tan", 'use sin(x) / cos(x), with those of athanor/math/special, or declare "libm"'],
  ...["acosh", "asinh", "atanh"].map((name) => [name, 'declare "libm"'] as const)
])

/** Engine-dependent mathematics in some items, none where the stage type is declared to depend on the engine. */
export const findEngineCalls = (
  graph: ModuleGraph,
  reached: ReadonlyArray<Item>,
  isMake: Origins["isMake"]
): ReadonlyArray<Finding> => (isBitwise(graph, reached, isMake) ? reached.flatMap((item) => findIn(graph, item)) : [])

/** Whether some stage type is declared `bitwise`, or by something that is not understood. */
const isBitwise = (graph: ModuleGraph, reached: ReadonlyArray<Item>, isMake: Origins["isMake"]): boolean => {
  const values = new CertainValues(graph)
  return reached.some((item) => {
    let found = false
    walk(item.node, (node) => {
      const target = node.type === "CallExpression" ? resolve(graph, item, child(node, "callee") ?? node) : undefined
      if (target?._tag !== "Item" || !isMake(target.item)) return
      const [definition] = children(node, "arguments")
      const field = children(definition ?? node, "properties").find((part) => memberName(part) === "determinism")
      const value = field === undefined ? undefined : child(field, "value")
      const meaning = value === undefined ? undefined : values.meaning({ item, node: value }).node
      if (meaning?.type !== "ObjectExpression" && meaning?.["value"] !== "libm") found = true
    })
    return found
  })
}

const findIn = (graph: ModuleGraph, item: Item): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  const found = (node: SyntaxNode, what: string, advice: string): void => {
    findings.push({ offset: node.start, text: `${what} ${REASON}: ${advice}` })
  }
  const foundMember = (node: SyntaxNode): void => {
    const name = memberName(node) ?? ""
    const advice = APPROXIMATED.get(name)
    if (advice !== undefined) found(node, `Math.${name}`, advice)
  }
  const isMath = (node: SyntaxNode | undefined): boolean => {
    const reference = node === undefined ? undefined : resolve(graph, item, node)
    return reference?._tag === "Global" && reference.name === "Math"
  }
  walk(item.node, (node) => {
    if (node.type === "MemberExpression" && isMath(child(node, "object"))) foundMember(node)
    const pattern = child(node, "id") ?? child(node, "left")
    if (pattern?.type === "ObjectPattern" && isMath(child(node, "init") ?? child(node, "right"))) {
      for (const property of children(pattern, "properties")) foundMember(property)
    }
    if (/^\*\*=?$/u.test(text(node, "operator")) && !isExactPower(node)) found(node, "**", MULTIPLY)
  })
  return findings
}

const REASON = 'may differ between engines, and the stage is declared "bitwise"'
const MULTIPLY = 'multiply, use pow of athanor/math/special, or declare "libm"'

/** Squares and powers of two are exact, and so are big integers. */
const isExactPower = (node: SyntaxNode): boolean => {
  const base = child(node, "left")?.["value"]
  const exponent = child(node, "right")?.["value"]
  return base === 2 || exponent === 2 || typeof base === "bigint" || typeof exponent === "bigint"
}

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

/** Functions of `Math` that the language does not define to the last digit. */
const APPROXIMATED: ReadonlySet<string> = new Set([
  ..."acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot".split(" "),
  ..."log log10 log1p log2 pow sin sinh tan tanh".split(" ")
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
  const found = (node: SyntaxNode, what: string): void => {
    findings.push({ offset: node.start, text: `${what} ${REASON}: ${what === "**" ? MULTIPLY : ELEMENTARY}` })
  }
  const isMath = (node: SyntaxNode | undefined): boolean => {
    const reference = node === undefined ? undefined : resolve(graph, item, node)
    return reference?._tag === "Global" && reference.name === "Math"
  }
  walk(item.node, (node) => {
    const name = memberName(node) ?? ""
    if (node.type === "MemberExpression" && APPROXIMATED.has(name) && isMath(child(node, "object"))) {
      found(node, `Math.${name}`)
    }
    const pattern = child(node, "id") ?? child(node, "left")
    if (pattern?.type === "ObjectPattern" && isMath(child(node, "init") ?? child(node, "right"))) {
      for (const property of children(pattern, "properties")) {
        if (APPROXIMATED.has(memberName(property) ?? "")) found(property, `Math.${memberName(property)}`)
      }
    }
    if (/^\*\*=?$/u.test(text(node, "operator")) && !isExactPower(node)) found(node, "**")
  })
  return findings
}

const REASON = 'may differ between engines, and the stage is declared "bitwise"'
const ELEMENTARY = 'declare "libm", or use that of athanor/math/special'
const MULTIPLY = 'multiply, use pow of athanor/math/special, or declare "libm"'

/** Squares and powers of two are exact, and so are big integers. */
const isExactPower = (node: SyntaxNode): boolean => {
  const base = child(node, "left")?.["value"]
  const exponent = child(node, "right")?.["value"]
  return base === 2 || exponent === 2 || typeof base === "bigint" || typeof exponent === "bigint"
}

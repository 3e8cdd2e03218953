/** Finds where a date certainly becomes a text by itself: the language writes it in the time zone of the machine. */
import type { CertainValues, Place } from "./CertainValues.ts"
import { child, children, memberName, type SyntaxNode, text } from "./syntax.ts"

/** Methods that write an object, or what a list holds. */
const WRITING: ReadonlySet<string> = new Set(["join", "toString"])

/** Whether a node makes a text of a date: `String(date)`, `${date}`, `date + ""`, `date.toString()`, `[date].join()`. */
export const isZonedText = (values: CertainValues, { item, node }: Place): boolean => {
  const isDated = (part: SyntaxNode | undefined): boolean =>
    part !== undefined && holdsDate(values, { item, node: part })
  switch (node.type) {
    case "TemplateLiteral":
      return children(node, "expressions").some(isDated)
    case "BinaryExpression":
      return text(node, "operator") === "+" && (isDated(child(node, "left")) || isDated(child(node, "right")))
    case "AssignmentExpression":
      return text(node, "operator") === "+=" && isDated(child(node, "right"))
    case "CallExpression": {
      const callee = child(node, "callee") ?? node
      if (WRITING.has(memberName(callee) ?? "")) return isDated(child(callee, "object"))
      return isGlobal(values, { item, node: callee }, "String") && isDated(children(node, "arguments")[0])
    }
    default:
      return false
  }
}

/** Whether an expression is certainly a date, or a list with one. */
const holdsDate = (values: CertainValues, place: Place): boolean => {
  const { item, node } = values.meaning(place)
  if (node.type === "ArrayExpression")
    return children(node, "elements").some((part) => holdsDate(values, { item, node: part }))
  const callee = node.type === "NewExpression" ? child(node, "callee") : undefined
  return callee !== undefined && isGlobal(values, { item, node: callee }, "Date")
}

const isGlobal = (values: CertainValues, place: Place, name: string): boolean => {
  const reference = values.reference(place)
  return reference?._tag === "Global" && reference.name === name
}

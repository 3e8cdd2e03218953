/** Finds `await` outside of functions: a stage is evaluated for each attempt by a call, and that cannot wait. */
import type { Finding } from "./Finding.ts"
import { isFunction, parts, type SyntaxNode } from "./syntax.ts"

export const findTopLevelAwait = (node: SyntaxNode): ReadonlyArray<Finding> => {
  if (isFunction(node)) return []
  const inside = parts(node).flatMap(findTopLevelAwait)
  return isWaiting(node) ? [{ offset: node.start, text: TEXT }, ...inside] : inside
}

const isWaiting = (node: SyntaxNode): boolean =>
  node.type === "AwaitExpression" ||
  (node.type === "ForOfStatement" && node["await"] === true) ||
  (node.type === "VariableDeclaration" && node["kind"] === "await using")

const TEXT = "await outside of a function: a stage waits in run, with Effect.promise"

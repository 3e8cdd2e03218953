/** A declaration as text that says what it does and nothing else: no names of locals, comments, spelling, formatting. */
import { type Item, type ModuleGraph, type Reference, resolve } from "./ModuleGraph.ts"
import { isNode, isWrittenName, type SyntaxNode, text } from "./syntax.ts"

export interface Normalisation {
  readonly graph: ModuleGraph
  /** Text for what comes from outside of the item; called in the order of use. */
  readonly nameOf: (reference: Reference) => string
  /** Nodes that count as others, or as nothing: what only describes to people. */
  readonly replaced: ReadonlyMap<SyntaxNode, SyntaxNode | undefined>
}

/** Fields that say where or how something was written, and not what. */
const IRRELEVANT = new Set(["type", "start", "end", "raw", "shorthand", "loc", "range", "directive", "sourceType"])

/** Normalises an item. Different text means different code; equal text means code that does the same. */
export const normalise = (item: Item, settings: Normalisation): string => {
  const printer = new Printer(item, settings)
  printer.print(item.node)
  return printer.pieces.join(" ")
}

class Printer {
  readonly pieces: Array<string> = []
  private readonly item: Item
  private readonly settings: Normalisation
  /** Labels around the current node, innermost last: their distance stands for their name. */
  private readonly labels: Array<string> = []

  constructor(item: Item, settings: Normalisation) {
    this.item = item
    this.settings = settings
  }

  print(node: SyntaxNode): void {
    const { graph, nameOf, replaced } = this.settings
    if (replaced.has(node)) {
      const other = replaced.get(node)
      if (other !== undefined) this.print(other)
      return
    }
    const local = this.item.locals.get(node)
    const reference = resolve(graph, this.item, node)
    if (local !== undefined) this.pieces.push(`$${local.index}`)
    else if (reference !== undefined) this.pieces.push(nameOf(reference))
    else this.printFields(node)
  }

  private printFields(node: SyntaxNode): void {
    this.pieces.push(`(${node.type}`)
    const isLabeled = node.type === "LabeledStatement"
    if (isLabeled) this.labels.push(labelOf(node))
    for (const field of Object.keys(node).sort()) {
      if (!IRRELEVANT.has(field)) this.printField(node, field)
    }
    if (isLabeled) this.labels.pop()
    this.pieces.push(")")
  }

  private printField(node: SyntaxNode, field: string): void {
    const value = node[field]
    if (isNode(value)) {
      if (field === "label") this.pieces.push(`^${this.labels.length - this.labels.lastIndexOf(labelOf(node))}`)
      else if (isWrittenName(node, field)) this.pieces.push(`.${keyText(value)}`)
      else this.printChild(field, value)
    } else if (Array.isArray(value)) {
      this.pieces.push(`[${field}`)
      for (const part of value) {
        if (isNode(part)) this.print(part)
        else this.pieces.push("-")
      }
      this.pieces.push("]")
    } else if (node.type === "Literal" || (value !== null && value !== undefined && value !== false)) {
      this.pieces.push(`${field}=${valueText(value)}`)
    }
  }

  private printChild(field: string, value: SyntaxNode): void {
    // The name of a field tells `if (a) b` from `if (a) {} else b`, and a missing part from one that is there.
    this.pieces.push(`${field}:`)
    this.print(value)
  }
}

const labelOf = (node: SyntaxNode): string => {
  const label = node["label"]
  return isNode(label) ? text(label, "name") : ""
}

/** `a` and `"a"` are one key; `#a` is another. */
const keyText = (key: SyntaxNode): string => {
  if (key.type === "Literal") return JSON.stringify(String(key["value"]))
  return `${key.type === "PrivateIdentifier" ? "#" : ""}${JSON.stringify(text(key, "name"))}`
}

const valueText = (value: unknown): string => {
  if (typeof value === "bigint") return `${value}n`
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value)
  // A regular expression has no JSON; its source and flags stand in a field of their own.
  return value instanceof RegExp ? "regex" : JSON.stringify(value)
}

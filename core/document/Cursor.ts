/** Walks over YAML nodes and gathers complaints: the plain means by which a document is decoded. */
import { isAlias, isMap, isScalar, isSeq, type Node, Scalar } from "yaml"
import type { Diagnostic } from "./Diagnostic.ts"
import { nearest } from "./nearest.ts"
import { type SourceText, span as spanOf } from "./SourceText.ts"
import type { Span, Spanned } from "./Span.ts"

/** A key of a map with its value. */
export interface Field {
  readonly key: string
  readonly keySpan: Span
  readonly value: unknown
}

export class Cursor {
  readonly source: SourceText
  readonly diagnostics: Array<Diagnostic> = []
  private readonly anchors = new Map<string, Node>()

  constructor(source: SourceText, root: Node | null) {
    this.source = source
    this.collectAnchors(root)
  }

  complain(span: Span, message: string, hint?: string): void {
    this.diagnostics.push({ severity: "error", span, message, ...(hint === undefined ? {} : { hint }) })
  }

  /** The place of a node; of an absent value, the place given instead. */
  span(node: unknown, otherwise?: Span): Span {
    const range = isNode(node) ? node.range : undefined
    if (range === undefined || range === null) return otherwise ?? spanOf(this.source, 0, 1)
    return spanOf(this.source, range[0], range[1])
  }

  /** The node itself, or what its alias stands for. */
  resolve(node: unknown): unknown {
    return isAlias(node) ? this.anchors.get(node.source) : node
  }

  /** The value of a scalar; `undefined` for anything else. */
  scalar(node: unknown): null | boolean | number | string | bigint | undefined {
    const resolved = this.resolve(node)
    if (resolved === null || resolved === undefined) return null
    return isScalar(resolved) ? (resolved.value as null | boolean | number | string | bigint) : undefined
  }

  /** Whether a scalar was written in quotes or as a block. */
  isQuoted(node: unknown): boolean {
    return isScalar(node) && node.type !== Scalar.PLAIN
  }

  /** The fields of a map, merge keys followed; complains and gives none when it is not a map. */
  fields(node: unknown, what: string, otherwise?: Span): ReadonlyArray<Field> {
    const resolved = this.resolve(node)
    if (!isMap(resolved)) {
      this.complain(this.span(node, otherwise), `${what} must be a map`)
      return []
    }
    const own: Array<Field> = []
    const merged: Array<Field> = []
    for (const { key, value } of resolved.items) {
      const name = isScalar(key) ? String(key.value) : ""
      if (name === "<<") merged.push(...this.mergedFields(value, what))
      else own.push({ key: name, keySpan: this.span(key), value })
    }
    const names = new Set(own.map(({ key }) => key))
    return [...merged.filter(({ key }) => !names.has(key)), ...own]
  }

  private mergedFields(value: unknown, what: string): ReadonlyArray<Field> {
    const resolved = this.resolve(value)
    return isSeq(resolved) ? resolved.items.flatMap((item) => this.fields(item, what)) : this.fields(value, what)
  }

  /** The items of a list; complains and gives none when it is not a list. */
  items(node: unknown, what: string, otherwise?: Span): ReadonlyArray<unknown> {
    const resolved = this.resolve(node)
    if (isSeq(resolved)) return resolved.items
    this.complain(this.span(node, otherwise), `${what} must be a list`)
    return []
  }

  /** A map whose keys are known: complains of the others, naming the nearest. */
  record<K extends string>(
    node: unknown,
    what: string,
    known: ReadonlyArray<K>,
    otherwise?: Span
  ): { readonly [key in K]?: Field } {
    const record: { [key in K]?: Field } = {}
    for (const field of this.fields(node, what, otherwise)) {
      const key = known.find((candidate) => candidate === field.key)
      if (key !== undefined) {
        record[key] = field
        continue
      }
      const close = nearest(field.key, known)
      const list = `(takes: ${known.join(", ")})`
      this.complain(
        field.keySpan,
        `${what}: unknown key "${field.key}"`,
        close === undefined ? list : `did you mean "${close}"?   ${list}`
      )
    }
    return record
  }

  /** Text that is not empty; complains otherwise. */
  text(field: Field | undefined, what: string): Spanned<string> | undefined {
    if (field === undefined) return undefined
    const value = this.scalar(field.value)
    const span = this.span(field.value, field.keySpan)
    if (typeof value === "string" && value.trim() !== "") return { value, span }
    if (typeof value === "number") return { value: String(value), span }
    this.complain(span, `${what} must be text`)
    return undefined
  }

  /** A number within bounds; complains otherwise. */
  number(field: Field | undefined, what: string, bounds: { readonly least?: number; readonly whole?: boolean } = {}) {
    if (field === undefined) return undefined
    const value = this.scalar(field.value)
    const span = this.span(field.value, field.keySpan)
    const fits =
      typeof value === "number" &&
      Number.isFinite(value) &&
      value >= (bounds.least ?? Number.NEGATIVE_INFINITY) &&
      (bounds.whole !== true || Number.isInteger(value))
    if (fits) return { value, span }
    const least = bounds.least === undefined ? "" : ` of at least ${bounds.least}`
    this.complain(span, `${what} must be a ${bounds.whole === true ? "whole " : ""}number${least}`)
    return undefined
  }

  private collectAnchors(node: unknown): void {
    if (!isNode(node)) return
    if (!isAlias(node) && node.anchor !== undefined) this.anchors.set(node.anchor, node)
    if (isMap(node)) for (const { value } of node.items) this.collectAnchors(value)
    if (isSeq(node)) for (const item of node.items) this.collectAnchors(item)
  }
}

const isNode = (value: unknown): value is Node => isScalar(value) || isMap(value) || isSeq(value) || isAlias(value)

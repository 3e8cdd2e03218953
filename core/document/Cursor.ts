/** Walks over YAML nodes and gathers complaints: the plain means by which a document is decoded. */
import { type Alias, isAlias, isCollection, isMap, isScalar, isSeq, type Node } from "yaml"
import type { Diagnostic } from "./Diagnostic.ts"
import type { YamlTree } from "./read-yaml.ts"
import { type SourceText, span as spanOf } from "./SourceText.ts"
import type { Span, Spanned } from "./Span.ts"
import { suggestion } from "./suggestion.ts"

/** A key of a map with its value. */
export interface Field {
  readonly key: string
  readonly keySpan: Span
  readonly value: unknown
}

/** Complaints after which no hints are looked for: comparing every name with every other takes minutes in a large file. */
const MAX_HINTS = 100

export class Cursor {
  readonly source: SourceText
  readonly diagnostics: Array<Diagnostic> = []
  private readonly aliases: ReadonlyMap<Alias, Node>

  constructor(source: SourceText, tree: Pick<YamlTree, "aliases">) {
    this.source = source
    this.aliases = tree.aliases
  }

  complain(span: Span, message: string, hint?: string): void {
    this.diagnostics.push({ severity: "error", span, message, ...(hint === undefined ? {} : { hint }) })
  }

  /** Whether a hint is still worth looking for. */
  get isPatient(): boolean {
    return this.diagnostics.length < MAX_HINTS
  }

  /** Complains of a name that nothing has, with the nearest that something has. */
  unknown(span: Span, message: string, name: string, label: string, candidates: Iterable<string>): void {
    this.complain(span, `${message} "${name}"`, this.isPatient ? suggestion(name, label, [...candidates]) : undefined)
  }

  /** The place of a node; of an absent value, the place given instead. */
  span(node: unknown, otherwise?: Span): Span {
    const range = isNode(node) ? node.range : undefined
    // An empty value has a place of its own, after the colon, where nobody looks.
    if (range === undefined || range === null || range[0] === range[1]) return otherwise ?? spanOf(this.source, 0, 1)
    return spanOf(this.source, range[0], range[1])
  }

  /** The node itself, or what its alias stands for. */
  resolve(node: unknown): unknown {
    return isAlias(node) ? this.aliases.get(node) : node
  }

  /** The value of a scalar, `null` for an absent one; `undefined` for anything else. */
  scalar(node: unknown): null | boolean | number | string | undefined {
    const resolved = this.resolve(node)
    if (resolved === null || resolved === undefined) return null
    if (!isScalar(resolved)) return undefined
    const { value } = resolved
    const isPlain = typeof value === "boolean" || typeof value === "number" || typeof value === "string"
    return isPlain ? value : null
  }

  /** What stands at a place, in a person's words. */
  describe(node: unknown): string {
    const resolved = this.resolve(node)
    if (isMap(resolved)) return "a map"
    if (isSeq(resolved)) return "a list"
    const value = this.scalar(resolved)
    return value === null ? "nothing" : typeof value === "string" ? "text" : String(value)
  }

  /** Whether a value is a map, or nothing, which counts as an empty one; complains otherwise, with what would be right. */
  isMapping(node: unknown, what: string, otherwise?: Span, hint?: string): boolean {
    const resolved = this.resolve(node)
    if (isMap(resolved) || this.scalar(node) === null) return true
    const message = `${what} must be a map, not ${this.describe(node)}`
    this.complain(this.span(node, otherwise), message, hintFor(resolved) ?? hint)
    return false
  }

  /** The fields of a map, merge keys followed; none when it is empty, none and a complaint when it is not a map. */
  fields(node: unknown, what: string, otherwise?: Span): ReadonlyArray<Field> {
    const resolved = this.resolve(node)
    if (!this.isMapping(node, what, otherwise) || !isMap(resolved)) return []
    const own: Array<Field> = []
    const merged: Array<Field> = []
    for (const { key, value } of resolved.items) {
      const name = isScalar(key) ? String(key.value) : ""
      if (name === "<<") merged.push(...this.mergedFields(value, what))
      else own.push({ key: name, keySpan: this.span(key), value })
    }
    if (merged.length === 0) return own
    const names = new Set(own.map(({ key }) => key))
    return [...merged.filter(({ key }) => !names.has(key)), ...own]
  }

  private mergedFields(value: unknown, what: string): ReadonlyArray<Field> {
    const resolved = this.resolve(value)
    return isSeq(resolved) ? resolved.items.flatMap((item) => this.fields(item, what)) : this.fields(value, what)
  }

  /** The items of a list; none when it is empty, none and a complaint when it is not a list. */
  items(field: Field | undefined, what: string): ReadonlyArray<unknown> {
    if (field === undefined) return []
    const resolved = this.resolve(field.value)
    if (isSeq(resolved)) return resolved.items
    if (this.scalar(field.value) !== null) {
      const place = this.span(field.value, field.keySpan)
      this.complain(
        place,
        `${what} must be a list, not ${this.describe(field.value)}`,
        "write [ … ], or a line that starts with - for each"
      )
    }
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
      if (key !== undefined) record[key] = field
      else this.unknown(field.keySpan, `${what}: unknown key`, field.key, "takes", known)
    }
    return record
  }

  /** Text that is not empty, numbers as they are written; complains otherwise. */
  text(field: Field | undefined, what: string): Spanned<string> | undefined {
    if (field === undefined) return undefined
    const value = this.scalar(field.value)
    const span = this.span(field.value, field.keySpan)
    if (typeof value === "string" && value.trim() !== "") return { value, span }
    if (typeof value === "number") return { value: this.written(field.value, value), span }
    this.complain(span, `${what} must be text, not ${value === "" ? "empty" : this.describe(field.value)}`)
    return undefined
  }

  /** A number as the file has it: 1706.0120 is an arXiv identifier whose last digit counts. */
  private written(node: unknown, value: number): string {
    const resolved = this.resolve(node)
    return isScalar(resolved) ? (resolved.source ?? String(value)) : String(value)
  }

  /** A number within bounds; complains otherwise. */
  number(
    field: Field | undefined,
    what: string,
    bounds: { readonly least?: number; readonly whole?: boolean } = {}
  ): Spanned<number> | undefined {
    if (field === undefined) return undefined
    const value = this.scalar(field.value)
    const span = this.span(field.value, field.keySpan)
    const fits =
      typeof value === "number" &&
      Number.isFinite(value) &&
      value >= (bounds.least ?? Number.NEGATIVE_INFINITY) &&
      (bounds.whole !== true || Number.isSafeInteger(value))
    if (fits) return { value, span }
    const least = bounds.least === undefined ? "" : ` of at least ${bounds.least}`
    const kind = bounds.whole === true ? "whole number" : "number"
    this.complain(span, `${what} must be a ${kind}${least}, not ${this.describe(field.value)}`)
    return undefined
  }
}

/** Text in place of a map is most likely a key whose colon or space was forgotten. */
const hintFor = (node: unknown): string | undefined => {
  const text = isScalar(node) && typeof node.value === "string" ? node.value : ""
  if (/^\w+:\S/u.test(text)) return "put a space after the colon"
  return /^\w+ +\S+$/u.test(text) ? "write key: value" : undefined
}

const isNode = (value: unknown): value is Node => isScalar(value) || isCollection(value) || isAlias(value)

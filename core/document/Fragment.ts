/** The files that a pipeline is written in: the pipeline file, and those that it includes. */
import type { Result } from "effect"
import type { Cursor, Field } from "./Cursor.ts"
import type { YamlTree } from "./read-yaml.ts"
import type { Span } from "./Span.ts"
import type { Template } from "./Template.ts"

/** Gives the text of a file by its path, as the user would name it, or says in a few words why it cannot. */
export type OpenFile = (path: string) => Result.Result<string, string>

/** Names that see each other. The pipeline file has one, with all that it includes without `as`. */
export interface Namespace {
  /** Stands before each name outside: `small-` for what is included as `small`; empty for the pipeline's own. */
  readonly prefix: string
  /** That of the including file: its stages and sources can be named where there is none of that name here. */
  readonly parent: Namespace | undefined
  /** Values for parameters, from the including file. */
  readonly given: ReadonlyArray<GivenParam>
}

export interface GivenParam {
  readonly key: string
  readonly keySpan: Span
  readonly value: Template
  /** Of the including file. */
  readonly cursor: Cursor
}

/** One file, at one place among the others. */
export interface Fragment {
  readonly cursor: Cursor
  readonly tree: YamlTree
  readonly namespace: Namespace
  /** Its folder relative to that of the pipeline file; empty, or with a / at its end. */
  readonly folder: string
  readonly top: { readonly [key in FragmentKey]?: Field }
}

/** What a file that is included may hold. */
export const FRAGMENT_KEYS = [
  "include",
  "env",
  "params",
  "paramsFrom",
  "sources",
  "limits",
  "stages",
  "outputs",
  "expect",
  "report"
] as const

export type FragmentKey = (typeof FRAGMENT_KEYS)[number]

/** Whether all entries under a key of a fragment could be read. */
export const isReadable = ({ tree }: Pick<Fragment, "tree">, field: Field | undefined): boolean =>
  field === undefined ? tree.isWhole : tree.isComplete(field.keySpan.line)

/** Whether a namespace is another one, or is included by it. */
export const isWithin = (namespace: Namespace, outer: Namespace): boolean => {
  for (let one: Namespace | undefined = namespace; one !== undefined; one = one.parent) if (one === outer) return true
  return false
}

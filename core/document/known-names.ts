/** The names of stages and sources that references may use, in each file. */
import type { Field } from "./Cursor.ts"
import type { KnownNames } from "./check-reference.ts"
import { decodeSources } from "./decode-sources.ts"
import { type Fragment, isReadable, isWithin, type Namespace } from "./Fragment.ts"
import type { Gathered } from "./gather-fragments.ts"
import type { SourceDocument } from "./PipelineDocument.ts"
import type { Span } from "./Span.ts"

/** An entry under `stages:` with the file that has it. */
export interface StageField {
  readonly fragment: Fragment
  readonly field: Field
}

export interface NamedParts {
  readonly stages: ReadonlyArray<StageField>
  readonly sources: ReadonlyArray<SourceDocument>
  readonly names: ReadonlyMap<Namespace, Omit<KnownNames, "profiles">>
}

/** Finds the stages and sources of all files; complains of two that have one name. */
export const namedParts = (gathered: Gathered): NamedParts => {
  const { fragments } = gathered
  const stages = fragments.flatMap((fragment): ReadonlyArray<StageField> => {
    const field = fragment.top.stages
    if (field === undefined) return []
    return fragment.cursor.fields(field.value, "stages", field.keySpan).map((stage) => ({ fragment, field: stage }))
  })
  const sources = fragments.flatMap((fragment) => decodeSources(fragment).map((source) => ({ fragment, ...source })))
  const stageNames = namesOf(
    gathered,
    "stage",
    stages.map(({ fragment, field }) => ({ fragment, ...field }))
  )
  const sourceNames = namesOf(gathered, "source", sources)
  const namespaces = new Set(fragments.map(({ namespace }) => namespace))
  return {
    stages,
    sources: sources.flatMap(({ document }) => document ?? []),
    names: new Map([...namespaces].map((one) => [one, { stages: stageNames(one), sources: sourceNames(one) }]))
  }
}

interface Named {
  readonly fragment: Fragment
  readonly key: string
  readonly keySpan: Span
}

/** How a namespace sees the names of one sort: its own, those of what it includes, and where it has none, its parent's. */
const namesOf = (
  { fragments, incomplete }: Gathered,
  sort: "stage" | "source",
  entries: ReadonlyArray<Named>
): ((namespace: Namespace) => ReadonlyMap<string, string> | undefined) => {
  checkTwice(sort, entries)
  const unreadable = new Set(incomplete)
  for (const fragment of fragments) {
    if (!isReadable(fragment, fragment.top[`${sort}s`])) unreadable.add(fragment.namespace)
  }
  const seen = (namespace: Namespace): ReadonlyMap<string, string> | undefined => {
    if ([...unreadable].some((one) => isWithin(one, namespace))) return undefined
    const outer = namespace.parent === undefined ? new Map<string, string>() : seen(namespace.parent)
    if (outer === undefined) return undefined
    const names = new Map(outer)
    for (const { fragment, key } of entries) {
      if (!isWithin(fragment.namespace, namespace)) continue
      const whole = `${fragment.namespace.prefix}${key}`
      names.set(whole.slice(namespace.prefix.length), whole)
    }
    return names
  }
  return seen
}

const checkTwice = (sort: string, entries: ReadonlyArray<Named>): void => {
  const first = new Map<string, Named>()
  for (const entry of entries) {
    const { fragment, key, keySpan } = entry
    const whole = `${fragment.namespace.prefix}${key}`
    const other = first.get(whole)
    // Within one map the YAML itself is complained of.
    if (other !== undefined && other.fragment !== fragment) {
      const { file, line } = other.keySpan
      fragment.cursor.complain(keySpan, `${sort} "${whole}" stands in ${file}:${line} too`)
    } else first.set(whole, entry)
  }
}

/** The parameters of a pipeline, and the profiles that change them. */

import { isSeq } from "yaml"
import type { Cursor, Field } from "./Cursor.ts"
import { checkNames, type Offer } from "./check-names.ts"
import { type Fragment, isReadable, isWithin, type Namespace } from "./Fragment.ts"
import type { Gathered } from "./gather-fragments.ts"
import type { ParamEntry, ParamView, ProfileDocument } from "./PipelineDocument.ts"
import { readMap } from "./read-template.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import * as SourceText from "./SourceText.ts"
import type { TemplateEntry } from "./Template.ts"

export interface DecodedParams {
  readonly params: ReadonlyArray<ParamEntry>
  /** What the expressions of a namespace may name. */
  readonly offers: ReadonlyMap<Namespace, Offer>
  /** How a namespace sees the parameters. */
  readonly views: ReadonlyMap<Namespace, ParamView>
}

/** A parameter as it stands in a file. */
interface Written extends TemplateEntry {
  readonly cursor: Cursor
  /** The namespace whose names its value may use: another than its own where the including file gives it. */
  readonly within: Namespace
}

/** A parameter under its whole name. */
interface Placed extends Written {
  readonly namespace: Namespace
}

/**
 * Decodes `params:` and `paramsFrom:` of all files.
 *
 * Those of an including file come before those of what it includes under a name, to which it gives values. Within one
 * namespace what a file itself says wins over what it includes and what it takes from files, and takes its place.
 */
export const decodeParams = (gathered: Gathered, env: ReadonlySet<string>): DecodedParams => {
  const namespaces = new Map<Namespace, Map<string, Written>>()
  for (const fragment of gathered.fragments) {
    const params = namespaces.get(fragment.namespace) ?? new Map<string, Written>()
    namespaces.set(fragment.namespace, params)
    for (const param of writtenIn(gathered, fragment)) params.set(param.key, param)
  }
  const unreadable = new Set(gathered.incomplete)
  for (const fragment of gathered.fragments) {
    if (!isReadable(fragment, fragment.top.params)) unreadable.add(fragment.namespace)
  }
  const isUnknown = (namespace: Namespace) => [...unreadable].some((one) => isWithin(one, namespace))
  for (const [namespace, params] of namespaces) giveValues(namespace, params, isUnknown(namespace))
  const placed = [...namespaces].flatMap(([namespace, params]) =>
    Array.from(params.values(), (param): Placed => ({ ...param, key: `${namespace.prefix}${param.key}`, namespace }))
  )
  refuseNamesakes(placed)
  const positions = positionsOf(placed)
  const views = new Map(Array.from(namespaces.keys(), (namespace) => [namespace, viewOf(namespace, placed)]))
  const offers = new Map(
    [...views].map(([namespace, view]): [Namespace, Offer] => [
      namespace,
      { params: isUnknown(namespace) ? undefined : seenPositions(positions, view) }
    ])
  )
  const params = placed.map(({ key, keySpan, value, cursor, within }): ParamEntry => {
    checkParameter(cursor, "params", { key, value }, { ...offers.get(within), env }, positions)
    return { key, keySpan, value, view: views.get(within) }
  })
  return { params, offers, views }
}

/** What a fragment takes from files, then what it says itself. */
const writtenIn = (gathered: Gathered, fragment: Fragment): ReadonlyArray<Written> => {
  const { cursor, top, namespace } = fragment
  const files = filesOf(cursor, top.paramsFrom).flatMap((path) => gathered.read(fragment, path, "paramsFrom") ?? [])
  const taken = files.flatMap((file) => {
    const start = SourceText.span(file.cursor.source, 0, 1)
    const { entries } = readMap(file.cursor, file.tree.root, "a file of parameters", start)
    return entries.map((entry): Written => ({ ...entry, cursor: file.cursor, within: namespace }))
  })
  const own = top.params === undefined ? [] : readMap(cursor, top.params.value, "params", top.params.keySpan).entries
  const written = [...taken, ...own.map((entry): Written => ({ ...entry, cursor, within: namespace }))]
  for (const param of written) {
    const isName = NAME.test(param.key) && NAME.test(`${namespace.prefix}${param.key}`)
    if (!isName) param.cursor.complain(param.keySpan, `parameter "${param.key}": ${NAME_RULE}`)
  }
  return written
}

/** Paths under `paramsFrom:`: one, or a list. */
const filesOf = (cursor: Cursor, field: Field | undefined) => {
  if (field === undefined) return []
  const resolved = cursor.resolve(field.value)
  const items: ReadonlyArray<unknown> = isSeq(resolved) ? resolved.items : [field.value]
  return items.flatMap((value) => cursor.text({ ...field, value }, "paramsFrom") ?? [])
}

/** Lays the values that the including file gives over the parameters of what it includes. */
const giveValues = ({ given, parent }: Namespace, params: Map<string, Written>, isUnknown: boolean): void => {
  for (const value of given) {
    if (params.has(value.key) && parent !== undefined) params.set(value.key, { ...value, within: parent })
    else if (!isUnknown) {
      value.cursor.unknown(value.keySpan, "include: unknown parameter", value.key, "params", params.keys())
    }
  }
}

/** Two parameters of one whole name: of `b-v` here and `v` in what is included as `b`, one would not count. */
const refuseNamesakes = (placed: ReadonlyArray<Placed>): void => {
  const known = new Map<string, Placed>()
  for (const param of placed) {
    const { key, namespace } = param
    const outer = known.get(key)
    known.set(key, param)
    if (outer === undefined) continue
    outer.cursor.complain(
      outer.keySpan,
      `parameter "${key}": what is included as "${namespace.prefix.slice(0, -1)}" has a parameter of this name`,
      isWithin(namespace, outer.namespace)
        ? `give its value where that is included:   params: { ${key.slice(namespace.prefix.length)}: … }`
        : undefined
    )
  }
}

/** The pipeline's own namespace sees everything under its whole name; others see theirs and those of what they include. */
const viewOf = (namespace: Namespace, placed: ReadonlyArray<Placed>): ParamView =>
  namespace.parent === undefined
    ? undefined
    : new Map(
        placed
          .filter((param) => isWithin(param.namespace, namespace))
          .map(({ key }) => [key.slice(namespace.prefix.length), key])
      )

const seenPositions = (positions: ReadonlyMap<string, number>, view: ParamView): ReadonlyMap<string, number> =>
  view === undefined ? positions : new Map([...view].map(([name, whole]) => [name, positions.get(whole) ?? 0]))

/** Where each parameter stands among the others. */
export const positionsOf = (params: ReadonlyArray<Pick<TemplateEntry, "key">>): ReadonlyMap<string, number> =>
  new Map(params.map(({ key }, index) => [key, index]))

/** Complains of names in a parameter's value that are not resolved before it. */
export const checkParameter = (
  cursor: Cursor,
  title: string,
  { key, value }: Pick<TemplateEntry, "key" | "value">,
  offer: Offer,
  positions: ReadonlyMap<string, number>
): void => checkNames(cursor, `${title}: ${key}`, value, { ...offer, before: positions.get(key) ?? 0 })

/** Decodes `profiles:`; `offer` is that of the pipeline's own namespace. */
export const decodeProfiles = (
  cursor: Cursor,
  field: Field | undefined,
  params: ReadonlyArray<ParamEntry>,
  offer: Offer
): ReadonlyArray<ProfileDocument> => {
  if (field === undefined) return []
  const positions = positionsOf(params)
  return cursor.fields(field.value, "profiles", field.keySpan).map(({ key, keySpan, value }) => {
    const title = `profile "${key}"`
    if (!NAME.test(key)) cursor.complain(keySpan, `${title}: ${NAME_RULE}`)
    if (key === "default") cursor.complain(keySpan, `${title} is what params: holds; it cannot be written again`)
    const changed = readMap(cursor, value, title, keySpan)
    for (const entry of changed.entries) {
      if (offer.params === undefined || offer.params.has(entry.key)) {
        checkParameter(cursor, title, entry, { ...offer, params: positions }, positions)
      } else cursor.unknown(entry.keySpan, `${title}: unknown parameter`, entry.key, "params", positions.keys())
    }
    return { name: key, nameSpan: keySpan, params: changed }
  })
}

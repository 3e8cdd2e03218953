/** Files from outside. */
import { ARTIFACT_KINDS, isArtifactKind } from "../stage/ArtifactKind.ts"
import type { Field } from "./Cursor.ts"
import type { Fragment } from "./Fragment.ts"
import type { SourceDocument } from "./PipelineDocument.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import { leavesFolder, pathFault } from "./relative-path.ts"
import type { Span } from "./Span.ts"

/** A source as far as it could be decoded: others may refer to its name all the same. */
export interface NamedSource {
  /** As the file itself calls it. */
  readonly key: string
  readonly keySpan: Span
  readonly document: SourceDocument | undefined
}

/** Decodes `sources:`. */
export const decodeSources = (fragment: Fragment): ReadonlyArray<NamedSource> => {
  const field = fragment.top.sources
  if (field === undefined) return []
  return fragment.cursor.fields(field.value, "sources", field.keySpan).map((source) => ({
    key: source.key,
    keySpan: source.keySpan,
    document: decodeSource(fragment, source)
  }))
}

const decodeSource = (
  { cursor, namespace: { prefix }, folder }: Fragment,
  { key, keySpan, value }: Field
): SourceDocument | undefined => {
  const name = `${prefix}${key}`
  const title = `source "${name}"`
  if (!NAME.test(key) || !NAME.test(name)) cursor.complain(keySpan, `${title}: ${NAME_RULE}`)
  if (!cursor.isMapping(value, title, keySpan, `write { path: ${cursor.scalar(value) ?? "in.csv"}, kind: Table }`)) {
    return undefined
  }
  const record = cursor.record(value, title, ["path", "kind"], keySpan)
  const path = cursor.text(record.path, `${title}: path`)
  const kind = cursor.text(record.kind, `${title}: kind`)
  if (record.path === undefined) cursor.complain(keySpan, `${title}: the path is missing`)
  if (record.kind === undefined) {
    cursor.complain(keySpan, `${title}: the kind is missing`, `(kinds: ${ARTIFACT_KINDS.join(", ")})`)
  }
  if (path !== undefined && leavesFolder(path.value)) {
    cursor.complain(path.span, `${title}: the path must stay in the folder of the pipeline file`)
  } else {
    const fault = path && pathFault(path.value)
    if (path !== undefined && fault !== undefined) {
      cursor.complain(path.span, `${title}: the path cannot be used: ${fault}`)
    }
  }
  if (path === undefined || kind === undefined) return undefined
  if (isArtifactKind(kind.value)) {
    const inside = { value: `${folder}${path.value}`, span: path.span }
    return { name, nameSpan: keySpan, path: inside, kind: { value: kind.value, span: kind.span } }
  }
  cursor.unknown(kind.span, `${title}: unknown kind`, kind.value, "kinds", ARTIFACT_KINDS)
  return undefined
}

/** Files from outside. */
import { ARTIFACT_KINDS, isArtifactKind } from "../stage/ArtifactKind.ts"
import type { Cursor, Field } from "./Cursor.ts"
import type { SourceDocument } from "./PipelineDocument.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import { leavesFolder } from "./relative-path.ts"

/** A source as far as it could be decoded: others may refer to its name all the same. */
export interface NamedSource {
  readonly name: string
  readonly document: SourceDocument | undefined
}

/** Decodes `sources:`. */
export const decodeSources = (cursor: Cursor, field: Field | undefined): ReadonlyArray<NamedSource> =>
  field === undefined
    ? []
    : cursor
        .fields(field.value, "sources", field.keySpan)
        .map((source) => ({ name: source.key, document: decodeSource(cursor, source) }))

const decodeSource = (cursor: Cursor, { key, keySpan, value }: Field): SourceDocument | undefined => {
  const title = `source "${key}"`
  if (!NAME.test(key)) cursor.complain(keySpan, `${title}: ${NAME_RULE}`)
  const record = cursor.record(value, title, ["path", "kind"], [], keySpan)
  const path = cursor.text(record.path, `${title}: path`)
  const kind = cursor.text(record.kind, `${title}: kind`)
  if (record.path === undefined) cursor.complain(keySpan, `${title}: the path is missing`)
  if (record.kind === undefined) {
    cursor.complain(keySpan, `${title}: the kind is missing`, `(kinds: ${ARTIFACT_KINDS.join(", ")})`)
  }
  if (path !== undefined && leavesFolder(path.value)) {
    cursor.complain(path.span, `${title}: the path must stay in the folder of the pipeline file`)
  }
  if (path === undefined || kind === undefined) return undefined
  if (isArtifactKind(kind.value)) {
    return { name: key, nameSpan: keySpan, path, kind: { value: kind.value, span: kind.span } }
  }
  cursor.unknown(kind.span, `${title}: unknown kind`, kind.value, "kinds", ARTIFACT_KINDS)
  return undefined
}

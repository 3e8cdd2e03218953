/** The end of the name under which an artifact is copied out as it is stored. */
import type { ArtifactKind } from "../stage/ArtifactKind.ts"

/** `.npy`, `.vl.json` and so on; nothing for a Directory, which is a folder. */
export const storedEnding = ({
  kind,
  files
}: {
  readonly kind: ArtifactKind
  readonly files: ReadonlyArray<{ readonly path: string }>
}): string => {
  const path = files[0]?.path ?? ""
  return kind === "Directory" || !path.includes(".") ? "" : path.slice(path.indexOf("."))
}

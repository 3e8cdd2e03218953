/** A matrix value as figures and tables say it. */
import { formatValue } from "../plan/task-id.ts"
import type { Json } from "../stage/ArtifactKind.ts"

/** As in the name of a task, a map by its name, but without the quotes that tell `"500"` from 500 there. */
export const matrixText = (value: Json): string => {
  const text = formatValue(value)
  return text.startsWith('"') ? String(JSON.parse(text)) : text
}

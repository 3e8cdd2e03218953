/** The words of a Vega-Lite specification. */
import type { Figure, Json } from "../stage/ArtifactKind.ts"

/** Its title: a text, several lines, or an object. */
export const titleOf = ({ title }: Figure["spec"]): string | undefined => textOf(title)

/** Its description. */
export const captionOf = ({ description }: Figure["spec"]): string | undefined => textOf(description)

const textOf = (value: Json | undefined): string | undefined => {
  if (typeof value === "string") return value
  if (Array.isArray(value)) return value.every((line) => typeof line === "string") ? value.join(" ") : undefined
  if (typeof value === "object" && value !== null && "text" in value) return textOf(value["text"])
  return undefined
}

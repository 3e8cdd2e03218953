/** Where a command finds what arrives at its ports, relative to its working directory. */
import { endingOf } from "../codec/Codec.ts"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import type { JsonMap } from "./Plan.ts"
import { formatValue } from "./task-id.ts"

/** The folder of all inputs. */
export const INPUTS = "inputs"

/** `inputs/limit.npy`; for a Directory, and for a fan-in of any kind, the folder `inputs/photos`. */
export const stagedPath = (
  port: string,
  { _tag, kind }: { readonly _tag: "One" | "Many"; readonly kind: ArtifactKind }
) => `${INPUTS}/${port}${_tag === "Many" ? "" : endingOf(kind)}`

/** Lists the items of a fan-in, in its folder: their matrix values, and their names there. */
export const MANIFEST = "manifest.json"

/** Longest name of an item without number and ending; file systems end at 255 bytes. */
const LONGEST = 120

/**
 * Names of the items of a fan-in, `007-init=3,width=500.npy`: in their order where they are sorted, each once whatever the
 * matrix values are.
 */
export const itemNames = (
  kind: ArtifactKind,
  items: ReadonlyArray<{ readonly matrix: JsonMap }>
): ReadonlyArray<string> => {
  const digits = Math.max(3, String(items.length - 1).length)
  return items.map(({ matrix }, index) => {
    const values = Object.entries(matrix).map(([name, value]) => `${name}=${formatValue(value)}`)
    const label = values
      .join(",")
      .replace(/[^A-Za-z0-9_.,=+-]+/gu, "_")
      .slice(0, LONGEST)
    return `${String(index).padStart(digits, "0")}${label === "" ? "" : `-${label}`}${endingOf(kind)}`
  })
}

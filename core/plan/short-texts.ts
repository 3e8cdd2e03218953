/** Values as texts that a line has room for, and that show where they differ. */
import type { Json } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"

/** Letters of a value that are shown, and how many of them may come before the first that differs. */
const SHOWN = 40
const SHOWN_BEFORE = 10

/** The texts of values that are to be compared; `undefined` for one that is not there. */
export const shortTexts = (values: ReadonlyArray<Json | undefined>): ReadonlyArray<string | undefined> =>
  clipTexts(values.map((value) => (value === undefined ? undefined : canonicalText(value))))

/** The same of values that are texts already. */
export const clipTexts = (texts: ReadonlyArray<string | undefined>): ReadonlyArray<string | undefined> => {
  const there = texts.filter((text) => text !== undefined)
  const longest = Math.max(0, ...there.map(({ length }) => length))
  const from = longest <= SHOWN ? 0 : Math.max(0, sharedLength(there) - SHOWN_BEFORE)
  return texts.map((text) => text && excerpt(text, from))
}

/** How many letters come before the first that differs: none where nothing does. */
const sharedLength = ([first = "", ...others]: ReadonlyArray<string>): number => {
  const differsAt = (other: string): number => {
    let at = 0
    while (at < first.length && first[at] === other[at]) at++
    return other === first ? Number.POSITIVE_INFINITY : at
  }
  const shared = Math.min(...others.map(differsAt))
  return Number.isFinite(shared) ? shared : 0
}

const excerpt = (text: string, from: number): string => {
  const rest = text.slice(from)
  return `${from > 0 ? "…" : ""}${rest.length <= SHOWN ? rest : `${rest.slice(0, SHOWN - 3)}…`}`
}

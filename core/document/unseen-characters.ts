/** Characters that nobody sees and a terminal obeys, or that make text look like another: names and paths hold none. */
import { isGuarded } from "../fault/hooks.ts"

/** Control characters, line breaks beyond them, and those that turn the direction of writing; halves of characters too. */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/u
const EVERY_UNSEEN = new RegExp(UNSEEN, "gu")

/** The first of them in a text, as `U+202E`. */
export const unseenIn = (text: string): string | undefined => {
  const [found] = UNSEEN.exec(text) ?? []
  return found === undefined ? undefined : codePointName(found)
}

/** `U+202E` */
export const codePointName = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`

/** The text with a sign in place of each of them, but for those that are `kept`. */
export const withoutUnseen = (text: string, kept = ""): string =>
  isGuarded("escape-unseen")
    ? text.replace(EVERY_UNSEEN, (character) => (kept.includes(character) ? character : "\ufffd"))
    : text

/** JSON text with each of them as `\\u202e`; what breaks its lines stays. */
export const escapeUnseen = (json: string): string =>
  json.replace(EVERY_UNSEEN, (character) =>
    character === "\n" ? character : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`
  )

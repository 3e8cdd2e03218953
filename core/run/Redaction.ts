/** Takes the values of secrets out of whatever is kept or shown. */
import { stripVTControlCharacters } from "node:util"
import { isGuarded } from "../fault/hooks.ts"

/**
 * Characters. Values shorter than this are too common to be looked for in files: they are in every other one by chance.
 * docs/pipeline-file.md tells it.
 */
const SHORTEST_IN_FILES = 8

/** A way in which a secret may be written. */
interface Spelling {
  readonly text: string
  /** Name of the secret. */
  readonly name: string
  /** Whether it is the middle of a base64 word, whose ends depend on what the secret stands between. */
  readonly isMiddle: boolean
}

export class Redaction {
  /** Longest spelling of a secret, in characters. */
  readonly reach: number
  /** Bytes of the longest spelling in a file. */
  readonly reachInBytes: number
  private readonly spellings: ReadonlyArray<Spelling>

  /** `secrets` are the values by name; empty ones hide nothing. */
  constructor(secrets: { readonly [name: string]: string }) {
    const spellings = Object.entries(secrets).flatMap(([name, value]) => spellingsOf(name, value))
    // The longest first: one secret may hold another.
    this.spellings = spellings.sort((a, b) => b.text.length - a.text.length)
    this.reach = this.spellings[0]?.text.length ?? 0
    this.reachInBytes = Math.max(0, ...this.spellings.map(({ text }) => Buffer.byteLength(text)))
  }

  /** The text with `***` in place of each secret. Where colours or control characters part one, the text loses all of them. */
  text(text: string): string {
    if (this.reach === 0 || !isGuarded("redact-text")) return text
    const clean = this.replaced(text)
    if (!CONTROLS.test(clean)) return clean
    const plain = stripVTControlCharacters(clean).replace(ALL_CONTROLS, "")
    const replaced = this.replaced(plain)
    return replaced === plain ? clean : replaced
  }

  private replaced(text: string): string {
    return this.spellings.reduce(
      (clean, spelling) =>
        spelling.isMiddle ? withoutWords(clean, spelling.text) : clean.replaceAll(spelling.text, "***"),
      text
    )
  }

  /** The name of a secret whose value is in some bytes. */
  foundIn(bytes: Uint8Array): string | undefined {
    if (this.reach === 0 || !isGuarded("search-files-for-secrets")) return undefined
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return this.spellings.find(({ text }) => text.length >= SHORTEST_IN_FILES && buffer.includes(text))?.name
  }
}

/** Characters that nobody sees, but for ends of lines and tabulators. */
const CONTROLS = /[^\P{Cc}\n\t]|\p{Cf}/u
const ALL_CONTROLS = new RegExp(CONTROLS.source, "gu")

/** As it is, line by line, and as JSON, URLs, base64 and hexadecimal digits have it. */
const spellingsOf = (name: string, value: string): ReadonlyArray<Spelling> => {
  const lines = value.split(/\r?\n/u).filter((line) => line.length >= SHORTEST_IN_FILES)
  const base64 = Buffer.from(value).toString("base64")
  const whole = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed()), ...lines]
  const bytes = [value, ...lines].map((text) => Buffer.from(text))
  const hex = bytes.map((each) => each.toString("hex")).filter((digits) => digits.length >= SHORTEST_IN_FILES)
  const middles = [base64, ...bytes.flatMap(middlesOf)]
  const spelt = (texts: ReadonlyArray<string>, isMiddle: boolean): ReadonlyArray<Spelling> =>
    [...new Set(texts)].filter((text) => text !== "").map((text) => ({ text, name, isMiddle }))
  return [
    ...spelt([...whole, ...hex, ...hex.map((digits) => digits.toUpperCase())], false),
    ...spelt([...middles, ...middles.map(urlSafe)], true)
  ]
}

/** What base64 of any text that holds the bytes has of them alone: three bytes are four characters, so there are three cases. */
const middlesOf = (bytes: Buffer): ReadonlyArray<string> =>
  [0, 1, 2]
    .map((before) => {
      const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64")
      return text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.byteLength) * 4) / 3))
    })
    .filter((middle) => middle.length >= SHORTEST_IN_FILES)

const urlSafe = (base64: string): string => base64.replaceAll("+", "-").replaceAll("/", "_")

/** The text without the base64 words that hold this. */
const withoutWords = (text: string, middle: string): string => {
  let clean = ""
  let done = 0
  for (let at = text.indexOf(middle); at >= 0; at = text.indexOf(middle, done)) {
    let start = at
    while (start > done && /[\w+/-]/u.test(text[start - 1]!)) start--
    clean += `${text.slice(done, start)}***`
    done = at + middle.length
    while (done < text.length && /[\w+/=-]/u.test(text[done]!)) done++
  }
  return clean + text.slice(done)
}

/** Takes the values of secrets out of whatever is kept or shown. */
import { isGuarded } from "../fault/hooks.ts"

/**
 * Characters. Values shorter than this are too common to be looked for in files: they are in every other one by chance.
 * docs/pipeline-file.md tells it.
 */
const SHORTEST_IN_FILES = 8

export class Redaction {
  /** Longest spelling of a secret, in characters. */
  readonly reach: number
  /** Bytes of the longest spelling in a file. */
  readonly reachInBytes: number
  private readonly spellings: ReadonlyArray<readonly [spelling: string, name: string]>

  /** `secrets` are the values by name; empty ones hide nothing. */
  constructor(secrets: { readonly [name: string]: string }) {
    const spellings = Object.entries(secrets).flatMap(([name, value]) =>
      spellingsOf(value).map((spelling) => [spelling, name] as const)
    )
    // The longest first: one secret may hold another.
    this.spellings = spellings.sort(([a], [b]) => b.length - a.length)
    this.reach = this.spellings[0]?.[0].length ?? 0
    this.reachInBytes = Math.max(0, ...this.spellings.map(([spelling]) => Buffer.byteLength(spelling)))
  }

  /** The text with `***` in place of each secret. */
  text(text: string): string {
    if (!isGuarded("redact-text")) return text
    return this.spellings.reduce((clean, [spelling]) => clean.replaceAll(spelling, "***"), text)
  }

  /** The name of a secret whose value is in some bytes. */
  foundIn(bytes: Uint8Array): string | undefined {
    if (this.reach === 0 || !isGuarded("search-files-for-secrets")) return undefined
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return this.spellings.find(([spelling]) => spelling.length >= SHORTEST_IN_FILES && buffer.includes(spelling))?.[1]
  }
}

/** As it is, line by line, and as JSON, URLs and base64 have it. */
const spellingsOf = (value: string): ReadonlyArray<string> => {
  const lines = value.split(/\r?\n/u)
  const whole = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())]
  const base64 = Buffer.from(value).toString("base64")
  return [...new Set([...whole, base64, ...lines.filter((line) => line.length >= SHORTEST_IN_FILES)])].filter(
    (spelling) => spelling !== ""
  )
}

/** Ids of spans that no event has given one: the same journal gives the same ids, whoever makes spans of it, and when. */
import { hash } from "node:crypto"

/** The id of what a label names in a trace; `turn` tells apart what has the same label. */
export const labelledId = (traceId: string, label: string, turn = 0): string =>
  hash("sha256", `${traceId}/${label}/${turn}`, "hex").slice(0, 16)

/** Spans that hang on another, by what they are: each kind has room for as many as there may ever be. */
export const ROOM = { kept: 0, store: 1, waiting: 2 } as const

/** The id of the span of that number, from 1, which hangs on the one with this id. */
export const derivedId = (id: string, room: number, number: number): string => {
  const place = BigInt(room) * 0x1_0000_0000n + BigInt(number)
  return BigInt.asUintN(64, BigInt(`0x${id}`) + place * STRIDE)
    .toString(16)
    .padStart(16, "0")
}

/** An odd number near the golden section of all 64-bit numbers: its multiples are all different, and lie far apart. */
const STRIDE = 0x9e37_79b9_7f4a_7c15n

/** Whether a text is an id of so many digits; one of zeros alone is none. */
export const isId = (text: string, digits: number): boolean =>
  text.length === digits && /^[0-9a-f]+$/u.test(text) && !/^0+$/u.test(text)

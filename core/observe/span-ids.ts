/** Ids of spans that no event has given one: the same journal gives the same ids, whoever makes spans of it, and when. */
import { hash } from "node:crypto"

/** The id of what a label names in a trace; `turn` tells apart what has the same label. */
export const labelledId = (traceId: string, label: string, turn = 0): string =>
  hash("sha256", `${traceId}/${label}/${turn}`, "hex").slice(0, 16)

/** Spans that hang on another, by what they are: those of a room have numbers of their own. */
export const ROOM = { kept: 0, store: 1 } as const

/** The id of the task that a run, which has this id, tells of in that place, from 1. */
export const taskSpanId = (run: string, place: number): string =>
  run.slice(1, 8) + run.slice(0, 1) + digits(Math.imul(place, GOLDEN))

/** The id of the time that an attempt, which has this id, has waited for: its digits, turned by one. */
export const waitingSpanId = (attempt: string): string => attempt.slice(1) + attempt.slice(0, 1)

/**
 * The id of the span of that number, from 1, which hangs on the one with this id. Those of one span are all different, and
 * lie as far apart as ids that were drawn.
 */
export const derivedId = (id: string, room: number, number: number): string => {
  const high = Number.parseInt(id.slice(0, 8), 16) + Math.imul(room, ROOMS) + Math.imul(number, STRIDE)
  const low = Number.parseInt(id.slice(8), 16) + Math.imul(number, GOLDEN)
  return digits(high) + digits(low)
}

const digits = (value: number): string => (value >>> 0).toString(16).padStart(8, "0")

/** Odd numbers, by which to multiply is to shuffle the numbers of 32 bits. */
const [GOLDEN, STRIDE, ROOMS] = [0x9e37_79b1, 0xc2b2_ae35, 0x85eb_ca6b]

const TEXT = /^(?!0+$)[0-9a-f]+$/u

/** Whether a text is an id of so many digits; one of zeros alone is none. */
export const isId = (text: string, digits: number): boolean => text.length === digits && TEXT.test(text)

/** Which images of a labelled collection make up a sample. */
import { Effect, Schema } from "effect"
import type { stream } from "../math/random/Philox.ts"

/** The image of this index among those of its class. */
export interface Drawn {
  readonly digit: number
  readonly index: number
}

export interface Draw {
  readonly count: number
  /** Whether each class has the same share; otherwise images are drawn from all. */
  readonly balanced: boolean
}

/** A collection has fewer images, of one class or of all, than were to be drawn. */
export class NotEnoughImages extends Schema.TaggedError<NotEnoughImages>()("NotEnoughImages", {
  /** What was to be drawn: images of one class, or of any. */
  digit: Schema.UndefinedOr(Schema.Int),
  wanted: Schema.Int,
  available: Schema.Int
}) {
  override get message(): string {
    const images = this.digit === undefined ? "images" : `images of the class ${this.digit}`
    return `${this.wanted} ${images} were asked for, there are ${this.available}`
  }
}

type Random = ReturnType<typeof stream>

/** Draws without replacement from classes of these sizes; a balanced sample comes sorted by class. */
export const draw = (
  available: ReadonlyArray<number>,
  { balanced, count }: Draw,
  random: Random
): Effect.Effect<ReadonlyArray<Drawn>, NotEnoughImages> => {
  const short = shortage(available, count, balanced)
  if (short !== undefined) return Effect.fail(new NotEnoughImages(short))
  return Effect.succeed(balanced ? drawBalanced(available, count, random) : drawAny(available, count, random))
}

/** Equal shares; the first classes have one more when the count is no multiple of their number. */
const shareOf = (digit: number, count: number, classes: number): number =>
  Math.floor(count / classes) + (digit < count % classes ? 1 : 0)

/** What is asked for and not there, if anything. */
const shortage = (available: ReadonlyArray<number>, count: number, balanced: boolean) => {
  const asked = balanced
    ? available.map((have, digit) => ({ digit, wanted: shareOf(digit, count, available.length), available: have }))
    : [{ digit: undefined, wanted: count, available: available.reduce((sum, have) => sum + have, 0) }]
  return asked.find(({ wanted, available: have }) => wanted > have)
}

const drawBalanced = (available: ReadonlyArray<number>, count: number, random: Random): ReadonlyArray<Drawn> =>
  available.flatMap((have, digit) =>
    Array.from(random.permutation(have).subarray(0, shareOf(digit, count, available.length)), (index) => ({
      digit,
      index
    }))
  )

const drawAny = (available: ReadonlyArray<number>, count: number, random: Random): ReadonlyArray<Drawn> => {
  const all = available.flatMap((have, digit) => Array.from({ length: have }, (_, index) => ({ digit, index })))
  return Array.from(random.permutation(all.length).subarray(0, count)).flatMap((at) => all[at] ?? [])
}

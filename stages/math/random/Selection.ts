/** Selections without replacement, and shuffles. */
import type { RandomSource } from "./RandomSource.ts"

/**
 * `size` different numbers of 0 … count − 1 in random order, all selections equally likely.
 *
 * The first steps of the shuffle of Fisher and Yates, with memory for `size` numbers only. A uniform number each. Throws `RangeError` where
 * there are not so many.
 */
export const withoutReplacement = (source: RandomSource, count: number, size: number): Int32Array => {
  if (!(Number.isInteger(size) && size >= 0 && size <= count)) throw new RangeError(`${size} of ${count} numbers`)
  const moved = new Map<number, number>()
  return Int32Array.from(source.uniforms(size), (u, i) => {
    const other = i + Math.floor(u * (count - i))
    const chosen = moved.get(other) ?? other
    moved.set(other, moved.get(i) ?? i)
    return chosen
  })
}

/** The elements in random order, all orders equally likely. */
export const shuffled = <A>(source: RandomSource, elements: ReadonlyArray<A>): ReadonlyArray<A> =>
  Array.from(withoutReplacement(source, elements.length, elements.length), (i) => elements[i]!)

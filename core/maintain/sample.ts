/** A random choice that a number decides. */

/**
 * `count` of the items, each equally likely, in their own order; the same seed gives the same of the same items.
 *
 * Numbers are those of mulberry32 (Tommy Ettinger, 2017); the choice is Knuth's selection sampling (TAOCP 2, 3.4.2 S).
 */
export const sample = <A>(items: ReadonlyArray<A>, count: number, seed: number): ReadonlyArray<A> => {
  const next = mulberry32(seed)
  const chosen: Array<A> = []
  for (const [index, item] of items.entries()) {
    if ((items.length - index) * next() < count - chosen.length) chosen.push(item)
  }
  return chosen
}

/** Numbers from 0 to 1, 1 excluded. */
const mulberry32 = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

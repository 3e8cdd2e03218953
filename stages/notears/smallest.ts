/** Order statistics. */

/** So many elements for each of x are passed before what is left is sorted: some arrays would be passed as often as they have elements. */
const PASSES = 8

/**
 * The element that would stand at `n`, from 0, if x were sorted; x, without NaN, is rearranged.
 *
 * Sources: Hoare, Algorithm 65: FIND, Communications of the ACM 4 (1961); Musser, Introspective Sorting and Selection Algorithms, Software:
 * Practice and Experience 27 (1997), for the end. Cost: some 3 operations an element, and log x.length of them at worst.
 */
export const smallest = (x: Float64Array, n: number): number => {
  let [left, right] = [0, x.length - 1]
  let rest = PASSES * x.length
  while (left < right) {
    rest -= right - left
    if (rest < 0) {
      x.subarray(left, right + 1).sort()
      break
    }
    const pivot = x[(left + right) >> 1]!
    let [i, j] = [left, right]
    while (i <= j) {
      while (x[i]! < pivot) i++
      while (x[j]! > pivot) j--
      if (i > j) break
      const held = x[i]!
      x[i++] = x[j]!
      x[j--] = held
    }
    // Between j and i all are the pivot.
    if (n <= j) right = j
    else if (n >= i) left = i
    else break
  }
  return x[n]!
}

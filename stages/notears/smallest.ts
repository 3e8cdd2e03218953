/** Order statistics. */

/**
 * The element that would stand at `n`, from 0, if x were sorted; x, without NaN, is rearranged.
 *
 * Source: Hoare, Algorithm 65: FIND, Communications of the ACM 4 (1961). Cost: some 3 operations an element, where sorting takes log x.length.
 */
export const smallest = (x: Float64Array, n: number): number => {
  let [left, right] = [0, x.length - 1]
  while (left < right) {
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

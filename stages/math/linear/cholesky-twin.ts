/** The kernel of `assembly/cholesky.ts` in plain TypeScript: the same bits. */

/** The lower triangle L of A = L Lᵀ in its place, rows `ld` apart; n, or the index of the first pivot that does not do. */
export const factorTwin = (n: number, a: Float64Array, ld: number): number => {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i * ld + j]!
      for (let k = 0; k < j; k++) rest -= a[i * ld + k]! * a[j * ld + k]!
      a[i * ld + j] = j < i ? rest / a[j * ld + j]! : rest
    }
    const pivot = a[i * (ld + 1)]!
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return i
    a[i * (ld + 1)] = Math.sqrt(pivot)
  }
  return n
}

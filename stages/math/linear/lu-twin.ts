/** The kernel of `assembly/lu.ts` in plain TypeScript: the same bits. */

/** P A = L U in the place of A, m × n with m ≥ n, rows `ld` apart; the rows of the pivots are given back. */
export const factorPanelTwin = (m: number, n: number, a: Float64Array, ld: number): ReadonlyArray<number> => {
  const pivots: Array<number> = []
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < m; i++) if (Math.abs(a[i * ld + k]!) > Math.abs(a[pivot * ld + k]!)) pivot = i
    pivots.push(pivot)
    for (let j = 0; j < n; j++) [a[k * ld + j], a[pivot * ld + j]] = [a[pivot * ld + j]!, a[k * ld + j]!]
    const divisor = a[k * ld + k]!
    if (divisor === 0) continue
    for (let i = k + 1; i < m; i++) {
      const factor = a[i * ld + k]! / divisor
      a[i * ld + k] = factor
      for (let j = k + 1; j < n; j++) a[i * ld + j]! -= factor * a[k * ld + j]!
    }
  }
  return pivots
}

/** The kernel of `assembly/qr.ts` in plain TypeScript: the same bits. */

/** τ of the reflector that turns `count` numbers, `row` apart, into a multiple of the first unit vector; v in their place. */
export const reflectTwin = (count: number, x: Float64Array, at: number, row: number): number => {
  const others = Array.from({ length: Math.max(0, count - 1) }, (_, i) => at + (i + 1) * row)
  const first = x[at]!
  const inner = others.reduce((most, place) => Math.max(most, Math.abs(x[place]!)), 0)
  if (inner === 0) return 0
  const peak = Math.max(inner, Math.abs(first))
  const scale = peak > 2 ** 480 ? 2 ** -600 : peak < 2 ** -480 ? 2 ** 600 : 1
  const squares = others.reduce((sum, place) => sum + x[place]! * scale * (x[place]! * scale), 0)
  const alpha = first * scale
  const length = Math.sqrt(alpha * alpha + squares)
  const beta = alpha > 0 ? -length : length
  for (const place of others) x[place] = (x[place]! * scale) / (alpha - beta)
  x[at] = beta / scale
  return (beta - alpha) / beta
}

/** A = Q R in the place of A, m × n with m ≥ n, rows `ld` apart; T, n × n, is given back. */
export const factorPanelTwin = (m: number, n: number, a: Float64Array, ld: number): Float64Array => {
  const t = new Float64Array(n * n)
  for (let k = 0; k < n; k++) {
    const tau = reflectTwin(m - k, a, k * (ld + 1), ld)
    const products = a.slice(k * ld, k * ld + n)
    for (let i = k + 1; i < m; i++) for (let j = 0; j < n; j++) products[j]! += a[i * ld + k]! * a[i * ld + j]!
    for (let j = k + 1; j < n; j++) {
      const factor = tau * products[j]!
      a[k * ld + j]! -= factor
      for (let i = k + 1; i < m; i++) a[i * ld + j]! -= a[i * ld + k]! * factor
    }
    for (let i = 0; i < k; i++) {
      let sum = 0
      for (let j = i; j < k; j++) sum += t[i * n + j]! * products[j]!
      t[i * n + k] = -tau * sum
    }
    t[k * (n + 1)] = tau
  }
  return t
}

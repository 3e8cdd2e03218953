/** The kernel of `assembly/pivoted-qr.ts` in plain TypeScript: the same bits. */
import { reflectTwin } from "./qr-twin.ts"

/** What a panel reads and changes: A is m × n with rows `ld` apart, F n × `width`. */
export interface Panel {
  readonly a: Float64Array
  readonly ld: number
  readonly f: Float64Array
  readonly norms: Float64Array
  readonly origins: Float64Array
  readonly order: Float64Array
  readonly taus: Float64Array
}

/** √Σ xᵢ² of `count` numbers, `row` apart. */
const euclidean = (count: number, x: Float64Array, at: number, row: number): number => {
  const elements = Array.from({ length: count }, (_, i) => x[at + i * row]!)
  const peak = elements.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scale = peak > 2 ** 480 ? 2 ** -600 : peak < 2 ** -480 ? 2 ** 600 : 1
  return Math.sqrt(elements.reduce((sum, value) => sum + value * scale * (value * scale), 0)) / scale
}

/** Norms of columns from `first` on that are negative so far, over rows from `first` on. */
export const renewNormsTwin = (first: number, m: number, n: number, { a, ld, norms, origins }: Panel): void => {
  for (let j = first; j < n; j++) {
    if (norms[j]! >= 0) continue
    norms[j] = euclidean(m - first, a, first * ld + j, ld)
    origins[j] = norms[j]!
  }
}

/** Up to `width` further columns of A P = Q R; gives back how many. */
export const pivotedPanelTwin = (first: number, width: number, m: number, n: number, panel: Panel): number => {
  const { a, ld, f, norms, origins, taus } = panel
  const inner = (count: number, x: ArrayLike<number>, atX: number, y: ArrayLike<number>, atY: number): number => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += x[atX + i]! * y[atY + i]!
    return sum
  }
  for (let k = 0; k < width; k++) {
    const c = first + k
    let pivot = c
    for (let j = c + 1; j < n; j++) if (norms[j]! > norms[pivot]!) pivot = j
    exchangeColumns(c, pivot, k, m, width, panel)
    for (let i = c; i < m; i++) a[i * ld + c]! -= inner(k, a, i * ld + first, f, c * width)
    const top = c * (ld + 1)
    const tau = reflectTwin(m - c, a, top, ld)
    taus[c] = tau
    const beta = a[top]!
    a[top] = 1
    const products = new Float64Array(n - first)
    for (let j = 0; j < n - first; j++) {
      products[j] = a[c * ld + first + j]!
      for (let i = c + 1; i < m; i++) products[j]! += a[i * ld + c]! * a[i * ld + first + j]!
    }
    for (let j = c + 1; j < n; j++) {
      f[j * width + k] = tau * (products[j - first]! - inner(k, products, 0, f, j * width))
      a[c * ld + j]! -= inner(k + 1, a, c * ld + first, f, j * width)
    }
    a[top] = beta
    let isLost = false
    for (let j = c + 1; j < n; j++) {
      const norm = norms[j]!
      if (norm === 0) continue
      const share = Math.abs(a[c * ld + j]!) / norm
      const rest = Math.max(0, (1 + share) * (1 - share))
      const ratio = norm / origins[j]!
      const isCancelled = rest * (ratio * ratio) <= Math.sqrt(Number.EPSILON)
      norms[j] = isCancelled ? -1 : norm * Math.sqrt(rest)
      isLost ||= isCancelled
    }
    if (isLost) return k + 1
  }
  return width
}

const exchangeColumns = (c: number, other: number, k: number, m: number, width: number, panel: Panel): void => {
  const { a, ld, f, norms, origins, order } = panel
  const exchange = (x: Float64Array, i: number, j: number): void => {
    ;[x[i], x[j]] = [x[j]!, x[i]!]
  }
  for (let i = 0; i < m; i++) exchange(a, i * ld + c, i * ld + other)
  for (let l = 0; l < k; l++) exchange(f, c * width + l, other * width + l)
  for (const vector of [norms, origins, order]) exchange(vector, c, other)
}

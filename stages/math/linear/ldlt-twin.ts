/** The kernel of `assembly/ldlt.ts` in plain TypeScript: the same bits. */

/** What a panel reads and changes: A has order n and rows `ld` apart, W is n × `width`. */
export interface LdltPanel {
  readonly n: number
  readonly a: Float64Array
  readonly ld: number
  readonly w: Float64Array
  readonly between: Float64Array
  readonly order: Float64Array
}

const ALPHA = (1 + Math.sqrt(17)) / 8

/** Up to `width` further columns of P A Pᵀ = L D Lᵀ; gives back how many. */
export const ldltPanelTwin = (first: number, width: number, panel: LdltPanel): number => {
  const { n, a, ld, w, between } = panel
  const at = (i: number, j: number): number => (i >= j ? i * ld + j : j * ld + i)
  const columnOfW = (k: number, from: number, to: number): void => {
    for (let i = k; i < n; i++) {
      let value = a[at(i, from)]!
      for (let j = first; j < k; j++) value -= a[i * ld + j]! * w[from * width + j - first]!
      w[i * width + to] = value
    }
  }
  const size = (i: number, j: number): number => Math.abs(w[i * width + j]!)
  let k = first
  while (k < n && (first + width >= n || k < first + width - 1)) {
    const c = k - first
    columnOfW(k, k, c)
    let largest = k + 1
    for (let i = k + 2; i < n; i++) if (size(i, c) > size(largest, c)) largest = i
    const below = largest < n ? size(largest, c) : 0
    let [pivot, isDouble] = [k, false]
    if (size(k, c) < ALPHA * below) {
      columnOfW(k, largest, c + 1)
      let other = 0
      for (let i = k; i < n; i++) if (i !== largest) other = Math.max(other, size(i, c + 1))
      if (size(k, c) < ALPHA * below * (below / other)) {
        pivot = largest
        isDouble = size(largest, c + 1) < ALPHA * other
        if (!isDouble) for (let i = k; i < n; i++) w[i * width + c] = w[i * width + c + 1]!
      }
    }
    exchangeRows(first, k, isDouble ? k + 1 : k, pivot, width, panel)
    between[k] = 0
    if (!isDouble) {
      const d = w[k * width + c]!
      a[k * (ld + 1)] = d
      for (let i = k + 1; i < n; i++) a[i * ld + k] = d === 0 ? w[i * width + c]! : w[i * width + c]! / d
      k++
      continue
    }
    const d21 = w[(k + 1) * width + c]!
    const [d11, d22] = [w[(k + 1) * width + c + 1]! / d21, w[k * width + c]! / d21]
    const factor = 1 / (d11 * d22 - 1) / d21
    between[k] = d21
    between[k + 1] = 0
    a[k * (ld + 1)] = w[k * width + c]!
    a[(k + 1) * ld + k] = 0
    a[(k + 1) * (ld + 1)] = w[(k + 1) * width + c + 1]!
    for (let i = k + 2; i < n; i++) {
      const [x, y] = [w[i * width + c]!, w[i * width + c + 1]!]
      a[i * ld + k] = factor * (d11 * x - y)
      a[i * ld + k + 1] = factor * (d22 * y - x)
    }
    k += 2
  }
  return k - first
}

const exchangeRows = (
  first: number,
  k: number,
  last: number,
  pivot: number,
  width: number,
  { n, a, ld, w, order }: LdltPanel
): void => {
  if (pivot === last) return
  a[pivot * (ld + 1)] = a[last * (ld + 1)]!
  for (let j = last + 1; j < pivot; j++) a[pivot * ld + j] = a[j * ld + last]!
  for (let i = pivot + 1; i < n; i++) a[i * ld + pivot] = a[i * ld + last]!
  const exchange = (x: Float64Array, i: number, j: number): void => {
    ;[x[i], x[j]] = [x[j]!, x[i]!]
  }
  for (let j = 0; j < k; j++) exchange(a, last * ld + j, pivot * ld + j)
  for (let j = 0; j <= last - first; j++) exchange(w, last * width + j, pivot * width + j)
  exchange(order, last, pivot)
}

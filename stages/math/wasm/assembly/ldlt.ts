/** Symmetric indefinite factors with diagonal pivoting, on raw memory, float64; `ldlt-twin.ts` repeats its sums. */

/** (1 + √17) / 8: growth is least when steps of order 1 and 2 may grow alike. */
const ALPHA: f64 = 0.6403882032022076

/**
 * Up to `width` further columns of P A Pᵀ = L D Lᵀ in the lower triangle of A, order n, with `first` columns done; gives
 * back how many. One less than `width` when a step of order 2 would not fit.
 *
 * L, without its ones, stands below the diagonal, that of D on it, its other elements (k + 1, k) in `between` + k: zero for
 * steps of order 1. `order`, f64 too, has the row that each came from. W, n × width, takes L D: for the rows below,
 * A −= L Wᵀ is still to be done. After LAPACK's dlasyf; Bunch and Kaufman, Math. Comp. 31 (1977).
 */
export function factorPanel(
  first: i32, width: i32, n: i32, A: usize, ld: usize, W: usize, ldW: usize, between: usize, order: usize
): i32 {
  const row = ld * 8
  const rowW = ldW * 8
  const isLast = first + width >= n
  let k = first
  while (k < n && (isLast || k < first + width - 1)) {
    const w = W + <usize>(k - first) * 8
    columnOfW(first, k, k, n, A, row, W, rowW, w)
    const choice = choosePivot(first, k, n, A, row, W, rowW, w)
    const isDouble = choice < 0
    const pivot = isDouble ? ~choice : choice
    const last = isDouble ? k + 1 : k
    if (pivot != last) exchangeRows(first, k, last, pivot, n, A, row, W, rowW, order)
    const at = A + <usize>k * (row + 8)
    store<f64>(between + <usize>k * 8, 0)
    if (!isDouble) {
      storeSingle(k, n, A, row, w, rowW)
      k++
    } else {
      store<f64>(between + <usize>k * 8, load<f64>(w + <usize>(k + 1) * rowW))
      store<f64>(between + <usize>(k + 1) * 8, 0)
      storeDouble(k, n, A, row, w, rowW)
      store<f64>(at + row, 0)
      k += 2
    }
  }
  return k - first
}

/** Column `from` of A below row k, less what the columns done take off it, to the column of W at `w`. */
function columnOfW(
  first: i32, k: i32, from: i32, n: i32, A: usize, row: usize, W: usize, rowW: usize, w: usize
): void {
  const known = W + <usize>from * rowW
  for (let i = k; i < n; i++) {
    const at = i < from ? A + <usize>from * row + <usize>i * 8 : A + <usize>i * row + <usize>from * 8
    let value = load<f64>(at)
    const left = A + <usize>i * row + <usize>first * 8
    for (let j = 0; j < k - first; j++) value -= load<f64>(left + <usize>j * 8) * load<f64>(known + <usize>j * 8)
    store<f64>(w + <usize>i * rowW, value)
  }
}

/** The row that is to be exchanged with row k, or, as its complement, with row k + 1 for a step of order 2. */
function choosePivot(
  first: i32, k: i32, n: i32, A: usize, row: usize, W: usize, rowW: usize, w: usize
): i32 {
  const diagonal = Math.abs(load<f64>(w + <usize>k * rowW))
  const largest = largestBelow(k + 1, n, w, rowW)
  const below = largest < n ? Math.abs(load<f64>(w + <usize>largest * rowW)) : 0
  if (diagonal >= ALPHA * below) return k
  const next = w + 8
  columnOfW(first, k, largest, n, A, row, W, rowW, next)
  const other = largestBesides(largest, k, n, next, rowW)
  if (diagonal >= ALPHA * below * (below / other)) return k
  if (Math.abs(load<f64>(next + <usize>largest * rowW)) < ALPHA * other) return ~largest
  for (let i = k; i < n; i++) store<f64>(w + <usize>i * rowW, load<f64>(next + <usize>i * rowW))
  return largest
}

/** The first place of the largest magnitude; n when there is none. */
function largestBelow(from: i32, n: i32, w: usize, rowW: usize): i32 {
  let found = from
  for (let i = from + 1; i < n; i++) {
    if (Math.abs(load<f64>(w + <usize>i * rowW)) > Math.abs(load<f64>(w + <usize>found * rowW))) found = i
  }
  return found
}

function largestBesides(place: i32, from: i32, n: i32, w: usize, rowW: usize): f64 {
  let largest: f64 = 0
  for (let i = from; i < n; i++) if (i != place) largest = Math.max(largest, Math.abs(load<f64>(w + <usize>i * rowW)))
  return largest
}

/**
 * Exchanges rows and columns `last` and `pivot` > `last` of what is left of A, and rows of L and W.
 *
 * Column `last` need not be kept: W has what becomes of it.
 */
function exchangeRows(
  first: i32, k: i32, last: i32, pivot: i32, n: i32, A: usize, row: usize, W: usize, rowW: usize, order: usize
): void {
  const x = A + <usize>last * row, y = A + <usize>pivot * row
  const onX = <usize>last * 8, onY = <usize>pivot * 8
  store<f64>(y + onY, load<f64>(x + onX))
  for (let j = last + 1; j < pivot; j++) store<f64>(y + <usize>j * 8, load<f64>(A + <usize>j * row + onX))
  for (let i = pivot + 1; i < n; i++) store<f64>(A + <usize>i * row + onY, load<f64>(A + <usize>i * row + onX))
  for (let j = 0; j < k; j++) exchange(x + <usize>j * 8, y + <usize>j * 8)
  for (let j = 0; j <= last - first; j++) {
    exchange(W + <usize>last * rowW + <usize>j * 8, W + <usize>pivot * rowW + <usize>j * 8)
  }
  exchange(order + onX, order + onY)
}

function exchange(x: usize, y: usize): void {
  const held = load<f64>(x)
  store<f64>(x, load<f64>(y))
  store<f64>(y, held)
}

/** A column of L and a pivot of order 1; a pivot of 0 has a column of zeros. */
function storeSingle(k: i32, n: i32, A: usize, row: usize, w: usize, rowW: usize): void {
  const pivot = load<f64>(w + <usize>k * rowW)
  const at = A + <usize>k * 8
  store<f64>(at + <usize>k * row, pivot)
  for (let i = k + 1; i < n; i++) {
    const value = load<f64>(w + <usize>i * rowW)
    store<f64>(at + <usize>i * row, pivot == 0 ? value : value / pivot)
  }
}

/** Two columns of L and a pivot of order 2, scaled by its element (k + 1, k), which is the largest. */
function storeDouble(k: i32, n: i32, A: usize, row: usize, w: usize, rowW: usize): void {
  const top = w + <usize>k * rowW
  const d21 = load<f64>(top + rowW)
  const d11 = load<f64>(top + rowW + 8) / d21
  const d22 = load<f64>(top) / d21
  const factor = 1 / (d11 * d22 - 1) / d21
  const at = A + <usize>k * 8
  store<f64>(at + <usize>k * row, load<f64>(top))
  store<f64>(at + <usize>(k + 1) * row + 8, load<f64>(top + rowW + 8))
  for (let i = k + 2; i < n; i++) {
    const x = load<f64>(w + <usize>i * rowW), y = load<f64>(w + <usize>i * rowW + 8)
    store<f64>(at + <usize>i * row, factor * (d11 * x - y))
    store<f64>(at + <usize>i * row + 8, factor * (d22 * y - x))
  }
}

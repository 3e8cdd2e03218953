/** Orthogonal factors with exchanges of columns, on raw memory, float64; `pivoted-qr-twin.ts` repeats its sums. */
import { add } from "./shared-axpy"
import { euclidean, reflect } from "./shared-reflector"

/** √ε: when a norm has lost half of its digits to differences, it is computed anew. */
const CANCELLED: f64 = 1.4901161193847656e-8

/** Norms of the columns from `first` on that are negative so far, over rows `first` … m − 1; each also in `origins`. */
export function renewNorms(first: i32, m: i32, n: i32, A: usize, ld: usize, norms: usize, origins: usize): void {
  const row = ld * 8
  for (let j = first; j < n; j++) {
    const at = <usize>j * 8
    if (load<f64>(norms + at) >= 0) continue
    const norm = euclidean(m - first, A + <usize>first * row + at, row)
    store<f64>(norms + at, norm)
    store<f64>(origins + at, norm)
  }
}

/**
 * Up to `width` further columns of A P = Q R, of an m × n matrix with `first` columns done; gives back how many.
 *
 * Ends early when a norm is to be computed anew, and makes that norm negative. What is done is not yet taken off the rows
 * below: with the new columns V below them, A −= V Fᵀ is still to be done there, row j of F for column j of A.
 *
 * `norms` are those of what is left of the columns, `origins` those when they were computed; `order`, f64 too, has the
 * column of A that each came from. `taus` takes τ of each reflector, `products` is scratch memory for n numbers.
 * After LAPACK's dlaqps: Quintana-Ortí, Sun, Bischof, SIAM J. Sci. Comput. 19 (1998); Drmač, Bujanović (2008).
 */
export function factorPanel(
  first: i32, width: i32, m: i32, n: i32, A: usize, ld: usize, F: usize, ldF: usize,
  norms: usize, origins: usize, order: usize, taus: usize, products: usize
): i32 {
  const row = ld * 8
  const rowF = ldF * 8
  for (let k = 0; k < width; k++) {
    const c = first + k
    const pivot = largestFrom(c, n, norms)
    if (pivot != c) exchangeColumns(c, pivot, k, m, A, row, F, rowF, norms, origins, order)
    const left = A + <usize>first * 8
    const here = A + <usize>c * 8
    for (let i = c; i < m; i++) {
      const at = <usize>i * row
      store<f64>(here + at, load<f64>(here + at) - inner(k, left + at, F + <usize>c * rowF))
    }
    const top = here + <usize>c * row
    const tau = reflect(m - c, top, row)
    store<f64>(taus + <usize>c * 8, tau)
    const beta = load<f64>(top)
    store<f64>(top, 1)
    columnOfF(first, k, m, n, tau, A, row, F, rowF, products)
    for (let j = c + 1; j < n; j++) {
      const at = A + <usize>c * row + <usize>j * 8
      store<f64>(at, load<f64>(at) - inner(k + 1, left + <usize>c * row, F + <usize>j * rowF))
    }
    store<f64>(top, beta)
    if (shortenNorms(c, n, A + <usize>c * row, norms, origins)) return k + 1
  }
  return width
}

/** Column k of F: τ Aᵀ v, less what the reflectors before have taken off A. */
function columnOfF(
  first: i32, k: i32, m: i32, n: i32, tau: f64, A: usize, row: usize, F: usize, rowF: usize, products: usize
): void {
  const c = first + k
  const start = A + <usize>first * 8
  memory.copy(products, start + <usize>c * row, <usize>(n - first) * 8)
  for (let i = c + 1; i < m; i++) {
    const at = start + <usize>i * row
    add(n - first, load<f64>(at + <usize>k * 8), at, products)
  }
  for (let j = c + 1; j < n; j++) {
    const at = F + <usize>j * rowF
    const product = load<f64>(products + <usize>(j - first) * 8) - inner(k, products, at)
    store<f64>(at + <usize>k * 8, tau * product)
  }
}

/** Takes the row that is done off the norms; whether one of them is to be computed anew. */
function shortenNorms(c: i32, n: i32, row: usize, norms: usize, origins: usize): bool {
  let lost = false
  for (let j = c + 1; j < n; j++) {
    const at = <usize>j * 8
    const norm = load<f64>(norms + at)
    if (norm == 0) continue
    const share = Math.abs(load<f64>(row + at)) / norm
    const rest = Math.max(0, (1 + share) * (1 - share))
    const ratio = norm / load<f64>(origins + at)
    if (rest * (ratio * ratio) <= CANCELLED) {
      store<f64>(norms + at, -1)
      lost = true
    } else store<f64>(norms + at, norm * Math.sqrt(rest))
  }
  return lost
}

function largestFrom(c: i32, n: i32, norms: usize): i32 {
  let found = c
  for (let j = c + 1; j < n; j++) if (load<f64>(norms + <usize>j * 8) > load<f64>(norms + <usize>found * 8)) found = j
  return found
}

function exchangeColumns(
  c: i32, other: i32, k: i32, m: i32, A: usize, row: usize, F: usize, rowF: usize,
  norms: usize, origins: usize, order: usize
): void {
  const x = <usize>c * 8, y = <usize>other * 8
  for (let i = 0; i < m; i++) exchange(A + <usize>i * row + x, A + <usize>i * row + y)
  for (let l = 0; l < k; l++) exchange(F + <usize>c * rowF + <usize>l * 8, F + <usize>other * rowF + <usize>l * 8)
  exchange(norms + x, norms + y)
  exchange(origins + x, origins + y)
  exchange(order + x, order + y)
}

@inline
function exchange(x: usize, y: usize): void {
  const held = load<f64>(x)
  store<f64>(x, load<f64>(y))
  store<f64>(y, held)
}

/** Σ x_i y_i of `count` numbers, in order. */
@inline
function inner(count: i32, x: usize, y: usize): f64 {
  let sum: f64 = 0
  for (let i = 0; i < count; i++) sum += load<f64>(x + <usize>i * 8) * load<f64>(y + <usize>i * 8)
  return sum
}

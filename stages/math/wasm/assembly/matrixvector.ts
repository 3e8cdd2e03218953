/**
 * Products of a matrix with a vector on raw memory, float64: what reductions to condensed form spend half of their work
 * in.
 *
 * Rows of A lie `lda` elements apart. Four rows go at once, so that a vector is loaded and stored a quarter as often.
 * The order of every sum depends on the shapes alone; `spectral-twin.ts` repeats it.
 */
import { across, fma } from "./shared-pairs"

/** Σ a x over the first `whole` elements, by lanes, then those up to `count` one by one. */
@inline
function finish(sums: v128, a: usize, x: usize, whole: i32, count: i32): f64 {
  let sum = across(sums)
  for (let j = whole; j < count; j++) sum += load<f64>(a + (<usize>j << 3)) * load<f64>(x + (<usize>j << 3))
  return sum
}

/** y = A x. */
export function gemv(rows: i32, columns: i32, A: usize, lda: usize, x: usize, y: usize): void {
  const row = lda << 3
  const whole = columns & ~1
  const bytes = <usize>whole << 3
  let i = 0
  for (; i + 4 <= rows; i += 4) {
    const a1 = A + row, a2 = a1 + row, a3 = a2 + row
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0
    for (let j: usize = 0; j < bytes; j += 16) {
      const v = v128.load(x + j)
      s0 = fma(v128.load(A + j), v, s0)
      s1 = fma(v128.load(a1 + j), v, s1)
      s2 = fma(v128.load(a2 + j), v, s2)
      s3 = fma(v128.load(a3 + j), v, s3)
    }
    store<f64>(y, finish(s0, A, x, whole, columns))
    store<f64>(y, finish(s1, a1, x, whole, columns), 8)
    store<f64>(y, finish(s2, a2, x, whole, columns), 16)
    store<f64>(y, finish(s3, a3, x, whole, columns), 24)
    A = a3 + row
    y += 32
  }
  for (; i < rows; i++) {
    let s = f64x2.splat(0)
    for (let j: usize = 0; j < bytes; j += 16) s = fma(v128.load(A + j), v128.load(x + j), s)
    store<f64>(y, finish(s, A, x, whole, columns))
    A += row
    y += 8
  }
}

/** y += alpha · Aᵀ x: the rows of A are added to y, one after the other. */
export function gemvTransposed(rows: i32, columns: i32, alpha: f64, A: usize, lda: usize, x: usize, y: usize): void {
  const row = lda << 3
  const whole = columns & ~1
  const bytes = <usize>whole << 3
  let i = 0
  for (; i + 4 <= rows; i += 4) {
    const a1 = A + row, a2 = a1 + row, a3 = a2 + row
    const x0 = alpha * load<f64>(x), x1 = alpha * load<f64>(x, 8)
    const x2 = alpha * load<f64>(x, 16), x3 = alpha * load<f64>(x, 24)
    const v0 = f64x2.splat(x0), v1 = f64x2.splat(x1), v2 = f64x2.splat(x2), v3 = f64x2.splat(x3)
    for (let j: usize = 0; j < bytes; j += 16) {
      let s = fma(v128.load(A + j), v0, v128.load(y + j))
      s = fma(v128.load(a1 + j), v1, s)
      s = fma(v128.load(a2 + j), v2, s)
      v128.store(y + j, fma(v128.load(a3 + j), v3, s))
    }
    if (whole < columns) {
      let s = load<f64>(y + bytes) + load<f64>(A + bytes) * x0
      s += load<f64>(a1 + bytes) * x1
      s += load<f64>(a2 + bytes) * x2
      store<f64>(y + bytes, s + load<f64>(a3 + bytes) * x3)
    }
    A = a3 + row
    x += 32
  }
  for (; i < rows; i++) {
    const x0 = alpha * load<f64>(x)
    const v0 = f64x2.splat(x0)
    for (let j: usize = 0; j < bytes; j += 16) v128.store(y + j, fma(v128.load(A + j), v0, v128.load(y + j)))
    if (whole < columns) store<f64>(y + bytes, load<f64>(y + bytes) + load<f64>(A + bytes) * x0)
    A += row
    x += 8
  }
}

/** y = A x of a symmetric matrix, each element of whose lower triangle is read once and serves its mirror image as well. */
export function symv(n: i32, A: usize, lda: usize, x: usize, y: usize): void {
  const row = lda << 3
  let first = 0
  for (; first + 4 <= n; first += 4) {
    const a1 = A + row, a2 = a1 + row, a3 = a2 + row
    const bytes = <usize>first << 3
    const at = x + bytes
    const v0 = v128.load64_splat(at), v1 = v128.load64_splat(at, 8)
    const v2 = v128.load64_splat(at, 16), v3 = v128.load64_splat(at, 24)
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0
    for (let j: usize = 0; j < bytes; j += 16) {
      const v = v128.load(x + j)
      let a = v128.load(A + j)
      s0 = fma(a, v, s0)
      let s = fma(a, v0, v128.load(y + j))
      a = v128.load(a1 + j)
      s1 = fma(a, v, s1)
      s = fma(a, v1, s)
      a = v128.load(a2 + j)
      s2 = fma(a, v, s2)
      s = fma(a, v2, s)
      a = v128.load(a3 + j)
      s3 = fma(a, v, s3)
      v128.store(y + j, fma(a, v3, s))
    }
    corner(0, across(s0), A + bytes, at, y + bytes)
    corner(1, across(s1), a1 + bytes, at, y + bytes)
    corner(2, across(s2), a2 + bytes, at, y + bytes)
    corner(3, across(s3), a3 + bytes, at, y + bytes)
    A = a3 + row
  }
  const bytes = <usize>first << 3
  for (let i = 0; first + i < n; i++) {
    const v0 = v128.load64_splat(x + bytes + (<usize>i << 3))
    let s = f64x2.splat(0)
    for (let j: usize = 0; j < bytes; j += 16) {
      const a = v128.load(A + j)
      s = fma(a, v128.load(x + j), s)
      v128.store(y + j, fma(a, v0, v128.load(y + j)))
    }
    corner(i, across(s), A + bytes, x + bytes, y + bytes)
    A += row
  }
}

/** Row i of a block on the diagonal; `sum` is what the columns before the block have given to its element of y. */
@inline
function corner(i: i32, sum: f64, a: usize, x: usize, y: usize): void {
  const at = <usize>i << 3
  const xi = load<f64>(x + at)
  for (let j: usize = 0; j < at; j += 8) {
    const element = load<f64>(a + j)
    sum += element * load<f64>(x + j)
    store<f64>(y + j, load<f64>(y + j) + element * xi)
  }
  store<f64>(y + at, sum + load<f64>(a + at) * xi)
}

/**
 * Matrix products on raw memory, for f64 and f32.
 *
 * C (m × n, row-major, rows `ldc` apart) += alpha · A · B, where element (i, p) of A lies at A + (i·rsA + p·csA)
 * and element (p, j) of B at B + (p·rsB + j·csB); strides count elements. The order of every sum depends on the shapes
 * alone; `gemm-twin.ts` repeats it.
 *
 * After K. Goto, R. van de Geijn, Anatomy of High-Performance Matrix Multiplication, ACM TOMS 34 (2008).
 */

/** Depth of a block: sums over it are formed in registers, then added to C. */
const KC: i32 = 256
/** Rows of A that are packed at once: a block of them stays in the second-level cache. */
const MC: i32 = 96
/** Columns of B that are packed at once. */
const NC: i32 = 1024
/** Rows of a register tile. */
const MR: i32 = 4

@inline
function lanes<T>(): i32 {
  return 16 / <i32>sizeof<T>()
}

/** In all lanes, the element of this index behind an address: each a load of its own, as offsets are constants of the instruction. */
@inline
function splat<T>(at: usize, index: i32): v128 {
  if (index == 0) return sizeof<T>() == 8 ? v128.load64_splat(at) : v128.load32_splat(at)
  if (index == 1) return sizeof<T>() == 8 ? v128.load64_splat(at, 8) : v128.load32_splat(at, 4)
  if (index == 2) return sizeof<T>() == 8 ? v128.load64_splat(at, 16) : v128.load32_splat(at, 8)
  return sizeof<T>() == 8 ? v128.load64_splat(at, 24) : v128.load32_splat(at, 12)
}

@inline
function fma<T>(x: v128, y: v128, z: v128): v128 {
  return v128.add<T>(v128.mul<T>(x, y), z)
}

/** Bytes of scratch memory that a product needs. */
export function scratchBytes(): usize {
  return <usize>(MC * KC + NC * KC + MR * 8) * 8
}

/** Four rows, each contiguous and `apart` bytes from the next: element p of each, times alpha, goes to `to + p · step`. */
function interleave<T>(from: usize, apart: usize, depth: i32, alpha: T, to: usize, step: usize): void {
  const size = sizeof<T>()
  const factor = v128.splat<T>(alpha)
  const whole = depth - (depth % lanes<T>())
  for (let p = 0; p < whole; p += lanes<T>()) {
    const x0 = v128.mul<T>(factor, v128.load(from)), x1 = v128.mul<T>(factor, v128.load(from + apart))
    const x2 = v128.mul<T>(factor, v128.load(from + 2 * apart)), x3 = v128.mul<T>(factor, v128.load(from + 3 * apart))
    if (sizeof<T>() == 8) {
      v128.store(to, v128.shuffle<f64>(x0, x1, 0, 2))
      v128.store(to, v128.shuffle<f64>(x2, x3, 0, 2), 16)
      v128.store(to + step, v128.shuffle<f64>(x0, x1, 1, 3))
      v128.store(to + step, v128.shuffle<f64>(x2, x3, 1, 3), 16)
    } else {
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7)
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7)
      v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2))
      v128.store(to + step, v128.shuffle<f64>(low01, low23, 1, 3))
      v128.store(to + 2 * step, v128.shuffle<f64>(high01, high23, 0, 2))
      v128.store(to + 3 * step, v128.shuffle<f64>(high01, high23, 1, 3))
    }
    from += 16
    to += step * lanes<T>()
  }
  for (let p = whole; p < depth; p++) {
    for (let r = 0; r < 4; r++) store<T>(to + r * size, <T>(alpha * load<T>(from + r * apart)))
    from += size
    to += step
  }
}

/** Rows i … i + 3 of A times alpha, interleaved; missing rows are zero. */
function packA<T>(rows: i32, depth: i32, alpha: T, A: usize, rs: usize, cs: usize, to: usize): void {
  const size = sizeof<T>()
  for (let i = 0; i < rows; i += MR) {
    const from = A + <usize>i * rs * size
    if (cs == 1 && i + MR <= rows) interleave<T>(from, rs * size, depth, alpha, to, MR * size)
    else packRows<T>(min(MR, rows - i), depth, alpha, from, rs, cs, to)
    to += <usize>(depth * MR) * size
  }
}

/** At most four rows of A, however they lie. */
function packRows<T>(rows: i32, depth: i32, alpha: T, from: usize, rs: usize, cs: usize, to: usize): void {
  const size = sizeof<T>()
  const whole = rows == MR && rs == 1
  const factor = v128.splat<T>(alpha)
  for (let p = 0; p < depth; p++) {
    if (whole) {
      v128.store(to, v128.mul<T>(factor, v128.load(from)))
      if (sizeof<T>() == 8) v128.store(to, v128.mul<T>(factor, v128.load(from, 16)), 16)
    } else {
      for (let r = 0; r < MR; r++) {
        const value = r < rows ? <T>(alpha * load<T>(from + <usize>r * rs * size)) : <T>0
        store<T>(to + <usize>r * size, value)
      }
    }
    from += cs * size
    to += MR * size
  }
}

/** Columns of B in panels of two vectors, interleaved; missing columns are zero. */
function packB<T>(columns: i32, depth: i32, B: usize, rs: usize, cs: usize, to: usize): void {
  const size = sizeof<T>()
  const NR = 2 * lanes<T>()
  for (let j = 0; j < columns; j += NR) {
    const from = B + <usize>j * cs * size
    if (rs == 1 && j + NR <= columns) {
      for (let c = 0; c < NR; c += 4) {
        interleave<T>(from + <usize>c * cs * size, cs * size, depth, <T>1, to + <usize>c * size, 32)
      }
    } else packColumns<T>(min(NR, columns - j), depth, from, rs, cs, to)
    to += <usize>depth * 32
  }
}

/** At most one panel of columns of B, however they lie. */
function packColumns<T>(columns: i32, depth: i32, from: usize, rs: usize, cs: usize, to: usize): void {
  const size = sizeof<T>()
  const NR = 2 * lanes<T>()
  const whole = columns == NR && cs == 1
  for (let p = 0; p < depth; p++) {
    if (whole) {
      v128.store(to, v128.load(from))
      v128.store(to, v128.load(from, 16), 16)
    } else {
      for (let c = 0; c < NR; c++) {
        store<T>(to + <usize>c * size, c < columns ? load<T>(from + <usize>c * cs * size) : <T>0)
      }
    }
    from += rs * size
    to += 32
  }
}

/**
 * A tile of 4 rows and two vectors of columns: sums over the depth, added to those rows and columns of C that there are.
 *
 * Rows of A are interleaved from a0 on when `isPacked`; else they begin at a0 … a3, each contiguous.
 */
@inline
function tile<T>(
  isPacked: bool, depth: i32, a0: usize, a1: usize, a2: usize, a3: usize, b: usize,
  C: usize, ldc: usize, rows: i32, columns: i32, aside: usize
): void {
  let c00 = v128.splat<T>(<T>0), c01 = c00, c10 = c00, c11 = c00
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00
  const NR = 2 * lanes<T>()
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let x = splat<T>(a0, 0)
    c00 = fma<T>(x, b0, c00)
    c01 = fma<T>(x, b1, c01)
    x = isPacked ? splat<T>(a0, 1) : splat<T>(a1, 0)
    c10 = fma<T>(x, b0, c10)
    c11 = fma<T>(x, b1, c11)
    x = isPacked ? splat<T>(a0, 2) : splat<T>(a2, 0)
    c20 = fma<T>(x, b0, c20)
    c21 = fma<T>(x, b1, c21)
    x = isPacked ? splat<T>(a0, 3) : splat<T>(a3, 0)
    c30 = fma<T>(x, b0, c30)
    c31 = fma<T>(x, b1, c31)
    a0 += isPacked ? 4 * sizeof<T>() : sizeof<T>()
    if (!isPacked) {
      a1 += sizeof<T>()
      a2 += sizeof<T>()
      a3 += sizeof<T>()
    }
    b += 32
  }
  const row = ldc * sizeof<T>()
  if (rows == MR && columns == NR) {
    accumulate<T>(C, c00, c01)
    accumulate<T>(C + row, c10, c11)
    accumulate<T>(C + 2 * row, c20, c21)
    accumulate<T>(C + 3 * row, c30, c31)
    return
  }
  accumulateSome<T>(C, c00, c01, columns, aside)
  if (rows > 1) accumulateSome<T>(C + row, c10, c11, columns, aside)
  if (rows > 2) accumulateSome<T>(C + 2 * row, c20, c21, columns, aside)
  if (rows > 3) accumulateSome<T>(C + 3 * row, c30, c31, columns, aside)
}

@inline
function accumulate<T>(C: usize, x: v128, y: v128): void {
  v128.store(C, v128.add<T>(v128.load(C), x))
  v128.store(C, v128.add<T>(v128.load(C, 16), y), 16)
}

/** The same for the first columns alone. */
function accumulateSome<T>(C: usize, x: v128, y: v128, columns: i32, aside: usize): void {
  const size = sizeof<T>()
  v128.store(aside, x)
  v128.store(aside, y, 16)
  for (let c = 0; c < columns; c++) {
    const at = <usize>c * size
    store<T>(C + at, <T>(load<T>(C + at) + load<T>(aside + at)))
  }
}

// Two functions, so that each keeps its way of reading A as a constant.
function tileOfPacked<T>(
  depth: i32, a: usize, b: usize, C: usize, ldc: usize, rows: i32, columns: i32, aside: usize
): void {
  tile<T>(true, depth, a, a, a, a, b, C, ldc, rows, columns, aside)
}

/** Rows of A as they lie, `apart` bytes from one to the next; in the place of missing ones the first is read. */
function tileOfRows<T>(
  depth: i32, a: usize, apart: usize, b: usize, C: usize, ldc: usize, rows: i32, columns: i32, aside: usize
): void {
  const a1 = rows > 1 ? a + apart : a, a2 = rows > 2 ? a + 2 * apart : a, a3 = rows > 3 ? a + 3 * apart : a
  tile<T>(false, depth, a, a1, a2, a3, b, C, ldc, rows, columns, aside)
}

/** Columns of B up to which rows of A are read as they lie: packing them would take about as long as the products. */
const NARROW: i32 = 32

function gemm<T>(
  m: i32, n: i32, k: i32, alpha: T,
  A: usize, rsA: usize, csA: usize,
  B: usize, rsB: usize, csB: usize,
  C: usize, ldc: usize, scratch: usize
): void {
  const size = sizeof<T>()
  const NR = 2 * lanes<T>()
  const packedA = scratch
  const packedB = scratch + <usize>(MC * KC) * 8
  const aside = packedB + <usize>(NC * KC) * 8
  const isPacked = n > NARROW || csA != 1 || alpha != 1
  for (let jc = 0; jc < n; jc += NC) {
    const columns = min(NC, n - jc)
    for (let pc = 0; pc < k; pc += KC) {
      const depth = min(KC, k - pc)
      packB<T>(columns, depth, B + (<usize>pc * rsB + <usize>jc * csB) * size, rsB, csB, packedB)
      for (let ic = 0; ic < m; ic += MC) {
        const rows = min(MC, m - ic)
        const block = A + (<usize>ic * rsA + <usize>pc * csA) * size
        if (isPacked) packA<T>(rows, depth, alpha, block, rsA, csA, packedA)
        for (let j = 0; j < columns; j += NR) {
          const b = packedB + <usize>(j * depth) * size
          const width = min(NR, columns - j)
          for (let i = 0; i < rows; i += MR) {
            const at = C + (<usize>(ic + i) * ldc + <usize>(jc + j)) * size
            const height = min(MR, rows - i)
            if (isPacked) {
              tileOfPacked<T>(depth, packedA + <usize>(i * depth) * size, b, at, ldc, height, width, aside)
            } else {
              tileOfRows<T>(depth, block + <usize>i * rsA * size, rsA * size, b, at, ldc, height, width, aside)
            }
          }
        }
      }
    }
  }
}

/** Sum of the lanes of a vector, from the first to the last. */
@inline
function across<T>(x: v128): T {
  let sum = <T>(v128.extract_lane<T>(x, 0) + v128.extract_lane<T>(x, 1))
  if (sizeof<T>() == 4) sum = <T>(<T>(sum + v128.extract_lane<T>(x, 2)) + v128.extract_lane<T>(x, 3))
  return sum
}

/**
 * C (4 rows) += alpha · A · Bᵀ for few rows: B is read once, as it lies, and not packed.
 *
 * Both have their depth contiguous. Lanes sum every second (f64) or fourth (f32) product; the rest follows one by one.
 */
function fewRowsByRows<T>(
  n: i32, k: i32, alpha: T, A: usize, lda: usize, B: usize, ldb: usize, C: usize, ldc: usize
): void {
  const size = sizeof<T>()
  const whole = k - (k % lanes<T>())
  for (let j = 0; j < n; j++) {
    let s0 = v128.splat<T>(<T>0), s1 = s0, s2 = s0, s3 = s0
    let a = A
    let b = B + <usize>j * ldb * size
    const row = lda * size
    for (let p = 0; p < whole; p += lanes<T>()) {
      const y = v128.load(b)
      s0 = fma<T>(v128.load(a), y, s0)
      s1 = fma<T>(v128.load(a + row), y, s1)
      s2 = fma<T>(v128.load(a + 2 * row), y, s2)
      s3 = fma<T>(v128.load(a + 3 * row), y, s3)
      a += 16
      b += 16
    }
    let t0 = across<T>(s0), t1 = across<T>(s1), t2 = across<T>(s2), t3 = across<T>(s3)
    for (let p = whole; p < k; p++) {
      const y = load<T>(b)
      t0 = <T>(t0 + <T>(load<T>(a) * y))
      t1 = <T>(t1 + <T>(load<T>(a + row) * y))
      t2 = <T>(t2 + <T>(load<T>(a + 2 * row) * y))
      t3 = <T>(t3 + <T>(load<T>(a + 3 * row) * y))
      a += size
      b += size
    }
    const at = C + <usize>j * size
    store<T>(at, <T>(load<T>(at) + <T>(alpha * t0)))
    store<T>(at + ldc * size, <T>(load<T>(at + ldc * size) + <T>(alpha * t1)))
    store<T>(at + 2 * ldc * size, <T>(load<T>(at + 2 * ldc * size) + <T>(alpha * t2)))
    store<T>(at + 3 * ldc * size, <T>(load<T>(at + 3 * ldc * size) + <T>(alpha * t3)))
  }
}

/** C (4 rows) += alpha · A · B for few rows: row after row of B, as it lies, is added to the rows of C. */
function fewRowsByColumns<T>(
  n: i32, k: i32, alpha: T, A: usize, lda: usize, B: usize, ldb: usize, C: usize, ldc: usize
): void {
  const size = sizeof<T>()
  const whole = n - (n % lanes<T>())
  const row = ldc * size
  for (let p = 0; p < k; p++) {
    const a = A + <usize>p * size
    const x0 = <T>(alpha * load<T>(a)), x1 = <T>(alpha * load<T>(a + lda * size))
    const x2 = <T>(alpha * load<T>(a + 2 * lda * size)), x3 = <T>(alpha * load<T>(a + 3 * lda * size))
    const v0 = v128.splat<T>(x0), v1 = v128.splat<T>(x1), v2 = v128.splat<T>(x2), v3 = v128.splat<T>(x3)
    let b = B + <usize>p * ldb * size
    let c = C
    for (let j = 0; j < whole; j += lanes<T>()) {
      const y = v128.load(b)
      v128.store(c, fma<T>(v0, y, v128.load(c)))
      v128.store(c + row, fma<T>(v1, y, v128.load(c + row)))
      v128.store(c + 2 * row, fma<T>(v2, y, v128.load(c + 2 * row)))
      v128.store(c + 3 * row, fma<T>(v3, y, v128.load(c + 3 * row)))
      b += 16
      c += 16
    }
    for (let j = whole; j < n; j++) {
      const y = load<T>(b)
      store<T>(c, <T>(<T>(x0 * y) + load<T>(c)))
      store<T>(c + row, <T>(<T>(x1 * y) + load<T>(c + row)))
      store<T>(c + 2 * row, <T>(<T>(x2 * y) + load<T>(c + 2 * row)))
      store<T>(c + 3 * row, <T>(<T>(x3 * y) + load<T>(c + 3 * row)))
      b += size
      c += size
    }
  }
}

/** Chooses by shape: four rows and a matrix that lies in order need no packing. */
function product<T>(
  m: i32, n: i32, k: i32, alpha: T,
  A: usize, rsA: usize, csA: usize,
  B: usize, rsB: usize, csB: usize,
  C: usize, ldc: usize, scratch: usize
): void {
  if (m == 4 && csA == 1 && rsB == 1) fewRowsByRows<T>(n, k, alpha, A, rsA, B, csB, C, ldc)
  else if (m == 4 && csA == 1 && csB == 1) fewRowsByColumns<T>(n, k, alpha, A, rsA, B, rsB, C, ldc)
  else gemm<T>(m, n, k, alpha, A, rsA, csA, B, rsB, csB, C, ldc, scratch)
}

export function dgemm(
  m: i32, n: i32, k: i32, alpha: f64,
  A: usize, rsA: usize, csA: usize, B: usize, rsB: usize, csB: usize, C: usize, ldc: usize, scratch: usize
): void {
  product<f64>(m, n, k, alpha, A, rsA, csA, B, rsB, csB, C, ldc, scratch)
}

export function sgemm(
  m: i32, n: i32, k: i32, alpha: f32,
  A: usize, rsA: usize, csA: usize, B: usize, rsB: usize, csB: usize, C: usize, ldc: usize, scratch: usize
): void {
  product<f32>(m, n, k, alpha, A, rsA, csA, B, rsB, csB, C, ldc, scratch)
}

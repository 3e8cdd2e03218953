/**
 * Matrix products on raw memory, for f64 and f32.
 *
 * C (m × n, row-major, rows `ldc` apart) += alpha · A · B, where element (i, p) of A lies at A + (i·rsA + p·csA)
 * and element (p, j) of B at B + (p·rsB + j·csB); strides count elements. The order of every sum depends on the shapes
 * alone; `gemm-twin.ts` repeats it.
 *
 * After K. Goto, R. van de Geijn, Anatomy of High-Performance Matrix Multiplication, ACM TOMS 34 (2008).
 */
import { fewRowsByColumns, fewRowsByRows } from "./shared-few-rows"
import { fma, lanes } from "./shared-lanes"
import { MR, packA, packB } from "./shared-packing"

/** Depth of a block: sums over it are formed in registers, then added to C. */
const KC: i32 = 256
/** Rows of A that are packed at once: a block of them stays in the second-level cache. */
const MC: i32 = 96
/** Columns of B that are packed at once. */
const NC: i32 = 1024

/** In all lanes, the element of this index behind an address: each a load of its own, as offsets are constants of the instruction. */
@inline
function splat<T>(at: usize, index: i32): v128 {
  if (index == 0) return sizeof<T>() == 8 ? v128.load64_splat(at) : v128.load32_splat(at)
  if (index == 1) return sizeof<T>() == 8 ? v128.load64_splat(at, 8) : v128.load32_splat(at, 4)
  if (index == 2) return sizeof<T>() == 8 ? v128.load64_splat(at, 16) : v128.load32_splat(at, 8)
  return sizeof<T>() == 8 ? v128.load64_splat(at, 24) : v128.load32_splat(at, 12)
}

/** Bytes of scratch memory that a product needs. */
export function scratchBytes(): usize {
  return <usize>(MC * KC + NC * KC + MR * 8) * 8
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

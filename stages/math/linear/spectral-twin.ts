/**
 * The kernels of `assembly/matrixvector.ts` and `assembly/secular.ts` in plain TypeScript: the same sums in the same
 * order, so the same bits.
 */
import { productTwin } from "./gemm-twin.ts"
import type { SpectralKernels } from "./spectral-kernels.ts"
import type { Workspace } from "./Workspace.ts"

/** Rows that the module takes at once. */
const ROWS = 4

export const twinKernels = (space: Workspace<"f64">): SpectralKernels => {
  const view = (): Float64Array => new Float64Array(space.buffer)
  return {
    gemm: (m, n, k, alpha, a, b, c, ldc) => {
      const f = view()
      const rows = (i: number): Float64Array => f.subarray(c + i * ldc, c + i * ldc + n)
      const product = new Float64Array(m * n)
      for (let i = 0; i < m; i++) product.set(rows(i), i * n)
      productTwin({ m, n, k }, alpha, f.subarray(a.at), a, f.subarray(b.at), b, product)
      for (let i = 0; i < m; i++) rows(i).set(product.subarray(i * n, (i + 1) * n))
    },
    gemv: (rows, columns, a, lda, x, y) => {
      const f = view()
      for (let i = 0; i < rows; i++) f[y + i] = sumOfPairs(columns, (j) => f[a + i * lda + j]! * f[x + j]!)
    },
    gemvTransposed: (rows, columns, alpha, a, lda, x, y) => {
      const f = view()
      for (let i = 0; i < rows; i++) {
        const factor = alpha * f[x + i]!
        for (let j = 0; j < columns; j++) f[y + j]! += f[a + i * lda + j]! * factor
      }
    },
    symv: (n, a, lda, x, y) => {
      const f = view()
      for (let i = 0; i < n; i++) {
        const first = i - (i % ROWS)
        let sum = sumOfPairs(first, (j) => f[a + i * lda + j]! * f[x + j]!)
        for (let j = 0; j < i; j++) {
          const element = f[a + i * lda + j]!
          if (j >= first) sum += element * f[x + j]!
          f[y + j]! += element * f[x + i]!
        }
        f[y + i] = sum + f[a + i * lda + i]! * f[x + i]!
      }
    },
    differences: (count, d, at, squares, to) => {
      const f = view()
      for (let j = 0; j < count; j++) f[to + j] = squares ? (f[d + j]! - at) * (f[d + j]! + at) : f[d + j]! - at
    },
    shift: (count, x, by, to) => {
      const f = view()
      for (let j = 0; j < count; j++) f[to + j] = f[x + j]! - by
    },
    secularSums: (count, delta, z, tau, out) => {
      const f = view()
      const term = (j: number): number => f[z + j]! / (f[delta + j]! - tau)
      const lanes = [0, 0]
      const partial = [0, 0]
      const whole = count & ~1
      for (let j = 0; j < whole; j++) {
        lanes[j & 1]! += f[z + j]! * term(j)
        partial[j & 1]! += lanes[j & 1]!
      }
      let sum = lanes[0]! + lanes[1]!
      let total = partial[0]! + partial[1]!
      if (whole < count) {
        sum += f[z + whole]! * term(whole)
        total += sum
      }
      f[out] = sum
      f[out + 1] = sumOfPairs(count, (j) => term(j) * term(j))
      f[out + 2] = total
    },
    ratios: (count, over, under, to) => {
      const f = view()
      for (let j = 0; j < count; j++) f[to + j] = f[over + j]! / f[under + j]!
    },
    multiplyRatios: (count, over, under, to) => {
      const f = view()
      for (let j = 0; j < count; j++) f[to + j]! *= f[over + j]! / f[under + j]!
    },
    products: (count, x, y, to) => {
      const f = view()
      for (let j = 0; j < count; j++) f[to + j] = f[x + j]! * f[y + j]!
    },
    scatterUnit: (count, x, places, to) => {
      const f = view()
      const place = new Int32Array(space.buffer, places * 8, count)
      const length = Math.sqrt(sumOfPairs(count, (j) => f[x + j]! * f[x + j]!))
      for (let j = 0; j < count; j++) f[to + place[j]!] = f[x + j]! / length
    },
    rotate: (count, x, y, c, s) => {
      const f = view()
      for (let j = 0; j < count; j++) {
        const [a, b] = [f[x + j]!, f[y + j]!]
        f[x + j] = s * b + c * a
        f[y + j] = c * b - s * a
      }
    }
  }
}

/** Even and odd terms in order, the two sums added, and the last term of an odd count. */
const sumOfPairs = (count: number, term: (j: number) => number): number => {
  const sums = [0, 0]
  const whole = count & ~1
  for (let j = 0; j < whole; j++) sums[j & 1]! += term(j)
  const sum = sums[0]! + sums[1]!
  return whole < count ? sum + term(whole) : sum
}

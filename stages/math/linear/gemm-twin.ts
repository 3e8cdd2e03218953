/** The products of `assembly/gemm.ts` in plain TypeScript: the same sums in the same order, so the same bits. */

const KC = 256
const ROWS = 4

export interface Shape {
  readonly m: number
  readonly n: number
  readonly k: number
}

/** Strides in elements between rows and between columns. */
export interface Layout {
  readonly rs: number
  readonly cs: number
}

type Floats = Float64Array | Float32Array

/** C += alpha · A · B; the rows of C are `ldc` elements apart, by default its n. */
export const productTwin = (
  { m, n, k }: Shape,
  alpha: number,
  a: Floats,
  layoutA: Layout,
  b: Floats,
  layoutB: Layout,
  c: Floats,
  ldc: number = n
): void => {
  const isSingle = c instanceof Float32Array
  const round = isSingle ? Math.fround : (x: number): number => x
  const lanes = isSingle ? 4 : 2
  const at = (i: number, p: number): number => a[i * layoutA.rs + p * layoutA.cs]!
  const bt = (p: number, j: number): number => b[p * layoutB.rs + j * layoutB.cs]!
  const scale = round(alpha)
  if (m === ROWS && layoutA.cs === 1 && layoutB.rs === 1) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const sum = sumByLanes(k, lanes, (p) => round(at(i, p) * bt(p, j)), round)
        c[i * ldc + j] = round(c[i * ldc + j]! + round(scale * sum))
      }
    }
    return
  }
  const step = m === ROWS && layoutA.cs === 1 && layoutB.cs === 1 ? 1 : KC
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let start = 0; start < k; start += step) {
        let sum = 0
        for (let p = start; p < Math.min(k, start + step); p++)
          sum = round(sum + round(round(scale * at(i, p)) * bt(p, j)))
        c[i * ldc + j] = round(c[i * ldc + j]! + sum)
      }
    }
  }
}

/** Each lane sums its share in order, lanes are added in pairs, then the rest one by one. */
const sumByLanes = (k: number, lanes: number, term: (p: number) => number, round: (x: number) => number): number => {
  const sums = new Array<number>(lanes).fill(0)
  const whole = k - (k % lanes)
  for (let p = 0; p < whole; p++) sums[p % lanes] = round(sums[p % lanes]! + term(p))
  let sum = round(sums[0]! + sums[1]!)
  if (lanes === 4) sum = round(round(sum + sums[2]!) + sums[3]!)
  for (let p = whole; p < k; p++) sum = round(sum + term(p))
  return sum
}

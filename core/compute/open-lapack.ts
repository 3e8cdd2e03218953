/**
 * The decompositions of a native library, by its Fortran interface: everything is passed by address, and matrices are column by column.
 *
 * What is row by row is there its transpose: of a symmetric matrix the other triangle, of A = U Σ Vᵀ the decomposition of Aᵀ.
 */
import type { Lapack } from "../stage/Blas.ts"

/** A function of a library; it believes every number. */
export type NativeFunction = (...given: ReadonlyArray<unknown>) => unknown

/** The declarations of what is called; behind the letters come their lengths, which C does not see. */
const DECLARATIONS = {
  dpotrf: "void dpotrf_(void *, void *, void *, void *, void *, size_t)",
  dpotrs: "void dpotrs_(void *, void *, void *, void *, void *, void *, void *, void *, size_t)",
  dsyevd:
    "void dsyevd_(void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, size_t, size_t)",
  dgesdd:
    "void dgesdd_(void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, void *, size_t)"
} as const

type Functions = { readonly [name in keyof typeof DECLARATIONS]: NativeFunction }

/** What `find` finds; nothing where a function is missing, or gives something wrong. */
export const openLapack = (find: (declaration: string) => NativeFunction | undefined): Lapack | undefined => {
  const found = Object.entries(DECLARATIONS).map(([name, declaration]) => [name, find(declaration)] as const)
  if (found.some(([, value]) => value === undefined)) return undefined
  const lapack = lapackOf(Object.fromEntries(found) as Functions)
  return isRight(lapack) ? lapack : undefined
}

const lapackOf = ({ dgesdd, dpotrf, dpotrs, dsyevd }: Functions): Lapack => ({
  solvePositive: (a, n, b, columns) => {
    checkLength("A", a, n, n)
    checkLength("B", b, n, columns)
    if (n === 0 || columns === 0) return new Float64Array(n * columns)
    if (!areFinite(a)) return undefined
    const [factor, info] = [a.slice(), int(0)]
    dpotrf(UPPER, int(n), factor, int(n), info, 1)
    if (info[0] !== 0) return undefined
    const solution = transposed(b, n, columns)
    dpotrs(UPPER, int(n), int(columns), factor, int(n), solution, int(n), info, 1)
    return info[0] === 0 ? transposed(solution, columns, n) : undefined
  },
  symmetricEigen: (a, n) => {
    checkLength("A", a, n, n)
    const [vectors, values, info] = [a.slice(), new Float64Array(n), int(0)]
    if (n === 0) return { values, vectors }
    if (!areFinite(a)) return undefined
    const call = (work: Float64Array, lwork: number, iwork: Int32Array, liwork: number): void =>
      void dsyevd(VECTORS, UPPER, int(n), vectors, int(n), values, work, int(lwork), iwork, int(liwork), info, 1, 1)
    const [asked, askedWhole] = [new Float64Array(1), int(0)]
    call(asked, -1, askedWhole, -1)
    const [work, iwork] = [new Float64Array(asked[0]!), new Int32Array(askedWhole[0]!)]
    call(work, work.length, iwork, iwork.length)
    return info[0] === 0 ? { values, vectors } : undefined
  },
  svd: (a, m, n) => {
    checkLength("A", a, m, n)
    const rank = Math.min(m, n)
    const [copy, values, info] = [a.slice(), new Float64Array(rank), int(0)]
    // Of the transpose: its left vectors are the rows of Vᵀ, its right ones the columns of U.
    const [vt, u] = [new Float64Array(rank * n), new Float64Array(m * rank)]
    if (rank === 0) return { u, values, vt }
    if (!areFinite(a)) return undefined
    const iwork = new Int32Array(8 * rank)
    const call = (work: Float64Array, lwork: number): void => {
      const shape = [int(n), int(m), copy, int(n), values, vt, int(n), u, int(rank)]
      void dgesdd(THIN, ...shape, work, int(lwork), iwork, info, 1)
    }
    const asked = new Float64Array(1)
    call(asked, -1)
    const work = new Float64Array(asked[0]!)
    call(work, work.length)
    return info[0] === 0 ? { u, values, vt } : undefined
  }
})

const UPPER = Buffer.from("U")
const VECTORS = Buffer.from("V")
const THIN = Buffer.from("S")

const int = (value: number): Int32Array => Int32Array.of(value)

const transposed = (a: Float64Array, rows: number, columns: number): Float64Array =>
  Float64Array.from({ length: rows * columns }, (_, at) => a[(at % rows) * columns + Math.floor(at / rows)]!)

/** Elements that a matrix may have: indices are of 32 bits. */
const MOST = 2 ** 31 - 1

const checkLength = (name: string, array: unknown, rows: number, columns: number): void => {
  if (!(array instanceof Float64Array)) throw new TypeError(`${name} is no Float64Array`)
  const isShape = [rows, columns].every((x) => Number.isInteger(x) && x >= 0) && rows * columns <= MOST
  if (!isShape || array.length !== rows * columns) {
    throw new RangeError(`${name} has ${array.length} elements, not ${rows}×${columns}`)
  }
}

/** With others some libraries would not come to an end. */
const areFinite = (a: Float64Array): boolean => a.every(Number.isFinite)

/** Whether known answers come out. */
const isRight = ({ solvePositive, svd, symmetricEigen }: Lapack): boolean => {
  const near = (found: Float64Array | undefined, wanted: ReadonlyArray<number>): boolean =>
    found !== undefined && wanted.every((x, i) => Math.abs(Math.abs(found[i]!) - Math.abs(x)) < 1e-14)
  const [a, half] = [Float64Array.of(2, 1, 1, 2), Math.SQRT1_2]
  const pairs = symmetricEigen(a, 2)
  const parts = svd(Float64Array.of(3, 0, 0, 0, 0, 4), 2, 3)
  return (
    near(solvePositive(a, 2, Float64Array.of(4, 5), 1), [1, 2]) &&
    near(pairs?.values, [1, 3]) &&
    near(pairs?.vectors, [half, half, half, half]) &&
    near(parts?.values, [4, 3]) &&
    near(parts?.u, [0, 1, 1, 0]) &&
    near(parts?.vt, [0, 0, 1, 1, 0, 0])
  )
}

/** Opens a native library for linear algebra by koffi, whose calls take addresses and believe every number. */
import { createRequire } from "node:module"
import { cpus, release } from "node:os"
import { join } from "node:path"
import type { Blas, NativeProduct } from "../stage/Blas.ts"
import { type NativeFunction, openLapack } from "./open-lapack.ts"
import { packageFolder } from "./resolve-package.ts"

export const KOFFI_PACKAGE = "koffi"

/** The library is not here, or computes something else. */
export class BlasUnavailable extends Error {
  override readonly name = "BlasUnavailable"
}

type Koffi = Pick<typeof import("koffi"), "load">

type Library = ReturnType<Koffi["load"]>

/** koffi is looked up from each of these files in turn. Throws `BlasUnavailable`. */
export const openBlas = (library: string, from: ReadonlyArray<string>): Blas => {
  const loaded = load(library, from)
  const title = titleOf(loaded, library)
  onOneThread(loaded)
  const dgemm = dgemmOf(loaded, library)
  const flaw = flawOf(dgemm)
  if (flaw !== undefined) throw new BlasUnavailable(`${library} (${title}) is not right: ${flaw}`)
  return { title, dgemm, lapack: openLapack((declaration) => functionOf(loaded, declaration)) }
}

const load = (library: string, from: ReadonlyArray<string>): Library => {
  const folder = packageFolder(KOFFI_PACKAGE, from)
  if (folder === undefined) throw new BlasUnavailable(`the package ${KOFFI_PACKAGE} is not installed`)
  const require = createRequire(join(folder, "package.json"))
  const before = new Set(Object.keys(require.cache))
  try {
    const koffi: Koffi = require(folder)
    return koffi.load(library)
  } catch (cause) {
    const [reason] = String(cause instanceof Error ? cause.message : cause).split("\n")
    throw new BlasUnavailable(`${library}: ${reason}`)
  } finally {
    // Whoever comes after has to load it anew, and finds that no native code is loaded any more.
    for (const file of Object.keys(require.cache)) {
      if (!before.has(file)) Reflect.deleteProperty(require.cache, file)
    }
  }
}

/** A function of a library; `undefined` when it has none of that name. */
const functionOf = (library: Library, declaration: string): NativeFunction | undefined => {
  try {
    return library.func(declaration)
  } catch {
    return undefined
  }
}

/** What a library tells of itself, with the processor that it computes for: two that differ in it give other bits. */
const titleOf = (library: Library, name: string): string => {
  const config = functionOf(library, "const char *openblas_get_config(void)")?.()
  // It names the kind of processor itself.
  if (typeof config === "string") return oneLine(config)
  const blis = functionOf(library, "const char *bli_info_get_version_str(void)")?.()
  const version =
    mklVersion(library) ??
    (typeof blis === "string" ? `BLIS ${blis}` : undefined) ??
    (name.includes("Accelerate") ? `Accelerate of Darwin ${release()}` : undefined)
  if (version !== undefined) return oneLine(`${version} on ${cpus()[0]?.model ?? "an unknown processor"}`)
  throw new BlasUnavailable(`${name} does not tell its version, which has to be part of keys`)
}

const oneLine = (text: string): string => text.trim().replace(/\s+/gu, " ")

const mklVersion = (library: Library): string | undefined => {
  const text = Buffer.alloc(200)
  functionOf(library, "void mkl_get_version_string(void *, int)")?.(text, text.length - 1)
  return text[0] === 0 ? undefined : text.toString("latin1", 0, text.indexOf(0))
}

/** More threads would give other bits. */
const onOneThread = (library: Library): void => {
  for (const name of ["openblas_set_num_threads", "MKL_Set_Num_Threads", "bli_thread_set_num_threads"]) {
    functionOf(library, `void ${name}(int)`)?.(1)
  }
}

const ROW_MAJOR = 101
const PLAIN = 111
const TRANSPOSED = 112

const dgemmOf = (library: Library, name: string): Blas["dgemm"] => {
  const dgemm = functionOf(
    library,
    "void cblas_dgemm(int, int, int, int, int, int, double, void *, int, void *, int, double, void *, int)"
  )
  if (dgemm === undefined) throw new BlasUnavailable(`${name} has no cblas_dgemm`)
  return (product) => {
    check(product)
    const { a, alpha, b, beta, c, k, lda, ldb, ldc, m, n, transposeA, transposeB } = product
    if (m === 0 || n === 0) return
    const [left, right] = [transposeA ? TRANSPOSED : PLAIN, transposeB ? TRANSPOSED : PLAIN]
    dgemm(ROW_MAJOR, left, right, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  }
}

/** Largest number that an `int` of C has. */
const LARGEST = 2 ** 31 - 1

/** A wrong length would be a wild write. */
const check = ({ a, b, c, k, lda, ldb, ldc, m, n, transposeA, transposeB }: NativeProduct): void => {
  checkArray("A", a, transposeA ? [k, m] : [m, k], lda)
  checkArray("B", b, transposeB ? [n, k] : [k, n], ldb)
  checkArray("C", c, [m, n], ldc)
}

const checkArray = (name: string, array: unknown, [rows, columns]: readonly [number, number], stride: number): void => {
  if (!(array instanceof Float64Array)) throw new TypeError(`${name} is no Float64Array`)
  if (![rows, columns, stride].every((x) => Number.isInteger(x) && x >= 0 && x <= LARGEST)) {
    throw new RangeError(`${name} is ${rows}×${columns} with rows ${stride} apart, which is no shape`)
  }
  if (stride < Math.max(1, columns)) throw new RangeError(`${name} has ${columns} columns, and rows ${stride} apart`)
  const least = rows === 0 || columns === 0 ? 0 : (rows - 1) * stride + columns
  if (array.length < least) throw new RangeError(`${name} has ${array.length} elements, and ${least} are needed`)
}

/** What a library computes wrongly, as one does whose whole numbers are of another width; nothing where all is right. */
const flawOf = (dgemm: Blas["dgemm"]): string | undefined => {
  const [m, n, k] = [5, 7, 3]
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const [lda, ldb, ldc] = [(transposeA ? m : k) + 1, (transposeB ? k : n) + 2, n + 1]
      const a = Float64Array.from({ length: 40 }, (_, i) => ((i * 7) % 11) - 5)
      const b = Float64Array.from({ length: 80 }, (_, i) => ((i * 5) % 13) - 6)
      const c = Float64Array.from({ length: 60 }, (_, i) => i)
      dgemm({ transposeA, transposeB, m, n, k, alpha: 2, a, lda, b, ldb, beta: -1, c, ldc })
      for (let at = 0; at < c.length; at++) {
        const [i, j] = [Math.floor(at / ldc), at % ldc]
        let wanted = at
        if (i < m && j < n) {
          wanted = -at
          for (let p = 0; p < k; p++) {
            wanted += 2 * a[transposeA ? p * lda + i : i * lda + p]! * b[transposeB ? j * ldb + p : p * ldb + j]!
          }
        }
        // All numbers are whole, and so is every sum.
        if (c[at] !== wanted) return `a product has ${c[at]} where ${wanted} belongs`
      }
    }
  }
  return undefined
}

import { assert, describe, it } from "vitest"
import { BlasUnavailable, openBlas } from "../../../core/compute/open-blas.ts"
import { Workspace } from "../../../stages/math/linear/Workspace.ts"
import { stream } from "../../../stages/math/random/Philox.ts"
import { SOME_BLAS } from "../../some-blas.ts"

const FROM = [import.meta.filename]

describe("openBlas", () => {
  it.each([
    [
      "a file that is not there",
      "/nowhere/libblas.so",
      FROM,
      /^\/nowhere\/libblas\.so: Failed to load|koffi is not installed/u
    ],
    [
      "a library of something else",
      "libm.so.6",
      FROM,
      /^libm\.so\.6 does not tell its version|koffi is not installed/u
    ],
    ["whatever there is, without koffi", "libm.so.6", ["/nowhere/stage.ts"], /^the package koffi is not installed$/u]
  ])("refuses %s, with the reason", (_, library, from, words) => {
    assert.throws(() => openBlas(library, from), BlasUnavailable, words)
  })
})

const reason = "reason" in SOME_BLAS ? `: skipped, ${SOME_BLAS.reason}` : ""
const blas = "blas" in SOME_BLAS ? SOME_BLAS.blas : undefined

describe.skipIf(blas === undefined)(`a native library${reason}`, () => {
  const square = (n: number) => ({
    ...{ transposeA: false, transposeB: false, m: n, n, k: n, alpha: 1, beta: 0, lda: n, ldb: n, ldc: n },
    ...{ a: new Float64Array(n * n), b: new Float64Array(n * n), c: new Float64Array(n * n) }
  })

  it.each([
    ["an array that is too short", { c: new Float64Array(8) }, RangeError, /^C has 8 elements, and 9 are needed$/u],
    ["rows that overlap", { lda: 2 }, RangeError, /^A has 3 columns, and rows 2 apart$/u],
    ["a shape that is none", { m: 1.5 }, RangeError, /^A is 1\.5×3 with rows 3 apart, which is no shape$/u],
    ["a negative one", { k: -1 }, RangeError, /which is no shape$/u],
    ["one that C cannot count", { n: 2 ** 31 }, RangeError, /which is no shape$/u],
    ["an array of something else", { b: new Float32Array(9) }, TypeError, /^B is no Float64Array$/u],
    ["no array", { a: undefined }, TypeError, /^A is no Float64Array$/u]
  ])("is not called with %s", (_, change, type, words) => {
    assert.throws(() => blas!.dgemm({ ...square(3), ...(change as object) }), type, words)
  })

  it("leaves an empty product alone", () => {
    const c = Float64Array.of(7)
    blas!.dgemm({ ...square(0), lda: 1, ldb: 1, ldc: 1, c })
    assert.deepStrictEqual([...c], [7])
  })

  it("gives the products of our kernels, up to round-off", () => {
    // One workspace for all: the memory of each takes long to come by.
    const [native, own] = [new Workspace("f64", { blas }), new Workspace("f64")]
    for (let i = 0; i < 200; i++) {
      const [m = 0, n = 0, k = 0, flags = 0] = stream(11, `shape ${i}`).integers(4, 40)
      const options = { transposeA: flags % 2 === 1, transposeB: flags % 4 > 1, alpha: 0.5, accumulate: flags % 8 > 3 }
      const numbers = stream(12, `elements ${i}`).uniforms(m * k + k * n)
      const product = (space: Workspace<"f64">): Float64Array =>
        space.temporary(() => {
          const a = options.transposeA ? space.matrix(k, m) : space.matrix(m, k)
          const b = options.transposeB ? space.matrix(n, k) : space.matrix(k, n)
          a.set(numbers.subarray(0, m * k))
          b.set(numbers.subarray(m * k))
          // A block of a wider matrix, whose borders stay as they are.
          const wide = space.matrix(m, n + 3)
          wide.fill(0.25)
          space.multiply(wide.block(0, 2, m, n), a, b, options)
          return wide.toFloat64()
        })
      const wanted = product(own)
      assert.isTrue(product(native).every((x, at) => Math.abs(x - wanted[at]!) <= 1e-14 * (1 + k)))
    }
  })
})

import { assert, describe, it } from "vitest"
import { Arena } from "../../../../stages/math/linear/Arena.ts"
import type { SpectralKernels } from "../../../../stages/math/linear/spectral-kernels.ts"
import { twinKernels } from "../../../../stages/math/linear/spectral-twin.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { workspace } from "./matrices.ts"

/** Numbers that each kernel is given, and where: three matrices of 40 × 40 with some room. */
const SIDE = 41
const COUNT = 3 * SIDE * SIDE

const CASES: ReadonlyArray<
  readonly [name: string, run: (k: SpectralKernels, at: number, rows: number, columns: number, arena: Arena) => void]
> = [
  ["gemv", (k, at, m, n) => k.gemv(m, n, at, SIDE, at + SIDE * SIDE + 1, at + 2 * SIDE * SIDE)],
  [
    "gemvTransposed",
    (k, at, m, n) => k.gemvTransposed(m, n, -0.3, at + 1, SIDE, at + SIDE * SIDE, at + 2 * SIDE * SIDE)
  ],
  ["symv", (k, at, m) => k.symv(m, at, SIDE, at + SIDE * SIDE, at + 2 * SIDE * SIDE)],
  [
    "gemm",
    (k, at, m, n) =>
      k.gemm(
        m,
        n,
        9,
        -1,
        { at: at, rs: 1, cs: SIDE },
        { at: at + SIDE * SIDE, rs: SIDE, cs: 1 },
        at + 2 * SIDE * SIDE,
        SIDE
      )
  ],
  ["differences", (k, at, m, n) => k.differences(m, at, 0.7, n % 2 === 0, at + SIDE * SIDE)],
  ["shift", (k, at, m) => k.shift(m, at, 0.7, at + SIDE * SIDE)],
  ["secularSums", (k, at, m) => k.secularSums(m, at, at + SIDE, 0.1, at + SIDE * SIDE)],
  ["ratios", (k, at, m) => k.ratios(m, at, at + SIDE, at + SIDE * SIDE)],
  ["multiplyRatios", (k, at, m) => k.multiplyRatios(m, at, at + SIDE, at + SIDE * SIDE)],
  ["products", (k, at, m) => k.products(m, at, at + SIDE, at + SIDE * SIDE)],
  ["rotate", (k, at, m) => k.rotate(m, at, at + SIDE, 0.6, 0.8)],
  [
    "scatterUnit",
    (k, at, m, _, { integers }) => {
      const places = integers.subarray(2 * (at + SIDE))
      for (let i = 0; i < m; i++) places[i] = (i * 7) % SIDE
      k.scatterUnit(m, at, at + SIDE, at + SIDE * SIDE)
    }
  ]
]

describe("the kernels of decompositions", () => {
  it.each(CASES)("give the bits of their twins for two hundred shapes: %s", (name, run) => {
    const random = stream(13, name)
    const numbers = random.normals(COUNT + 200)
    const [module, twin] = [new Arena(workspace()), new Arena(workspace(), twinKernels)]
    const [here, there] = [module.place(COUNT), twin.place(COUNT)]
    for (let round = 0; round < 200; round++) {
      const [m, n] = round < 4 ? [round, 3 - round] : random.integers(2, SIDE)
      const values = numbers.subarray(round, round + COUNT)
      module.floats.set(values, here)
      twin.floats.set(values, there)
      run(module.kernels, here, m!, n!, module)
      run(twin.kernels, there, m!, n!, twin)
      const [found, expected] = [module.floats.subarray(here, here + COUNT), twin.floats.subarray(there, there + COUNT)]
      assert.strictEqual(
        found.findIndex((x, i) => x !== expected[i]),
        -1,
        `${m} × ${n}`
      )
    }
  })

  it("carry what is no number, as the language does", () => {
    const arena = new Arena(workspace())
    const at = arena.place(4)
    arena.floats.set([Number.NaN, 1, Number.POSITIVE_INFINITY, 0], at)
    arena.kernels.shift(3, at, 1, at)
    assert.deepStrictEqual([...arena.floats.subarray(at, at + 4)], [Number.NaN, 0, Number.POSITIVE_INFINITY, 0])
  })
})

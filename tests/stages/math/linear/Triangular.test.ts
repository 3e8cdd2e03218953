import { assert, describe, it } from "vitest"
import { multiply } from "../../../../stages/math/linear/Gemm.ts"
import { SingularMatrix } from "../../../../stages/math/linear/SingularMatrix.ts"
import { type System, solve, solveInPlace, type TriangularKernel } from "../../../../stages/math/linear/Triangular.ts"
import { solveLowerTwin } from "../../../../stages/math/linear/triangular-twin.ts"
import { stream } from "../../../../stages/math/random/Philox.ts"
import { TRIANGULAR_WASM } from "../../../../stages/math/wasm/triangular.wasm.ts"
import { blockOf, cut, distance, isUntouched, largest, random, tabulate, workspace } from "./matrices.ts"

/** Well-conditioned, with NaN where nothing may be read. */
const triangle = (n: number, { triangle: part, unit = false }: System, name: string): Float64Array => {
  const values = n < 100 ? cut(n * n, 7 * n) : random(n, n, name)
  return tabulate(n, n, (i, j) => {
    if (i === j) return unit ? Number.NaN : 2 + Math.abs(values[i * n + j]!)
    return i > j === (part === "lower") ? values[i * n + j]! / Math.max(1, n) : Number.NaN
  })
}

const complete = (t: Float64Array, n: number, { unit = false }: System): Float64Array =>
  tabulate(n, n, (i, j) => (i === j && unit ? 1 : Number.isNaN(t[i * n + j]!) ? 0 : t[i * n + j]!))

const systems: ReadonlyArray<System> = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((bits) =>
  [false, true].map(
    (unit): System => ({
      triangle: bits & 1 ? "lower" : "upper",
      transpose: (bits & 2) === 2,
      side: bits & 4 ? "left" : "right",
      unit
    })
  )
)

/** Largest element of op(T) X − B or X op(T) − B in units of ε |T| |X|. */
const residual = (n: number, others: number, system: System): number => {
  const { transpose = false, side = "left" } = system
  const [rows, columns] = side === "left" ? [n, others] : [others, n]
  const t = triangle(n, system, `t ${n}`)
  const b = cut(rows * columns, 5 * n)
  const space = workspace()
  const [left, right] = [blockOf(space, n, n, t), blockOf(space, rows, columns, b)]
  solveInPlace(space, left.block, right.block, system)
  assert.isTrue(isUntouched(left.whole) && isUntouched(right.whole))
  const x = right.block.toFloat64()
  const full = complete(t, n, system)
  const product =
    side === "left"
      ? multiply(full, x, n, columns, n, { transposeA: transpose })
      : multiply(x, full, rows, n, n, { transposeB: transpose })
  return distance(product, b, largest(full) * largest(x) || 1)
}

describe("solveInPlace", () => {
  it.each(systems)("solves %o for small and large orders, and reads its triangle alone", (system) => {
    for (const [n, others] of [
      [1, 1],
      [5, 3],
      [64, 9],
      [65, 4],
      [200, 33]
    ] as const) {
      assert.isBelow(residual(n, others, system), 8)
    }
  })

  it("does so for two hundred random shapes", () => {
    const draws = stream(15, "triangular whole shapes")
    for (let round = 0; round < 200; round++) {
      const [n, others, kind] = [85, 20, systems.length].map((below) => draws.integers(1, below)[0]!) as [
        number,
        number,
        number
      ]
      assert.isBelow(
        residual(n, others, systems[kind]!),
        8,
        `order ${n}, ${others} others, ${JSON.stringify(systems[kind])}`
      )
    }
  })

  it("has the bits of the twin for two hundred random shapes", () => {
    const draws = stream(3, "triangular shapes")
    const space = workspace()
    const { solveLower } = space.module<TriangularKernel>(TRIANGULAR_WASM)
    for (let round = 0; round < 200; round++) {
      const [n, columns, gap, kind] = [30, 12, 4, 16].map((below) => draws.integers(1, below)[0]!) as [
        number,
        number,
        number,
        number
      ]
      const [width, unit] = [Math.max(n, columns) + gap, (kind & 8) === 8]
      space.temporary(() => {
        const memory = space.matrix(2 * (Math.max(n, columns) + 1), width)
        memory.set(draws.normals(memory.rows * width))
        const [rsT, csT] = kind & 1 ? [width, 1] : [1, width]
        const [rsB, csB] = kind & 2 ? [width, 1] : [1, width]
        const half = (memory.rows / 2) * width
        // Backwards where the kind says so: from the last element, with negative strides.
        const sign = kind & 4 ? 1 : -1
        const t = { at: sign > 0 || n === 0 ? 0 : (n - 1) * (width + 1), rs: sign * rsT, cs: sign * csT }
        const b = { at: half + (sign > 0 || n === 0 ? 0 : (n - 1) * rsB), rs: sign * rsB, cs: csB }
        const twin = memory.data.slice()
        solveLowerTwin(n, columns, twin, t, unit, b)
        const [atT, atB] = [memory.address + 8 * t.at, memory.address + 8 * b.at]
        solveLower(n, columns, atT, t.rs, t.cs, unit, atB, b.rs, b.cs, space.scratch)
        assert.deepStrictEqual(memory.data, twin, `order ${n}, ${columns} columns, gap ${gap}, kind ${kind}`)
      })
    }
  })

  it("does nothing to what is empty", () => {
    const space = workspace()
    for (const system of systems) {
      solveInPlace(space, space.matrix(0, 0), system.side === "left" ? space.matrix(0, 3) : space.matrix(3, 0), system)
      const empty = system.side === "left" ? space.matrix(3, 0) : space.matrix(0, 3)
      solveInPlace(space, space.matrix(3, 3), empty, system)
    }
  })

  it("keeps what is not finite in its column, and divides by zero as numbers do", () => {
    const space = workspace()
    const [t, b] = [space.matrix(70, 70), space.matrix(70, 6)]
    for (let i = 0; i < 70; i++) t.row(i).fill(1, 0, i + 1)
    b.fill(1)
    b.row(69)[2] = Number.NaN
    b.row(3)[4] = Number.POSITIVE_INFINITY
    solveInPlace(space, t, b, { triangle: "lower" })
    const columns = [0, 1, 2, 3, 4, 5].map((j) => Array.from({ length: 70 }, (_, i) => b.row(i)[j]!))
    const clean = [1, ...new Array<number>(69).fill(0)]
    for (const j of [0, 1, 3, 5]) assert.deepStrictEqual(columns[j], clean)
    assert.deepStrictEqual(columns[2], [...clean.slice(0, 69), Number.NaN])
    assert.deepStrictEqual(columns[4]!.slice(0, 6), [
      1,
      0,
      0,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN
    ])
    const [zero, one] = [space.matrix(1, 1), space.matrix(1, 1)]
    one.fill(-1)
    solveInPlace(space, zero, one, { triangle: "upper" })
    assert.strictEqual(one.data[0], Number.NEGATIVE_INFINITY)
  })

  it("refuses shapes that do not fit", () => {
    const space = workspace()
    assert.throws(
      () => solveInPlace(space, space.matrix(2, 2), space.matrix(3, 2), { triangle: "lower" }),
      /T is 2×2, and B is 3×2 with T on its left/u
    )
    assert.throws(() => solveInPlace(space, space.matrix(2, 3), space.matrix(2, 3), { triangle: "lower" }), RangeError)
  })
})

describe("solve", () => {
  it("solves systems in arrays, and refuses singular ones", () => {
    const t = Float64Array.of(2, 0, 6, 3)
    assert.deepStrictEqual([...solve(t, 2, Float64Array.of(2, 12), 1, { triangle: "lower" })], [1, 2])
    const singular = Float64Array.of(1, 0, 5, 0)
    assert.throws(() => solve(singular, 2, Float64Array.of(1, 1), 1, { triangle: "lower" }), SingularMatrix)
    assert.deepStrictEqual([...solve(singular, 2, Float64Array.of(1, 7), 1, { triangle: "lower", unit: true })], [1, 2])
  })
})

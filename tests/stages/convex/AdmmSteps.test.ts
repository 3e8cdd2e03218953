import { afterAll, assert, describe, it } from "vitest"
import { HelperThreads } from "../../../core/run/HelperThreads.ts"
import { column, type Patterns, sample } from "../../../stages/convex/ActivationPatterns.ts"
import { Admm, type AdmmOptions } from "../../../stages/convex/AdmmSteps.ts"
import { enumerate } from "../../../stages/convex/arrangement.ts"
import type { Examples } from "../../../stages/convex/tensors.ts"
import { solve } from "../../../stages/math/linear/Lu.ts"
import { stream } from "../../../stages/math/random/Philox.ts"
import { HELPER } from "../../core/run/stage-bundles.ts"
import { difference, normals } from "../arrays.ts"

const threads = new HelperThreads(HELPER)
afterAll(() => threads.end())

const examplesOf = (count: number, dimension: number): Examples => ({
  x: { data: normals("admm x", count, dimension).data, count, dimension },
  y: normals("admm y", count).data
})
const EXAMPLES = examplesOf(9, 3)
const PATTERNS = sample(EXAMPLES.x, 7, 0, 10_000)
const OPTIONS: AdmmOptions = { beta: 0.1, rho: 0.3, relaxation: 1 }

/** The method as it is published, with F and G written out and one dense system; after some steps v of all blocks. */
const dense = ({ x, y }: Examples, patterns: Patterns, { beta, rho, relaxation }: AdmmOptions, steps: number) => {
  const [n, d, blocks] = [x.count, x.dimension, 2 * patterns.count]
  const size = d * blocks
  const f = Array.from({ length: n }, () => new Float64Array(size))
  const g = Array.from({ length: n * blocks }, () => new Float64Array(size))
  for (let b = 0; b < blocks; b++) {
    const states = column(patterns, b % patterns.count)
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < d; k++) {
        f[i]![b * d + k] = (b < patterns.count ? 1 : -1) * states[i]! * x.data[i * d + k]!
        g[b * n + i]![b * d + k] = (2 * states[i]! - 1) * x.data[i * d + k]!
      }
    }
  }
  const transposed = (rows: ReadonlyArray<Float64Array>, by: ArrayLike<number>): Float64Array => {
    const sum = new Float64Array(size)
    for (const [i, row] of rows.entries()) for (let k = 0; k < size; k++) sum[k]! += row[k]! * by[i]!
    return sum
  }
  const times = (rows: ReadonlyArray<Float64Array>, u: Float64Array): Float64Array =>
    Float64Array.from(rows, (row) => row.reduce((sum, element, k) => sum + element * u[k]!, 0))
  const system = new Float64Array(size * size)
  for (let a = 0; a < size; a++) {
    const unit = Float64Array.from({ length: size }, (_, k) => (k === a ? 1 : 0))
    const [ff, gg] = [transposed(f, times(f, unit)), transposed(g, times(g, unit))]
    for (let k = 0; k < size; k++) system[a * size + k] = unit[k]! + ff[k]! / rho + gg[k]!
  }
  const fy = transposed(f, y)
  let [v, lambda] = [new Float64Array(size), new Float64Array(size)]
  let [s, nu] = [new Float64Array(n * blocks), new Float64Array(n * blocks)]
  for (let step = 0; step < steps; step++) {
    const gs = transposed(
      g,
      s.map((element, at) => element - nu[at]!)
    )
    const u = solve(
      system,
      size,
      gs.map((element, k) => element + fy[k]! / rho + v[k]! - lambda[k]!)
    )
    const mixed = u.map((element, k) => relaxation * element + (1 - relaxation) * v[k]!)
    const gu = times(g, u).map((element, at) => relaxation * element + (1 - relaxation) * s[at]!)
    const z = mixed.map((element, k) => element + lambda[k]!)
    v = z.map((element, k) => {
      const block = z.subarray(Math.floor(k / d) * d, Math.floor(k / d) * d + d)
      const norm = Math.sqrt(block.reduce((sum, part) => sum + part * part, 0))
      return norm > beta / rho ? (1 - beta / (rho * norm)) * element : 0
    })
    s = gu.map((element, at) => Math.max(0, element + nu[at]!))
    lambda = lambda.map((element, k) => element + mixed[k]! - v[k]!)
    nu = nu.map((element, at) => element + gu[at]! - s[at]!)
  }
  return v
}

describe("the steps of the ADMM", () => {
  it("are those of one dense system of all blocks, to rounding", () => {
    for (const relaxation of [1, 1.6]) {
      for (const isDirect of [true, false]) {
        const options = { ...OPTIONS, relaxation, isDirect, innerTolerance: 1e-15 }
        const admm = new Admm(EXAMPLES, PATTERNS, options)
        for (let step = 0; step < 60; step++) admm.step()
        const expected = dense(EXAMPLES, PATTERNS, options, 60)
        assert.isBelow(difference(admm.blocks().vectors, expected), isDirect ? 1e-13 : 1e-11)
      }
    }
  })

  it.each([
    [1, 1, 1],
    [5, 1, 2],
    [6, 2, 5],
    [4, 13, 9]
  ])("are so for %i points of %i coordinates with %i patterns", (n, d, p) => {
    const examples = examplesOf(n, d)
    const patterns = sample(examples.x, p, 0, 10_000)
    for (const relaxation of [1, 1.6]) {
      const options = { ...OPTIONS, relaxation }
      const admm = new Admm(examples, patterns, options)
      for (let step = 0; step < 20; step++) admm.step()
      assert.isBelow(difference(admm.blocks().vectors, dense(examples, patterns, options, 20)), 1e-13)
    }
  })

  it("go on from a state as if they had never stopped, and take another ρ without a change of the multipliers", () => {
    const straight = new Admm(EXAMPLES, PATTERNS, OPTIONS)
    for (let step = 0; step < 30; step++) straight.step()
    const resumed = new Admm(EXAMPLES, PATTERNS, OPTIONS)
    resumed.load(straight.state())
    resumed.setRho(OPTIONS.rho)
    for (let step = 0; step < 30; step++) {
      straight.step()
      resumed.step()
    }
    assert.isBelow(difference(resumed.blocks().vectors, straight.blocks().vectors), 1e-14)
    const before = straight.residuals()
    straight.setRho(2 * OPTIONS.rho)
    assert.closeTo(straight.residuals().dual, before.dual, 1e-12)
  })

  for (const isDirect of [true, false]) {
    it(`have the same bits with several threads, ${isDirect ? "with the system formed" : "matrix-free"}`, () => {
      // Products with X are large enough to be shared.
      const examples = examplesOf(300, 20)
      const patterns = sample(examples.x, 200, 0, 10_000)
      const solved = (count: number) => {
        const { team, takeBack } = threads.lend(count)
        const admm = new Admm(examples, patterns, { ...OPTIONS, isDirect }, { team })
        for (let step = 0; step < 3; step++) admm.step()
        const end = { state: admm.state(), residuals: admm.residuals() }
        takeBack()
        return end
      }
      assert.deepStrictEqual(solved(2), solved(0))
    })
  }
})

describe("the residuals of the ADMM", () => {
  it("fall linearly", () => {
    const random = stream(2, "x")
    const x = { data: random.normals(24), count: 12, dimension: 2 }
    const admm = new Admm({ x, y: random.normals(12) }, enumerate(x, 24), { beta: 0.1, rho: 0.01, relaxation: 1.6 })
    const logs: Array<number> = []
    for (let step = 1; step <= 4000; step++) {
      admm.step()
      if (step <= 1000 || step % 200 !== 0) continue
      const { blocks, cone } = admm.residuals()
      logs.push(Math.log10(Math.max(blocks, cone)))
    }
    // On a line of more than seven digits, to a third of one.
    const slope = (logs.at(-1)! - logs[0]!) / (logs.length - 1)
    assert.isBelow(logs.at(-1)! - logs[0]!, -7)
    assert.isBelow(
      difference(
        logs,
        logs.map((_, at) => logs[0]! + slope * at)
      ),
      1 / 3
    )
  })
})

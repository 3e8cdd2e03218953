import { assert, describe, it } from "@effect/vitest"
import { multiply } from "../../../stages/math/linear/Gemm.ts"
import { lasso, slopes } from "../../../stages/notears/lasso.ts"
import { normals } from "../arrays.ts"

/** Moments of correlated samples. */
const moments = (name: string, d: number): Float64Array => {
  const x = normals(name, 2 * d, d).data
  const mixed = x.map((value, at) => value + 0.6 * x[at - (at % d)]!)
  return multiply(mixed, mixed, d, d, 2 * d, { transposeA: true }).map((sum) => sum / (2 * d))
}

const score = (s: Float64Array, d: number, j: number, lambda: number, w: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) sum += (w[i]! * s[i * d + k]! * w[k]!) / 2
    sum += lambda * Math.abs(w[i]!) - s[j * d + i]! * w[i]!
  }
  return sum
}

describe("lasso", () => {
  it("satisfies the conditions of a minimum, from any beginning", () => {
    for (let seed = 0; seed < 40; seed++) {
      const d = 2 + (seed % 9)
      const s = moments(`lasso ${seed}`, d)
      const lambda = [0, 0.05, 0.4][seed % 3]!
      const j = seed % d
      const allowed = Uint8Array.from({ length: d }, (_, i) => (i !== j && (i * 7 + seed) % 5 !== 0 ? 1 : 0))
      const w = lasso(s, d, s.subarray(j * d, (j + 1) * d), allowed, lambda, normals(`begin ${seed}`, d).data)
      const slope = new Float64Array(d)
      slopes(s, d, s.subarray(j * d, (j + 1) * d), w, slope)
      for (let i = 0; i < d; i++) {
        if (allowed[i] === 0) assert.strictEqual(w[i], 0)
        else if (w[i] === 0) assert.isAtMost(Math.abs(slope[i]!), lambda + 1e-10)
        else assert.closeTo(slope[i]!, -lambda * Math.sign(w[i]!), 1e-10)
      }
      const again = lasso(s, d, s.subarray(j * d, (j + 1) * d), allowed, lambda, new Float64Array(d))
      assert.closeTo(score(s, d, j, lambda, again), score(s, d, j, lambda, w), 1e-11)
    }
  })

  it("is soft thresholding where variables are uncorrelated", () => {
    const s = Float64Array.of(1, 0, 0.7, 0, 1, -0.2, 0.7, -0.2, 1)
    const w = lasso(s, 3, s.subarray(6), Uint8Array.of(1, 1, 0), 0.3, new Float64Array(3))
    assert.closeTo(w[0]!, 0.4, 1e-15)
    assert.deepStrictEqual([...w.subarray(1)], [0, 0])
  })

  it("comes to an end where two variables are nearly the same", () => {
    for (let digits = 2; digits < 8; digits++) {
      const near = 1 - 10 ** -(2 * digits)
      const s = Float64Array.of(1, near, 0.5, near, 1, 0.5 + 10 ** -digits, 0.5, 0.5 + 10 ** -digits, 1)
      const w = lasso(s, 3, s.subarray(6), Uint8Array.of(1, 1, 0), 0.01, Float64Array.of(-1e3, 1e3, 0))
      assert.isTrue(w.every(Number.isFinite))
    }
  })
})

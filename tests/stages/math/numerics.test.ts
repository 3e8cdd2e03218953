import { createHash } from "node:crypto"
import { assert, describe, it } from "vitest"
import { multiply } from "../../../stages/math/linear/Gemm.ts"
import { eigen, leading, NoEigenpair } from "../../../stages/math/linear/SymmetricEigen.ts"
import { philox4x32, stream } from "../../../stages/math/random/Philox.ts"
import * as Elementary from "../../../stages/math/special/Elementary.ts"
import { middle, rule } from "../../../stages/math/special/GaussHermite.ts"
import { chiSquareCdf } from "../../../stages/math/special/IncompleteGamma.ts"
import * as Statistics from "../../../stages/math/special/Statistics.ts"

const symmetric = (n: number, name: string): Float64Array => {
  const values = stream(1, name).normals(n * n)
  return values.map((_, at) => values[Math.max(at, (at % n) * n + Math.floor(at / n))]!)
}

const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0)

const ulp = (x: number): number => 2 ** (Math.floor(Math.log2(Math.abs(x))) - 52)

describe("Elementary", () => {
  it.each([
    ["exp", Elementary.exp, Math.exp, -700, 700],
    ["exp near 0", Elementary.exp, Math.exp, -1, 1],
    ["log", Elementary.log, Math.log, 1e-300, 1e-290],
    ["log near 1", Elementary.log, Math.log, 0.5, 2],
    ["sin", Elementary.sin, Math.sin, 1e-3, 7],
    ["cos", Elementary.cos, Math.cos, -7, 7],
    ["acos", Elementary.acos, Math.acos, -1, 1],
    ["asin", Elementary.asin, Math.asin, -1, 1],
    ["tanh", Elementary.tanh, Math.tanh, -25, 25],
    ["tanh near 0", Elementary.tanh, Math.tanh, -0.6, 0.6]
  ] as const)("has %s within four units in the last place", (_, ours, theirs, from, to) => {
    const points = stream(3, "elementary").uniforms(20_000)
    for (const u of points) {
      const x = from + u * (to - from)
      const expected = theirs(x)
      assert.isAtMost(Math.abs(ours(x) - expected), 4 * ulp(expected), `at ${x}`)
    }
  })

  it.each([
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.7, 0.9998656672600594],
    [-1, -0.8427007929497149]
  ])("has the tabulated erf at %d", (x, value) => {
    assert.closeTo(Elementary.erf(x), value, 3e-16)
  })

  it.each([
    [1.5, 0.033894853524689274],
    [2, 0.004677734981047266],
    [3, 2.209049699858544e-5],
    [4, 1.541725790028002e-8]
  ])("has the tabulated erfc at %d to the last digits", (x, value) => {
    assert.closeTo(Elementary.erfc(x) / value, 1, 5e-16)
  })

  it("treats the ends of the range as the language does", () => {
    for (const [ours, theirs] of [
      [Elementary.exp, Math.exp],
      [Elementary.log, Math.log],
      [Elementary.acos, Math.acos],
      [Elementary.tanh, Math.tanh]
    ] as const) {
      for (const x of [0, 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
        const [found, expected] = [ours(x), theirs(x)]
        if (Number.isFinite(expected)) assert.closeTo(found, expected, 4 * Number.EPSILON)
        else assert.isTrue(Object.is(found, expected), `${x}`)
      }
    }
  })
})

describe("Philox", () => {
  // Known answers of the Random123 distribution, philox4x32_10.
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
    ]
  ] as const)("has its known answers", (counter, key, expected) => {
    assert.deepStrictEqual([...philox4x32(counter, key)], [...expected])
  })

  it("continues where it ended, and shares nothing between names and seeds", () => {
    const whole = stream(5, "a").uniforms(9)
    const parts = stream(5, "a")
    assert.deepStrictEqual([...parts.uniforms(4), ...parts.uniforms(5)], [...whole])
    const others = [...stream(5, "b").uniforms(9), ...stream(6, "a").uniforms(9)]
    assert.isFalse(others.some((value) => whole.includes(value)))
  })

  it("makes normals with the moments of N(0, 1)", () => {
    const values = stream(1, "moments").normals(100_000)
    const moment = (order: number): number => Statistics.mean(values.map((value) => value ** order))
    // Four standard errors of each moment.
    assert.closeTo(moment(1), 0, 4 / Math.sqrt(1e5))
    assert.closeTo(moment(2), 1, 4 * Math.sqrt(2 / 1e5))
    assert.closeTo(moment(4), 3, 4 * Math.sqrt(96 / 1e5))
  })

  it("makes permutations that hold every number once", () => {
    assert.deepStrictEqual(
      [...stream(2, "p").permutation(50)].sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, i) => i)
    )
  })
})

describe("SymmetricEigen", () => {
  it.each([1, 2, 3, 10, 60])("diagonalises a random matrix of order %i", (n) => {
    const a = symmetric(n, `eigen ${n}`)
    const { values, vectors } = eigen(a, n)
    const product = multiply(vectors, a, n, n, n)
    const residual = product.map((value, at) => value - values[Math.floor(at / n)]! * vectors[at]!)
    assert.isBelow(largest(residual), 1e-13 * Math.max(1, largest(values)))
    const identity = multiply(vectors, vectors, n, n, n, { transposeB: true })
    assert.isBelow(largest(identity.map((value, at) => value - (at % (n + 1) === 0 ? 1 : 0))), 1e-13)
    for (let i = 1; i < n; i++) assert.isAtLeast(values[i - 1]!, values[i]!)
  })

  it("has the exact eigenvalues of the discrete Laplacian", () => {
    const n = 20
    const a = Float64Array.from({ length: n * n }, (_, at) => {
      const distance = Math.abs(Math.floor(at / n) - (at % n))
      return distance === 0 ? 2 : distance === 1 ? -1 : 0
    })
    const { values } = eigen(a, n)
    for (let i = 0; i < n; i++) {
      assert.closeTo(values[i]!, 2 + 2 * Math.cos((Math.PI * (i + 1)) / (n + 1)), 1e-14)
    }
  })

  it("finds the leading pairs by power iteration that it finds among all", () => {
    const n = 30
    const b = stream(4, "power").normals(n * n)
    const a = multiply(b, b, n, n, n, { transposeB: true })
    const [some, all] = [leading(a, n, 3), eigen(a, n)]
    for (let i = 0; i < 3; i++) assert.closeTo(some.values[i]!, all.values[i]!, 1e-9 * all.values[0]!)
    assert.isBelow(largest(some.vectors.map((value, at) => value - all.vectors[at]!)), 1e-6)
  })

  it("says at which pair power iteration came to no end, and how far it was", () => {
    // λ = 1 and −1 are of one size: the second pair turns over and over.
    const a = Float64Array.of(2, 0, 0, 0, 1, 0, 0, 0, -1)
    try {
      leading(a, 3, 2, { maxIterations: 50 })
      assert.fail("it came to an end")
    } catch (error) {
      assert(error instanceof NoEigenpair)
      assert.deepStrictEqual([error.index, error.iterations], [1, 50])
      assert(error.residual > 0.1 && error.residual <= 1, `the residual is ${error.residual}`)
    }
  })
})

describe("GaussHermite", () => {
  it.each([1, 2, 5, 32, 96, 128])("integrates the moments of N(0, 1) with %i nodes", (n) => {
    const { nodes, weights } = rule(n)
    let moment = 1
    for (let order = 0; order < Math.min(2 * n, 24); order += 2) {
      const sum = weights.reduce((total, weight, i) => total + weight * nodes[i]! ** order, 0)
      assert.closeTo(sum / moment, 1, 1e-12)
      moment *= order + 1
    }
  })
})

describe("the middle of a rule of Gauss and Hermite", () => {
  it.each([64, 65, 96, 128, 180])("has the nodes and weights of the rule of %i nodes up to 9", (n) => {
    const [some, all] = [middle(n), rule(n)]
    const inside = [...all.nodes.keys()].filter((i) => Math.abs(all.nodes[i]!) <= 9)
    assert.strictEqual(some.nodes.length, inside.length)
    assert.isBelow(largest(some.nodes.map((node, at) => node - all.nodes[inside[at]!]!)), 1e-14)
    assert.isBelow(largest(some.weights.map((weight, at) => weight / all.weights[inside[at]!]! - 1)), 1e-12)
  })

  it.each([64, 256, 1001, 2048])("integrates the moments of N(0, 1) in order %i", (n) => {
    const { nodes, weights } = middle(n)
    for (const [order, moment] of [
      [0, 1],
      [1, 0],
      [2, 1],
      [4, 3],
      [6, 15],
      [7, 0]
    ] as const) {
      const sum = weights.reduce((total, weight, i) => total + weight * nodes[i]! ** order, 0)
      assert.closeTo(sum, moment, 1e-13 * Math.max(1, moment))
    }
  })

  it("has about 18 √n / π nodes, the step from one to the next being nearly even", () => {
    const { nodes } = middle(1024)
    assert.closeTo(nodes.length, (18 * 32) / Math.PI, 2)
    for (let i = 1; i < nodes.length; i++) assert.closeTo((nodes[i]! - nodes[i - 1]!) / (Math.PI / 32), 1, 0.02)
  })
})

describe("Statistics", () => {
  it.each([
    [0.975, 1.959963984540054],
    [0.5, 0],
    [1e-20, -9.26234008979841],
    [0.9, 1.2815515655446004]
  ])("has the tabulated normal quantile at %d", (probability, value) => {
    assert.closeTo(Statistics.normalQuantile(probability), value, 1e-14 * Math.max(1, Math.abs(value)))
  })

  it.each([
    [3.841458820694124, 1, 0.95],
    [18.307038053275146, 10, 0.95],
    [0.0039321400000195, 1, 0.05],
    [124.34211340400407, 100, 0.95]
  ])("has the tabulated χ² distribution at %d with %i degrees of freedom", (x, degrees, probability) => {
    assert.closeTo(chiSquareCdf(x, degrees), probability, 1e-10)
  })

  it("finds the exponent of a power law, and quantiles between values", () => {
    assert.closeTo(Statistics.logLogSlope([1, 2, 4, 8], [3, 3 / 4, 3 / 16, 3 / 64]), -2, 1e-14)
    assert.strictEqual(Statistics.quantile([4, 1, 3, 2], 0.5), 2.5)
    assert.strictEqual(Statistics.variance([1, 2, 3, 4]), 5 / 3)
  })
})

describe("the numerics", () => {
  it("give the same bits on every machine", () => {
    const normals = stream(2026, "golden").normals(400)
    const parts = [
      normals,
      multiply(normals, normals, 20, 20, 20),
      Float64Array.from(normals, Elementary.exp),
      Float64Array.from(normals, Elementary.tanh),
      Float64Array.from(normals, Elementary.erf),
      eigen(multiply(normals, normals, 20, 20, 20, { transposeB: true }), 20).values
    ]
    const hash = createHash("sha256")
    for (const part of parts) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
    assert.strictEqual(hash.digest("hex"), "61f7a2b0d9e3d7ea1b1411b96179c5351822fe0474988f54401768517718af7f")
  })
})

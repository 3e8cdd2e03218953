/** Memory that moves: where a computation keeps a view over an allocation, the view is empty in one of the two runs here. */
import { assert, it, vi } from "vitest"
import { definite, random } from "./linear/matrices.ts"
import { symmetric } from "./linear/spectra.ts"

const N = 70

const COMPUTATIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  expm: async () => {
    const { expm, expmTimes } = await import("../../../stages/math/linear/MatrixExponential.ts")
    // One for each approximant.
    const matrices = [1e-4, 1e-3, 5e-3, 1e-2, 0.1].map((size) => random(N, N, "expm").map((x) => size * x))
    return [matrices.map((a) => expm(a, N)), expmTimes(matrices[3]!, N, random(N, 3, "b"), 3)]
  },
  eigen: async () => {
    const { eigen, eigenvalues } = await import("../../../stages/math/linear/SymmetricEigen.ts")
    const { generalisedEigen } = await import("../../../stages/math/linear/GeneralisedEigen.ts")
    const a = symmetric(N, "a")
    return [eigen(a, N), eigenvalues(a, N), generalisedEigen(a, definite(N, "b"), N)]
  },
  svd: async () => {
    const { pseudoInverse, singularValues, svd } = await import("../../../stages/math/linear/Svd.ts")
    const { jacobiSvd } = await import("../../../stages/math/linear/JacobiSvd.ts")
    const { randomisedSvd } = await import("../../../stages/math/linear/RandomisedSvd.ts")
    const [a, tall] = [random(N, N, "a"), random(3 * N, N, "tall")]
    return [
      svd(a, N, N),
      svd(tall, 3 * N, N),
      svd(tall, 3 * N, N, { full: true }),
      singularValues(tall, 3 * N, N),
      pseudoInverse(tall, N, 3 * N),
      jacobiSvd(a.fill(0, 0, 5 * N), N, N),
      randomisedSvd(tall, 3 * N, N, 5, { seed: 1 })
    ]
  },
  systems: async () => {
    const Cholesky = await import("../../../stages/math/linear/Cholesky.ts")
    const Ldlt = await import("../../../stages/math/linear/Ldlt.ts")
    const LeastSquares = await import("../../../stages/math/linear/LeastSquares.ts")
    const Lu = await import("../../../stages/math/linear/Lu.ts")
    const [a, b] = [random(N, N, "a"), random(N, 2, "b")]
    const deficient = a.map((x, at) => (at % N < 5 ? 0 : x))
    return [
      Cholesky.solve(Cholesky.factor(definite(N, "definite"), N), N, b, 2),
      Ldlt.solve(symmetric(N, "indefinite"), N, b, 2),
      Lu.solve(a, N, b, 2),
      Lu.inverse(a, N),
      Lu.determinant(a, N),
      Lu.reciprocalCondition(a, N),
      LeastSquares.solve(deficient, N, N, b, 2),
      LeastSquares.solveFullRank(a, N, N, b, 2)
    ]
  },
  fourier: async () => {
    const { FourierTransform } = await import("../../../stages/math/fourier/FourierTransform.ts")
    const fourier = new FourierTransform()
    const x = random(2, 1009, "x")
    // By a chirp, in passes, in two steps, of columns, and of real numbers.
    return [
      fourier.forward(x),
      fourier.inverse(random(2, 360, "y")),
      fourier.forward(random(2, 9000, "z")),
      fourier.forward2(x, 1, 1009),
      fourier.forward2(random(2, 1009 * 3, "columns"), 1009, 3),
      fourier.inverseReal(fourier.forwardReal(random(1, 2 * 1009, "real")), 2 * 1009)
    ]
  }
}

it.each(Object.keys(COMPUTATIONS))("no view is kept while memory moves: %s", async (name) => {
  const run = COMPUTATIONS[name]!
  vi.resetModules()
  const expected = await run()
  vi.resetModules()
  vi.doMock(import("../../../stages/math/wasm/instantiate.ts"), async (original) => {
    const module = await original()
    return {
      ...module,
      reserve: (memory, end) => {
        module.reserve(memory, end)
        // By nothing: that suffices to empty views.
        memory.grow(0)
      }
    }
  })
  const found = await run()
  vi.doUnmock("../../../stages/math/wasm/instantiate.ts")
  assert.deepStrictEqual(found, expected)
})

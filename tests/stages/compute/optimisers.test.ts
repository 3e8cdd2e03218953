/** Optimisers, schedules, clipping and minibatches against what their formulas give. */

import { assert, describe, it } from "@effect/vitest"
import tf from "@tensorflow/tfjs"
import { Effect } from "effect"
import { clipByNorm } from "../../../stages/compute/clip.ts"
import { dropout } from "../../../stages/compute/layers/dropout.ts"
import { accuracy, crossEntropy } from "../../../stages/compute/losses.ts"
import { labels, minibatches, rows } from "../../../stages/compute/minibatches.ts"
import { adam, gradientDescent, type Moment, momentum, type Optimiser } from "../../../stages/compute/Optimiser.ts"
import { cosine, fixed, stepwise, warmUp } from "../../../stages/compute/schedule.ts"
import { stream } from "../../../stages/math/random/Philox.ts"
import { inFloat64 } from "./derivatives.ts"
import { on } from "./open.ts"

/** Where a parameter that begins at 1 is after each of some gradients. */
const course = (optimiser: Optimiser, gradients: ReadonlyArray<number>, rate: number) =>
  on(
    "cpu",
    Effect.sync(() =>
      inFloat64(() => {
        let parameter: tf.Tensor = tf.scalar(1)
        let moments: ReadonlyArray<tf.Tensor> = optimiser.moments.map(() => tf.scalar(0))
        const places = gradients.map((gradient, i) => {
          const updated = optimiser.update(parameter, tf.scalar(gradient), moments, { step: i + 1, rate })
          parameter = updated.parameter
          moments = updated.moments
          return parameter.dataSync()[0]!
        })
        return places as never
      })
    )
  ).pipe(Effect.map((places): ReadonlyArray<number> => places))

const close = (found: ReadonlyArray<number>, wanted: ReadonlyArray<number>): void => {
  assert.strictEqual(found.length, wanted.length)
  for (const [i, value] of wanted.entries()) assert.closeTo(found[i]!, value, 1e-12 * Math.abs(value) + 1e-14)
}

const STEPS = ["GradientDescentStep", "MomentumStep", "AdamStep"]

const KINDS = [
  gradientDescent,
  momentum(0.9),
  momentum(0.9, { nesterov: true }),
  adam(),
  adam({ decay: 0.05, epsilon: 1e-3 })
]

/** Of what is no number there are many bit patterns, and any is as good. */
const ODD = Float32Array.of(Number.POSITIVE_INFINITY, 0, Number.NaN, -0, 1e38, 1e-40)

/** Parameter and moments after a step. */
const bitsAfter = (optimiser: Optimiser, [parameter, gradient, ...moments]: ReadonlyArray<Float32Array>, at: Moment) =>
  tf.tidy(() => {
    const before = moments.slice(0, optimiser.moments.length).map((moment) => tf.tensor1d(moment))
    const after = optimiser.update(tf.tensor1d(parameter!), tf.tensor1d(gradient!), before, at)
    return [after.parameter, ...after.moments].map((tensor) => [...tensor.dataSync()]) as never
  })

const GRADIENTS = [0.5, -1, 2, 0.25]

describe("optimisers", () => {
  it.effect("descend along the gradient", () =>
    Effect.gen(function* () {
      let at = 1
      close(
        yield* course(gradientDescent, GRADIENTS, 0.1),
        GRADIENTS.map((g) => (at -= 0.1 * g))
      )
    })
  )

  it.effect("sum gradients as Σ μ^k g in momentum, and look ahead after Nesterov", () =>
    Effect.gen(function* () {
      const velocity = (i: number): number =>
        GRADIENTS.slice(0, i + 1).reduce((sum, g, j) => sum + 0.9 ** (i - j) * g, 0)
      let [plain, ahead] = [1, 1]
      close(
        yield* course(momentum(0.9), GRADIENTS, 0.1),
        GRADIENTS.map((_, i) => (plain -= 0.1 * velocity(i)))
      )
      close(
        yield* course(momentum(0.9, { nesterov: true }), GRADIENTS, 0.1),
        GRADIENTS.map((g, i) => (ahead -= 0.1 * (g + 0.9 * velocity(i))))
      )
    })
  )

  it.effect("divide weighted means by roots of weighted squares in Adam, with a decay beside it in AdamW", () =>
    Effect.gen(function* () {
      const mean =
        (beta: number, power: number) =>
        (i: number): number => {
          const weights = GRADIENTS.slice(0, i + 1).map((g, j) => [beta ** (i - j), g ** power] as const)
          const total = weights.reduce((sum, [w]) => sum + w, 0)
          return weights.reduce((sum, [w, g]) => sum + w * g, 0) / total
        }
      const moved = (i: number): number => (0.1 * mean(0.8, 1)(i)) / (Math.sqrt(mean(0.9, 2)(i)) + 1e-3)
      const options = { beta1: 0.8, beta2: 0.9, epsilon: 1e-3 }
      let [plain, decayed] = [1, 1]
      close(
        yield* course(adam(options), GRADIENTS, 0.1),
        GRADIENTS.map((_, i) => (plain -= moved(i)))
      )
      close(
        yield* course(adam({ ...options, decay: 0.05 }), GRADIENTS, 0.1),
        GRADIENTS.map((_, i) => (decayed -= moved(i) + 0.1 * 0.05 * decayed))
      )
    })
  )

  it.effect("give on wasm, in one kernel, the bytes of the operations that they are composed of", () =>
    Effect.gen(function* () {
      const draw = stream(23, "steps")
      const trials = Array.from({ length: 200 }, (_, trial) => {
        const size = trial % 40
        // Parameter, gradient, and two moments, of which the second is a mean of squares.
        const values = [0, 1, 2, 3].map((which) =>
          Float32Array.from(draw.normals(size), (value) => (which === 3 ? value ** 2 : value))
        )
        if (trial >= 160) for (const array of values) array.set(ODD.slice(0, size), 0)
        return { values, at: { step: 1 + trial, rate: 0.01 * (1 + (trial % 3)) } }
      })
      const results = (kernels: boolean) =>
        on(
          "wasm",
          Effect.sync(() => {
            if (!kernels) for (const name of STEPS) tf.unregisterKernel(name, "wasm")
            return KINDS.map((optimiser) => trials.map(({ values, at }) => bitsAfter(optimiser, values, at)))
          })
        )
      assert.deepStrictEqual(yield* results(true), yield* results(false))
    })
  )

  it.effect("refuse on wasm a gradient that is no float32 of the parameter's shape", () =>
    on(
      "wasm",
      Effect.sync(() => {
        const apply = (gradient: tf.Tensor) =>
          tf.tidy(() => void momentum(0.9).update(tf.zeros([2, 3]), gradient, [tf.zeros([2, 3])], { step: 1, rate: 1 }))
        assert.throws(
          () => tf.tidy(() => apply(tf.zeros([3]))),
          "MomentumStep: gradient is float32 [3], and must be float32 [2×3]"
        )
        assert.throws(
          () => tf.tidy(() => apply(tf.zeros([2, 3], "int32"))),
          "MomentumStep: gradient is int32 [2×3], and must be float32 [2×3]"
        )
      })
    )
  )

  it.effect("keep gradients together no longer than they may be", () =>
    Effect.gen(function* () {
      const clipped = (longest: number) =>
        on(
          "cpu",
          Effect.sync(() =>
            inFloat64(
              () =>
                clipByNorm([tf.tensor1d([3, 0]), tf.scalar(-4)], longest).map((part) => [...part.dataSync()]) as never
            )
          )
        ).pipe(Effect.map((parts): ReadonlyArray<ReadonlyArray<number>> => parts))
      assert.deepStrictEqual(yield* clipped(10), [[3, 0], [-4]])
      close((yield* clipped(1)).flat(), [0.6, 0, -0.8])
    })
  )
})

describe("schedules", () => {
  it("give the rate of each step", () => {
    assert.strictEqual(fixed(0.1)(7), 0.1)
    close([0, 9, 10, 25].map(stepwise(1, [10, 20], 0.1)), [1, 1, 0.1, 0.01])
    close([0, 50, 100, 200].map(cosine(1, 100, 0.2)), [1, 0.6, 0.2, 0.2])
    close([0, 1, 3, 9].map(warmUp(4, fixed(2))), [0.5, 1, 2, 2])
  })
})

describe("minibatches", () => {
  it("go once over all rows in each epoch, in orders that the seed gives", () => {
    const [batch, again, other] = [minibatches(10, 3, 1), minibatches(10, 3, 1), minibatches(10, 3, 2)]
    const epoch = (of: (step: number) => Int32Array, number: number): ReadonlyArray<number> =>
      [0, 1, 2].flatMap((step) => [...of(3 * number + step)])
    assert.strictEqual(new Set(epoch(batch, 0)).size, 9)
    assert.notDeepEqual(epoch(batch, 0), epoch(batch, 1))
    assert.notDeepEqual(epoch(batch, 0), epoch(other, 0))
    // Also when asked out of order, as a training asks that goes on.
    assert.deepStrictEqual(epoch(again, 1), epoch(batch, 1))
    assert.deepStrictEqual(epoch(again, 0), epoch(batch, 0))
  })

  it("refuse more than there is", () => {
    assert.throws(() => minibatches(2, 3, 1), "batches of 3 cannot be taken from 2 rows")
    for (const size of [0.5, 1.5, Number.NaN])
      assert.throws(() => minibatches(20, size, 1), `batches of ${size} cannot`)
  })

  for (const device of ["cpu", "wasm"] as const) {
    it.effect(`take rows of tensors on ${device}`, () =>
      on(
        device,
        Effect.sync(() => {
          const pixels = { shape: [3, 2], data: Uint8Array.of(0, 51, 102, 153, 204, 255) }
          const taken = (numbers: ReadonlyArray<number>, factor?: number) =>
            tf.tidy(() => Array.from(rows(pixels, Int32Array.from(numbers), factor).dataSync()) as never)
          assert.deepStrictEqual(taken([2, 0]), [204, 255, 0, 51])
          assert.deepStrictEqual(
            taken([2, 0], 1 / 255),
            [204, 255, 0, 51].map((v) => Math.fround(v / 255))
          )
          const classes = labels({ shape: [3], data: Int32Array.of(5, 6, 7) }, Int32Array.of(2, 0))
          assert.deepStrictEqual(Array.from(classes.dataSync()), [7, 5])
          classes.dispose()
          assert.throws(() => taken([1, 3]), "there is no row 3 among 3")
          assert.throws(() => taken([-1]), "there is no row -1 among 3")
          assert.throws(() => labels({ shape: [1], data: Int32Array.of(5) }, Int32Array.of(1)), "no row 1 among 1")
          const short = { shape: [3, 2], data: new Float32Array(4) }
          assert.throws(() => tf.tidy(() => rows(short, Int32Array.of(0))), "4 elements do not fill 3×2")
        })
      )
    )
  }
})

describe("losses", () => {
  it.effect("are log-likelihoods, and shares of rows that are right", () =>
    on(
      "wasm",
      Effect.sync(() => {
        const [entropy, share] = tf.tidy(() => {
          const logits = tf.tensor2d([0, Math.log(3), 1e4, -1e4, 0, 0], [3, 2])
          const right = tf.tensor1d([1, 0, 1], "int32")
          return [crossEntropy(logits, right).dataSync()[0]!, accuracy(logits, right).dataSync()[0]!]
        }) as [number, number]
        assert.closeTo(entropy, (Math.log(4 / 3) + Math.log(2)) / 3, 1e-7)
        assert.closeTo(share, 2 / 3, 1e-7)
      })
    )
  )
})

describe("dropout", () => {
  it.effect("keeps the mean, and gives each step a mask of its own", () =>
    on(
      "cpu",
      Effect.sync(() => {
        const mask = (step: number): ReadonlyArray<number> =>
          tf.tidy(() => Array.from(dropout(tf.ones([10_000]), 0.25, { seed: 1, name: "a", step }).dataSync())) as never
        const [first, again, next] = [mask(0), mask(0), mask(1)]
        assert.deepStrictEqual(first, again)
        assert.notDeepEqual(first, next)
        const dropped = first.filter((value) => value === 0).length
        // Five standard deviations of a binomial share.
        assert.isAtMost(Math.abs(dropped - 2500), 5 * Math.sqrt(10_000 * 0.25 * 0.75))
        assert.isTrue(first.every((value) => value === 0 || value === Math.fround(4 / 3)))
      })
    )
  )

  it("refuses to drop everything", () => {
    const nothing = { size: 1 } as tf.Tensor
    assert.throws(
      () => dropout(nothing, 1, { seed: 1, name: "a", step: 0 }),
      "a share of 1 cannot be dropped: it is at least 0, below 1"
    )
  })
})

/** Derivatives of first and second order: in float64 against differences, and on each backend against float64. */

import { assert, describe, it } from "@effect/vitest"
import tf from "@tensorflow/tfjs"
import { Effect } from "effect"
import type { NoDerivative } from "../../../stages/compute/gradients/NoDerivative.ts"
import { CASES } from "./cases.ts"
import { type Derivatives, derivatives, differences, distance, reference } from "./derivatives.ts"
import { DEVICES, type Device, on } from "./open.ts"

/** What differences of float64 leave uncertain; the polynomial of erf is good to as much. */
const UNCERTAIN = 2e-6

/** Largest distance from float64, as a share of the largest element. WGSL promises 12 bits of an arc cosine. */
const TOLERANCE: { readonly [D in Device]: number } = { cpu: 3e-6, wasm: 3e-6, "webgpu-software": 5e-5 }

/** Of second derivatives, on every device. */
const SECOND = 2e-5

/** Milliseconds: a software adapter on a busy machine compiles hundreds of programs. */
const LONG = 300_000

/** Once for all devices. */
const references: Array<Derivatives> = []

const referencesOnce = Effect.suspend(() =>
  references.length > 0
    ? Effect.succeed(references)
    : on(
        "cpu",
        Effect.sync(() => {
          references.push(...CASES.map(reference))
          return references
        })
      )
)

/** Names of what is further off than it may be, with the distances of value, gradient and second derivative. */
const wrong = (found: ReadonlyArray<Derivatives>, wanted: ReadonlyArray<Derivatives>, tolerance: number) =>
  CASES.flatMap(({ name }, i) => {
    const [a, b] = [found[i]!, wanted[i]!]
    const off = [distance(a.value, b.value), distance(a.gradient, b.gradient), distance(a.second, b.second)] as const
    const isRight = off[0] <= tolerance && off[1] <= tolerance && off[2] <= SECOND
    return isRight ? [] : [`${name}: ${off.map((share) => share.toExponential(1)).join(", ")}`]
  })

describe("derivatives", () => {
  it("are checked of many functions, each with a name", () => {
    assert.isAtLeast(CASES.length, 74)
    assert.strictEqual(new Set(CASES.map(({ name }) => name)).size, CASES.length)
  })

  it.effect("are those of differences, in float64", () =>
    on(
      "cpu",
      Effect.sync(() => {
        const off = CASES.flatMap((of) => {
          const [exact, near] = [reference(of), differences(of)]
          const shares = [distance(exact.gradient, near.gradient), distance(exact.second, near.second)]
          return shares.every((share) => share <= UNCERTAIN) ? [] : [`${of.name}: ${shares.join(", ")}`]
        })
        assert.deepStrictEqual(off, [])
      })
    )
  )

  for (const device of DEVICES) {
    it.effect(
      `are right on ${device}`,
      () =>
        Effect.gen(function* () {
          const wanted = yield* referencesOnce
          const found = yield* on(
            device,
            Effect.forEach(CASES, (of) => Effect.promise(() => derivatives(of)))
          )
          assert.deepStrictEqual(wrong(found, wanted, TOLERANCE[device]), [])
        }),
      LONG
    )
  }

  it.effect("are checked of every operation that has a rule", () =>
    on(
      "cpu",
      Effect.sync(() => {
        const seen = recorded(() => CASES.forEach(reference))
        const ruled = tf
          .getKernelsForBackend("cpu")
          .flatMap(({ kernelName }) => (tf.getGradient(kernelName) === undefined ? [] : [kernelName]))
        assert.deepStrictEqual(
          ruled.filter((name) => !seen.has(name)),
          []
        )
      })
    )
  )
})

/** Names of the operations that a body puts on the tape. */
const recorded = (body: () => void): ReadonlySet<string> => {
  const engine = tf.engine() as unknown as { addTapeNode: (name: string, ...others: ReadonlyArray<unknown>) => void }
  const { addTapeNode } = engine
  const names = new Set<string>()
  engine.addTapeNode = (name, ...others) => {
    names.add(name)
    addTapeNode(name, ...others)
  }
  try {
    body()
  } finally {
    engine.addTapeNode = addTapeNode
  }
  return names
}

describe("what has no right derivative", () => {
  const slope = (f: (x: tf.Tensor) => tf.Tensor, ...shape: ReadonlyArray<number>) =>
    on(
      "cpu",
      Effect.try({
        try: () =>
          tf.tidy(() => [
            ...tf
              .grad(f)(tf.ones([...shape]))
              .dataSync()
          ]),
        catch: (error) => error as NoDerivative
      })
    )

  const refusal = (f: (x: tf.Tensor) => tf.Tensor, ...shape: ReadonlyArray<number>) =>
    Effect.map(Effect.flip(slope(f, ...shape)), ({ _tag, message }) => `${_tag}: ${message}`)

  const second = (f: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) =>
    tf.sum(tf.square(tf.grad((z) => tf.sum(f(z)))(x)))

  it.effect("is refused by name: an operation without a rule", () =>
    Effect.gen(function* () {
      const crop = (x: tf.Tensor): tf.Tensor =>
        tf.sum(tf.image.cropAndResize(x as tf.Tensor4D, [[0, 0, 1, 1]], [0], [2, 2]))
      assert.strictEqual(
        yield* refusal(crop, 1, 3, 3, 1),
        "NoDerivative: no derivative of CropAndResize: it has no rule"
      )
    })
  )

  it.effect("is refused by name: complex numbers, of which only the real parts would be seen", () =>
    Effect.gen(function* () {
      assert.match(yield* refusal((x) => tf.sum(tf.abs(tf.complex(x, x))), 3), /^NoDerivative: /u)
    })
  )

  it.effect("is refused by name: a second derivative through a rule that saves what lies inside of it", () =>
    Effect.gen(function* () {
      const loss = (x: tf.Tensor): tf.Tensor =>
        tf.losses.softmaxCrossEntropy(tf.tensor2d([1, 0, 0], [1, 3]), tf.mul(x, x) as tf.Tensor2D)
      assert.strictEqual((yield* slope(loss, 1, 3)).length, 3)
      assert.match(yield* refusal(second(loss), 1, 3), /^NoDerivative: .* it can be derived once only$/u)
    })
  )

  it.effect("is refused by name: the second derivative of a dilation", () =>
    Effect.gen(function* () {
      const dilation = (x: tf.Tensor): tf.Tensor =>
        tf.dilation2d(tf.square(x) as tf.Tensor4D, tf.ones([2, 2, 1]) as tf.Tensor3D, 1, "valid")
      assert.match(yield* refusal(second(dilation), 1, 3, 3, 1), /^NoDerivative: no derivative of Dilation2DBackprop/u)
    })
  )
})

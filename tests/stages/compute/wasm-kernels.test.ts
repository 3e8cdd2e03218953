/** Our kernels of the wasm backend beside those of the cpu backend in float64, on random shapes and on what is no number. */

import { assert, describe, it } from "@effect/vitest"
import tf from "@tensorflow/tfjs"
import { Effect } from "effect"
import { type Stream, stream } from "../../../stages/math/random/Philox.ts"
import { distance, inFloat64 } from "./derivatives.ts"
import { on } from "./open.ts"

/** A value of one kernel: its inputs by shape, and what is computed from them. */
interface Trial {
  readonly title: string
  readonly inputs: ReadonlyArray<{ readonly shape: ReadonlyArray<number>; readonly data: ReadonlyArray<number> }>
  readonly f: (...x: ReadonlyArray<tf.Tensor>) => tf.Tensor
}

const TRIALS = 200

const of = (title: string, draw: Stream, shapes: ReadonlyArray<ReadonlyArray<number>>, f: unknown): Trial => ({
  title: `${title} of ${shapes.map((shape) => shape.join("×")).join(" and ")}`,
  inputs: shapes.map((shape) => ({
    shape,
    data: Array.from(draw.normals(shape.reduce((size, extent) => size * extent, 1)))
  })),
  f: f as Trial["f"]
})

const evaluated = ({ inputs, f }: Trial): ArrayLike<number> =>
  tf.tidy(() => f(...inputs.map(({ shape, data }) => tf.tensor([...data], [...shape], "float32"))).dataSync()) as never

/** What is further from float64 than `tolerance` of the largest element. */
const wrong = (trials: ReadonlyArray<Trial>, tolerance: number) =>
  Effect.gen(function* () {
    const wanted = yield* on(
      "cpu",
      Effect.sync(() => trials.map((trial) => inFloat64(() => evaluated(trial) as never)))
    )
    const found = yield* on(
      "wasm",
      Effect.sync(() => trials.map(evaluated))
    )
    return trials.flatMap(({ title }, i) => {
      const off = distance(found[i]!, wanted[i]!)
      return off <= tolerance ? [] : [`${title}: ${off.toExponential(1)}`]
    })
  })

const run = (kernel: string, inputs: tf.NamedTensorMap, attrs: object): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attrs as tf.NamedAttrMap) as tf.Tensor

/** A whole number from `least` to `most`. */
const whole = (draw: Stream, least: number, most: number): number => least + draw.integers(1, most - least + 1)[0]!

const matMulTrial = (draw: Stream): Trial => {
  const [m, k, n] = [whole(draw, 1, 40), whole(draw, 1, 40), whole(draw, 1, 40)]
  const [flipA, flipB] = [whole(draw, 0, 1) === 1, whole(draw, 0, 1) === 1]
  const [batchA, batchB] = [
    [],
    [[3], [1]],
    [[1], [2]],
    [
      [2, 1],
      [1, 3]
    ]
  ][whole(draw, 0, 3)] as [number[]?, number[]?]
  const a = [...(batchA ?? []), ...(flipA ? [k, m] : [m, k])]
  const b = [...(batchB ?? []), ...(flipB ? [n, k] : [k, n])]
  return of("matMul", draw, [a, b], (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, flipA, flipB))
}

interface Plane {
  readonly image: ReadonlyArray<number>
  readonly filter: ReadonlyArray<number>
  readonly strides: ReadonlyArray<number>
  readonly dilations: ReadonlyArray<number>
  readonly pad: "same" | "valid"
}

const planeOf = (draw: Stream, last: number): Plane => {
  const pick = (most: number): [number, number] => [whole(draw, 1, most), whole(draw, 1, most)]
  const [filter, strides] = [pick(3), pick(3)]
  const dilations = strides.every((step) => step === 1) ? pick(2) : [1, 1]
  const extent = (axis: number): number => whole(draw, (filter[axis]! - 1) * dilations[axis]! + 1, 9)
  const channels = whole(draw, 1, 9)
  return {
    image: [whole(draw, 1, 3), extent(0), extent(1), channels],
    filter: [...filter, channels, last],
    strides,
    dilations,
    pad: whole(draw, 0, 1) === 1 ? "same" : "valid"
  }
}

const convolutionTrial = (draw: Stream): Trial => {
  const { image, filter, strides, dilations, pad } = planeOf(draw, whole(draw, 1, 7))
  return of("conv2d", draw, [image, filter], (x: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.conv2d(x, w, strides as [number, number], pad, "NHWC", dilations as [number, number])
  )
}

/** Both cotangents of a convolution, without dilation, for the cpu backend has none there. */
const cotangentTrial =
  (forward: string, depthwise: boolean) =>
  (draw: Stream): Trial => {
    const { image, filter, strides, pad } = planeOf(draw, whole(draw, 1, depthwise ? 3 : 7))
    const attrs = { strides, pad, dataFormat: "NHWC", dilations: [1, 1] }
    return of(`cotangents of ${forward}`, draw, [image, filter], (x: tf.Tensor, w: tf.Tensor) => {
      const y = run(forward, { x, filter: w }, attrs)
      const dx = run(`${forward}BackpropInput`, { dy: y, filter: w }, { ...attrs, inputShape: image })
      const dw = run(`${forward}BackpropFilter`, { x, dy: y }, { ...attrs, filterShape: filter })
      return tf.concat([tf.reshape(dx, [-1]), tf.reshape(dw, [-1])])
    })
  }

const spaceTrial = (draw: Stream): Trial => {
  const filter = [whole(draw, 1, 2), whole(draw, 1, 3), whole(draw, 1, 2)]
  const extents = filter.map((size) => whole(draw, size, 5))
  const [channels, filters, strides] = [whole(draw, 1, 5), whole(draw, 1, 3), whole(draw, 1, 2)]
  const pad = whole(draw, 0, 1) === 1 ? "same" : "valid"
  const [image, weights] = [
    [whole(draw, 1, 2), ...extents, channels],
    [...filter, channels, filters]
  ]
  const attrs = { strides: [strides, strides, strides], pad, dataFormat: "NDHWC", dilations: [1, 1, 1] }
  return of("cotangents of conv3d", draw, [image, weights], (x: tf.Tensor, w: tf.Tensor) => {
    const y = run("Conv3D", { x, filter: w }, attrs)
    const dx = run("Conv3DBackpropInputV2", { dy: y, filter: w }, { ...attrs, inputShape: image })
    const dw = run("Conv3DBackpropFilterV2", { x, dy: y }, { ...attrs, filterShape: weights })
    return tf.concat([tf.reshape(dx, [-1]), tf.reshape(dw, [-1])])
  })
}

/** A pool in a plane or in space, and its cotangent. */
const poolTrial =
  (kind: "Max" | "Avg") =>
  (draw: Stream): Trial => {
    const rank = whole(draw, 2, 3)
    const many = (least: number, most: number): ReadonlyArray<number> =>
      Array.from({ length: rank }, () => whole(draw, least, most))
    const [filterSize, strides] = [many(1, 3), many(1, 3)]
    const pad = whole(draw, 0, 1) === 1 ? "same" : "valid"
    const image = [whole(draw, 1, 2), ...filterSize.map((size) => whole(draw, size, 7)), whole(draw, 1, 9)]
    const name = `${kind}Pool${rank === 3 ? "3D" : ""}`
    const attrs = { filterSize, strides, pad, dataFormat: rank === 3 ? "NDHWC" : "NHWC" }
    return of(`${name} and its cotangent`, draw, [image], (x: tf.Tensor) => {
      const y = run(name, { x }, attrs)
      const inputs = kind === "Max" ? { dy: y, input: x, output: y } : { dy: y, input: x }
      return tf.concat([tf.reshape(y, [-1]), tf.reshape(run(`${name}Grad`, inputs, attrs), [-1])])
    })
  }

const sumTrial = (draw: Stream): Trial => {
  const shape = Array.from({ length: whole(draw, 1, 4) }, () => whole(draw, 1, 9))
  const axes = shape.flatMap((_, axis) => (whole(draw, 0, 1) === 1 ? [axis] : []))
  const isMean = whole(draw, 0, 1) === 1
  return of(isMean ? "mean" : "sum", draw, [shape], (x: tf.Tensor) => (isMean ? tf.mean(x, axes) : tf.sum(x, axes)))
}

const segmentTrial = (draw: Stream): Trial => {
  const [count, width, segments] = [whole(draw, 1, 20), whole(draw, 1, 9), whole(draw, 1, 6)]
  const ids = draw.integers(count, segments)
  return of("sums by segment", draw, [[count, width]], (x: tf.Tensor) =>
    tf.unsortedSegmentSum(x, tf.tensor1d(ids, "int32"), segments)
  )
}

const FAMILIES: { readonly [name: string]: (draw: Stream) => Trial } = {
  "matrix products": matMulTrial,
  convolutions: convolutionTrial,
  "cotangents of convolutions": cotangentTrial("Conv2D", false),
  "cotangents of depthwise convolutions": cotangentTrial("DepthwiseConv2dNative", true),
  "convolutions in space": spaceTrial,
  "maxima over windows": poolTrial("Max"),
  "means over windows": poolTrial("Avg"),
  sums: sumTrial,
  "sums by segment": segmentTrial
}

describe("kernels of the wasm backend", () => {
  for (const [name, trial] of Object.entries(FAMILIES)) {
    it.effect(`${name}: ${TRIALS} random shapes`, () =>
      Effect.gen(function* () {
        const draw = stream(17, name)
        const trials = Array.from({ length: TRIALS }, () => trial(draw))
        assert.deepStrictEqual(yield* wrong(trials, 2e-6), [])
      })
    )
  }

  it.effect("functions: right to a few units in the last place, also far from zero", () =>
    Effect.gen(function* () {
      const x = [...stream(3, "x").uniforms(400)].map((u) => 40 * u - 20)
      const far = [0, -0, 1e-30, -1e-8, 88, -88, -120, 1e3, -8e3, 1e5, 1e8]
      const values = Float32Array.from([...x, ...far])
      const found = yield* on(
        "wasm",
        Effect.sync(() =>
          [tf.sin, tf.cos, tf.tan, tf.softplus].map((f) => tf.tidy(() => Array.from(f(tf.tensor1d(values)).dataSync())))
        )
      )
      const softplus = (v: number): number => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)))
      for (const [i, f] of [Math.sin, Math.cos, Math.tan, softplus].entries()) {
        for (const [at, value] of values.entries()) {
          const exact = Math.fround(f(value))
          assert.isAtMost(Math.abs(found[i]![at]! - exact), 2 ** -23 * Math.abs(exact), `${i} of ${value}`)
        }
      }
    })
  )

  it.effect("sums: millions of elements to the last place", () =>
    Effect.gen(function* () {
      const [sum, columns] = yield* on(
        "wasm",
        Effect.sync(() =>
          tf.tidy(() => {
            const x = tf.fill([2_000_000, 2], 0.1)
            return [tf.sum(x).dataSync()[0]!, tf.sum(x, 0).dataSync()[1]!]
          })
        )
      )
      assert.strictEqual(sum, Math.fround(4_000_000 * Math.fround(0.1)))
      assert.strictEqual(columns, Math.fround(2_000_000 * Math.fround(0.1)))
    })
  )

  it.effect("what is no number stays none, and infinities are kept", () =>
    Effect.gen(function* () {
      const values = yield* on(
        "wasm",
        Effect.sync(() =>
          tf.tidy(() => {
            const odd = tf.tensor1d([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
            const product = tf.matMul(tf.reshape(odd, [3, 1]) as tf.Tensor2D, tf.ones([1, 1]) as tf.Tensor2D)
            const all = [tf.sin(odd), tf.softplus(odd), tf.reshape(product, [-1]), tf.sum(odd, 0, true)]
            return all.map((tensor) => [...tensor.dataSync()])
          })
        )
      )
      const [NAN, INF] = [Number.NaN, Number.POSITIVE_INFINITY]
      assert.deepStrictEqual(values, [[NAN, NAN, NAN], [NAN, INF, 0], [NAN, INF, -INF], [NAN]])
    })
  )

  it.effect("nothing gives zeros: products over no depth, sums over no element, images that are none", () =>
    Effect.gen(function* () {
      const values = yield* on(
        "wasm",
        Effect.sync(() =>
          tf.tidy(() => {
            const product = tf.matMul(tf.zeros([2, 0]) as tf.Tensor2D, tf.zeros([0, 2]) as tf.Tensor2D)
            const sum = tf.sum(tf.zeros([2, 0]), 1)
            const images = tf.conv2d(
              tf.zeros([0, 3, 3, 1]) as tf.Tensor4D,
              tf.ones([2, 2, 1, 1]) as tf.Tensor4D,
              1,
              "same"
            )
            return [product, sum, images].map((tensor) => [tensor.shape, [...tensor.dataSync()]])
          })
        )
      )
      assert.deepStrictEqual(values, [
        [
          [2, 2],
          [0, 0, 0, 0]
        ],
        [[2], [0, 0]],
        [[0, 3, 3, 1], []]
      ])
    })
  )
})

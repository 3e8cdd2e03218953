/** Tensors of whole numbers and of truths, and numbers far from one: every backend gives what the reference gives. */
import { assert, describe, it } from "@effect/vitest"
import tf from "@tensorflow/tfjs"
import { Effect } from "effect"
import { stream } from "../../../stages/math/random/Philox.ts"
import { DEVICES, type Device, on } from "./open.ts"

const SHAPE: [number, number, number, number] = [7, 11, 13, 4]
const drawn = stream(4, "kinds").normals(7 * 11 * 13 * 4)

const reals = () => tf.tensor4d(Float32Array.from(drawn), SHAPE)
const whole = () => tf.cast(tf.mul(reals(), 9), "int32")
const truths = () => tf.greater(reals(), 0.2)

/** What copies and moves elements, on whatever there is. */
const moving = (x: () => tf.Tensor): Readonly<Record<string, () => tf.Tensor>> => ({
  reversed: () => tf.reverse(x(), [1, 3]),
  tiled: () => tf.tile(x(), [1, 2, 1, 3]),
  joined: () => tf.concat([x(), x()], 2),
  sliced: () => tf.slice(x(), [1, 2, 3, 1], [4, 5, 6, 2]),
  "sliced by strides": () => tf.stridedSlice(x(), [0, 1, 0, 0], [7, 11, 13, 4], [2, 3, 2, 1]),
  gathered: () => tf.gather(x(), tf.tensor1d([5, 0, 3], "int32"), 1),
  padded: () =>
    tf.pad(x(), [
      [1, 0],
      [0, 1],
      [2, 2],
      [0, 0]
    ]),
  mirrored: () =>
    tf.mirrorPad(
      x(),
      [
        [1, 0],
        [0, 1],
        [2, 2],
        [0, 0]
      ],
      "reflect"
    ),
  chosen: () => tf.where(truths(), tf.reverse(x(), 0), x()),
  stacked: () => tf.stack([x(), x()], 1),
  transposed: () => tf.transpose(x(), [3, 1, 0, 2])
})

const CASES: Readonly<Record<string, Readonly<Record<string, () => tf.Tensor>>>> = {
  "whole numbers": {
    ...moving(whole),
    clipped: () => tf.clipByValue(whole(), -2, 3),
    "clipped below alone": () => tf.clipByValue(whole(), 0, Number.POSITIVE_INFINITY),
    "clipped above alone": () => tf.clipByValue(whole(), -1e10, 3),
    "summed by segments": () =>
      tf.cast(tf.unsortedSegmentSum(tf.tensor1d([1, 2, 3], "int32"), tf.tensor1d([0, 1, 0], "int32"), 2), "int32"),
    "summed by segments, of which some are none": () => {
      const ids = tf.tensor1d([1, -1, 0, 2, 1 << 20, 1, -(1 << 20)], "int32")
      return tf.cast(tf.unsortedSegmentSum(whole(), ids, 2), "int32")
    },
    "summed along the first axis": () => tf.sum(whole(), 0),
    "summed along several axes": () => tf.sum(whole(), [1, 3], true),
    "summed along all": () => tf.sum(whole()),
    "their mean": () => tf.mean(tf.slice(whole(), 0, 4), 0),
    "multiplied along the first axis": () => tf.prod(tf.slice(whole(), [0, 0, 0, 0], [3, 3, 2, 2]), 0),
    "the largest along an axis": () => tf.max(whole(), 1),
    "the least along an axis": () => tf.min(whole(), 2, true),
    "the place of the largest": () => tf.argMax(whole(), 1),
    "multiplied along the last axis": () => tf.prod(tf.slice(whole(), [0, 0, 0, 0], [2, 2, 2, 2]), 3, true)
  },
  truths: {
    ...moving(truths),
    "of reals": () => tf.cast(tf.tensor1d([0.5, 256, -0, 2, Number.NaN, 1e-30]), "bool"),
    "of whole numbers": () => tf.cast(tf.tensor1d([256, 0, -1, 65_536], "int32"), "bool"),
    "any along an axis": () => tf.any(truths(), 1),
    "all along axes": () => tf.all(truths(), [0, 3], true),
    counted: () => tf.sum(tf.cast(tf.cast(whole(), "bool"), "int32"), 3)
  },
  reals: {
    ...moving(reals),
    "multiplied along each axis": () => tf.prod(tf.slice(reals(), [0, 0, 0, 0], [2, 3, 2, 2]), 0, true),
    "multiplied along the last": () => tf.prod(tf.slice(reals(), [0, 0, 0, 0], [2, 3, 2, 2]), -1, true)
  }
}

const results = (device: Device, cases: Readonly<Record<string, () => tf.Tensor>>) =>
  on(
    device,
    Effect.promise(async () => {
      const found: Record<string, unknown> = {}
      for (const [name, compute] of Object.entries(cases)) {
        const tensor = tf.tidy(compute)
        found[name] = [
          tensor.dtype,
          tensor.shape,
          Array.from(await tensor.data(), (value) => Math.fround(value).toPrecision(5))
        ]
        tensor.dispose()
      }
      return found
    })
  )

describe.each(Object.keys(CASES))("%s", (kind) => {
  for (const device of DEVICES) {
    if (device === "cpu") continue
    it.effect(`are the same on ${device}`, () =>
      Effect.gen(function* () {
        const cases = CASES[kind]!
        const [ours, theirs] = [yield* results(device, cases), yield* results("cpu", cases)]
        assert.deepStrictEqual(
          Object.keys(cases).filter((name) => JSON.stringify(ours[name]) !== JSON.stringify(theirs[name])),
          []
        )
      })
    )
  }
})

describe.each(DEVICES)("reductions of nothing on %s", (device) => {
  const nothing = (dtype: "bool" | "float32" | "int32") => tf.zeros([0, 3], dtype)

  it.effect("are what is neutral, and of the least and the largest refused", () =>
    Effect.gen(function* () {
      // What lies in memory where results will.
      const before = () => tf.fill([3], 7, "int32")
      const of = (compute: () => tf.Tensor) => ({ before, of: compute })
      const found = yield* Effect.forEach(
        [
          ...(["float32", "int32"] as const).flatMap((dtype) => [
            () => tf.sum(nothing(dtype), 0),
            () => tf.prod(nothing(dtype), 0),
            () => tf.mean(nothing(dtype), 0, true)
          ]),
          () => tf.any(nothing("bool"), 0),
          () => tf.all(nothing("bool"), 0),
          () => tf.max(nothing("float32"), 1)
        ],
        (compute) => Effect.map(results(device, of(compute)), ({ of: made }) => made)
      )
      const three = (value: string) => [value, value, value]
      const numbers = (dtype: string) => [
        [dtype, [3], three("0.0000")],
        [dtype, [3], three("1.0000")],
        ["float32", [1, 3], three("NaN")]
      ]
      assert.deepStrictEqual(found, [
        ...numbers("float32"),
        ...numbers("int32"),
        ["bool", [3], three("0.0000")],
        ["bool", [3], three("1.0000")],
        ["float32", [0], []]
      ])
      const refused = yield* on(
        device,
        Effect.sync(() => {
          for (const extreme of [tf.max, tf.min])
            assert.throws(() => tf.tidy(() => extreme(nothing("int32"), 0)), /^M\w+ of no elements: the shape is 0×3$/u)
          return true
        })
      )
      assert.isTrue(refused)
    })
  )
})

describe("functions on wasm", () => {
  it.effect("are right of what is far from one", () =>
    Effect.gen(function* () {
      const far = [1e-30, -1e-30, 3e5, -7e8, 3e38, -0, 1, Number.NaN]
      const cases = Object.fromEntries(
        (["sin", "cos", "tan", "sign"] as const).map((name) => [name, () => tf[name](tf.tensor1d(far))])
      )
      const [ours, theirs] = [yield* results("wasm", cases), yield* results("cpu", cases)]
      const without = (found: Record<string, unknown>) => JSON.stringify(found).replaceAll('"-0.0000"', '"0.0000"')
      // The reference has 0 for the sign of what is no number.
      assert.strictEqual(without(ours), without(theirs))
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { vi } from "vitest"
import type { Model, Tensor } from "../../../core/stage/ArtifactKind.ts"
import { Checkpoint } from "../../../core/stage/Checkpoint.ts"
import ode from "../../../stages/kernel/ode.ts"
import { logLogSlope } from "../../../stages/math/special/Statistics.ts"
import empirical from "../../../stages/ntk/empirical.ts"
import { Batch, Network, widthsOf } from "../../../stages/ntk/Network.ts"
import train from "../../../stages/ntk/train.ts"
import { reals } from "../../reals.ts"
import { ANGLES, difference, largest, norm, onCircle, row, rowsInOrder, tensor } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"

const N = ANGLES.length
const POINTS = onCircle(ANGLES)
const TARGETS = tensor(ANGLES.map((angle) => Math.cos(angle) * Math.sin(angle)))
const PROBES = onCircle([0.1, 1.3, -2])

type Params = (typeof train)["params"]["Encoded"]

const SMALL: Params = { width: 24, depth: 3, activation: "erf", steps: 10 }

const trained = (params: Partial<Params> = {}, inputs: { targets?: Tensor; probes?: Tensor; points?: Tensor } = {}) =>
  runStage(train, { ...SMALL, ...params }, { points: POINTS, targets: TARGETS, ...inputs })

/** As a run does it: what was made with fewer steps is where the others begin. */
const extended = (
  at: number,
  params: Partial<Params>,
  inputs: Parameters<typeof trained>[1] = {},
  earlier: Partial<Params> = {}
) =>
  Effect.gen(function* () {
    const { outputs } = yield* trained({ ...params, ...earlier, steps: at }, inputs)
    const all = { points: POINTS, targets: TARGETS, ...inputs }
    return yield* runStage(train, { ...SMALL, ...params }, all, { at, outputs })
  })

const lossesOf = (outputs: { readonly losses: { readonly columns: { readonly [name: string]: unknown } } }) =>
  outputs.losses.columns["loss"] as Float64Array

/** 1/2N Σ (f − f*)² */
const costOf = (fit: ArrayLike<number>, targets: ArrayLike<number> = TARGETS.data): number =>
  norm(Array.from(fit, (f, i) => f - targets[i]!)) ** 2 / (2 * fit.length)

/** f of a model, by a forward pass of its own. */
const outputOf = (model: Model, points: Tensor<Float64Array> = POINTS): Float64Array => {
  const network = new Network("f64", { widths: widthsOf(model), beta: 0.1, activation: "erf" }).load(model)
  return new Batch(network, points.data, points.shape[0]!).forward().output.toFloat64()
}

describe("ntk/train", () => {
  it.effect("takes the step that finite differences of the cost give, in every weight and bias", () =>
    Effect.gen(function* () {
      const params = { width: 6, steps: 0, rate: 0.25 }
      const { model: before } = (yield* trained(params)).outputs
      const { model: after } = (yield* trained({ ...params, steps: 1 })).outputs
      const h = 1e-3
      for (const [name, { data }] of Object.entries(before.tensors)) {
        const values = data as Float64Array
        for (const [p, value] of values.entries()) {
          const at = (shift: number): number => {
            values[p] = value + shift
            return costOf(outputOf(before))
          }
          const gradient = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
          values[p] = value
          const moved = after.tensors[name]!.data[p]! - value
          assert.closeTo(moved, -0.25 * gradient, 1e-10, `${name}[${p}]`)
        }
      }
    })
  )

  it.effect("records outputs at the start, at the end and at the times asked for, each once and in order", () =>
    Effect.gen(function* () {
      const { times, fits, predictions } = (yield* trained({ snapshots: [7, 3, 7, 0, 10, -2, 99] }, { probes: PROBES }))
        .outputs
      assert.deepStrictEqual(times, tensor([0, 3, 7, 10]))
      assert.deepStrictEqual(
        [fits.shape, predictions.shape],
        [
          [4, N],
          [4, 3]
        ]
      )
      for (const [index, steps] of [0, 3, 7, 10].entries()) {
        // A run that ends there has seen the same.
        const { model } = (yield* trained({ steps })).outputs
        assert.isBelow(difference(row(fits, index), outputOf(model)), 1e-15)
        assert.isBelow(difference(row(predictions, index), outputOf(model, PROBES)), 1e-15)
      }
    })
  )

  it.effect("has one time where there is no step", () =>
    Effect.gen(function* () {
      const { times, fits, losses } = (yield* trained({ steps: 0, snapshots: [5] })).outputs
      assert.deepStrictEqual([[...times.data], fits.shape], [[0], [1, N]])
      assert.deepStrictEqual([...(losses.columns["step"] as Int32Array)], [0])
    })
  )

  it.effect("writes the cost of every step, which falls", () =>
    Effect.gen(function* () {
      const { outputs, metrics } = yield* trained({ steps: 40, snapshots: Array.from({ length: 40 }, (_, k) => k) })
      const losses = lossesOf(outputs)
      assert.deepStrictEqual(
        [...(outputs.losses.columns["step"] as Int32Array)],
        Array.from({ length: 41 }, (_, k) => k)
      )
      for (let step = 0; step <= 40; step++) {
        assert.closeTo(losses[step]!, costOf(row(outputs.fits, step)), 1e-16)
        if (step > 0) assert.isBelow(losses[step]!, losses[step - 1]!)
      }
      assert.deepStrictEqual(metrics, { "loss at start": losses[0]!, "loss at end": losses[40]! })
    })
  )

  it.effect("predicts on the training points what it fits, and nothing without probes", () =>
    Effect.gen(function* () {
      const { fits, predictions } = (yield* trained({ snapshots: [4] }, { probes: POINTS })).outputs
      assert.deepStrictEqual(predictions, fits)
      const without = (yield* trained({ snapshots: [4] })).outputs
      assert.deepStrictEqual(without.predictions, tensor([], 3, 0))
      assert.deepStrictEqual(without.fits, fits)
    })
  )

  it.effect("adds targets `from-start` to the outputs of the untrained network", () =>
    Effect.gen(function* () {
      const relative = (yield* trained({ targets: "from-start" })).outputs
      assert.closeTo(lossesOf(relative)[0]!, costOf(TARGETS.data, new Float64Array(N)), 1e-16)
      const sums = tensor(Array.from(TARGETS.data, (value, i) => value + relative.fits.data[i]!))
      const absolute = (yield* trained({}, { targets: sums })).outputs
      assert.deepStrictEqual(absolute, relative)
      assert.isAbove(difference((yield* trained()).outputs.fits.data, relative.fits.data), 1e-3)
    })
  )

  it.effect("stays where it is when targets `from-start` are 0", () =>
    Effect.gen(function* () {
      const zero = tensor(new Float64Array(N))
      const { fits, losses } = (yield* trained({ targets: "from-start" }, { targets: zero })).outputs
      assert.deepStrictEqual(row(fits, 1), row(fits, 0))
      assert.strictEqual((losses.columns["loss"] as Float64Array)[10], 0)
    })
  )

  it.effect.each([
    ["erf", 24],
    ["relu", 128],
    ["tanh", 60]
  ] as const)(
    "follows in single precision the course of double precision to its round-off: %s, width %i",
    ([activation, width]) =>
      Effect.gen(function* () {
        const params = { activation, width, depth: 4, steps: 60, snapshots: [1, 20] } as const
        const double = (yield* trained(params, { probes: PROBES })).outputs
        const single = (yield* trained({ ...params, precision: "f32" }, { probes: PROBES })).outputs
        // Weights of size up to 4 are rounded in each of 60 steps, and sums of `width` products in each of 4 layers: taken as
        // independent, their effects on the outputs add as roots.
        const bound = 2 ** -24 * 4 * (4 * Math.sqrt(width) + Math.sqrt(60) * 4)
        for (const port of ["fits", "predictions"] as const) {
          const distance = difference(single[port].data, double[port].data)
          assert(distance > 0 && distance < bound, `${port}: ${distance} is not below ${bound}`)
        }
        assert.isTrue(Object.values(single.model.tensors).every(({ data }) => data instanceof Float32Array))
        assert.isTrue(Object.values(double.model.tensors).every(({ data }) => data instanceof Float64Array))
      })
  )

  it.effect("shares no weight between networks that differ in width alone", () =>
    Effect.gen(function* () {
      const weights = (width: number) =>
        Effect.map(trained({ width, steps: 0 }), ({ outputs }) =>
          Object.values(outputs.model.tensors).flatMap(({ data }) => [...data])
        )
      const all = [...(yield* weights(24)), ...(yield* weights(25)), ...(yield* weights(48))]
      assert.strictEqual(new Set(all).size, all.length)
    })
  )

  it.effect("does not care for the numbering of the points", () =>
    Effect.gen(function* () {
      const order = [3, 1, 4, 0, 2]
      const one = (yield* trained({}, { probes: PROBES })).outputs
      const other = (yield* trained(
        {},
        { points: rowsInOrder(POINTS, order), targets: tensor(order.map((i) => TARGETS.data[i]!)), probes: PROBES }
      )).outputs
      assert.isBelow(difference(other.predictions.data, one.predictions.data), 1e-13)
      assert.isBelow(
        difference(
          row(other.fits, 1),
          order.map((i) => row(one.fits, 1)[i]!)
        ),
        1e-13
      )
    })
  )

  it.effect("learns the same from points that are there twice", () =>
    Effect.gen(function* () {
      const twice = [...ANGLES.keys(), ...ANGLES.keys()]
      const { predictions } = (yield* trained(
        {},
        { points: rowsInOrder(POINTS, twice), targets: tensor(twice.map((i) => TARGETS.data[i]!)), probes: PROBES }
      )).outputs
      const once = (yield* trained({}, { probes: PROBES })).outputs.predictions
      // The cost is a mean: weights of 1/2N for 2N points.
      assert.isBelow(difference(predictions.data, once.data), 1e-13)
    })
  )

  it.effect.prop(
    "learns nothing from a rate that vanishes, in proportion to the rate",
    { exponent: reals(-9, -5) },
    ({ exponent }) =>
      Effect.gen(function* () {
        const moved = (rate: number) =>
          Effect.map(trained({ rate, steps: 3 }), ({ outputs }) =>
            difference(row(outputs.fits, 1), row(outputs.fits, 0))
          )
        const ratio = (yield* moved(10 ** exponent)) / (yield* moved(1e-4))
        assert.closeTo(ratio / 10 ** (exponent + 4), 1, 1e-3 + 1e-15 / 10 ** exponent)
      }),
    { arbitrary: { runs: 10 } }
  )

  it.effect("follows the training equation of its initial kernel the closer the wider it is, as 1/n", () =>
    Effect.gen(function* () {
      const widths = [32, 128, 512]
      const gaps: Array<number> = []
      for (const width of widths) {
        let squares = 0
        for (const seed of width === 512 ? [0, 1] : [0, 1, 2, 3, 4, 5, 6, 7]) {
          const params = { width, depth: 3, activation: "erf", seed } as const
          const { fits } = (yield* trained({ ...params, steps: 40 })).outputs
          const { kernel } = (yield* runStage(empirical, params, { points: POINTS })).outputs
          const start = tensor(row(fits, 0))
          const flow = (yield* runStage(ode, { times: [40], descent: true }, { kernel, targets: TARGETS, start }))
            .outputs
          squares += norm(Array.from(flow.fits.data, (f, i) => f - row(fits, 1)[i]!)) ** 2 / (width === 512 ? 2 : 8)
        }
        gaps.push(Math.sqrt(squares))
      }
      const slope = logLogSlope(widths, gaps)
      assert.isTrue(slope > -1.3 && slope < -0.7, `the slope is ${slope}, the gaps are ${gaps}`)
    })
  )

  it.effect("fails when the rate is too large for the kernel, and names step, rate and bound", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(trained({ activation: "identity", rate: 1000, steps: 200 }))
      assert.strictEqual(error._tag, "Diverged")
      assert.match(error.message, /^training diverged by step \d+ at rate 1000: it is stable below 2N \/ λ₁/u)
    })
  )

  it.effect("stops where it diverges: the cost of further steps is not paid, and the step is the same", () =>
    Effect.gen(function* () {
      const params = { activation: "identity", rate: 1000 } as const
      const few = yield* Effect.flip(trained({ ...params, steps: 200 }))
      const step = Number(/step (?<step>\d+)/u.exec(few.message)?.groups?.["step"])
      const passes = vi.spyOn(Batch.prototype, "backward")
      const many = yield* Effect.flip(trained({ ...params, steps: 20_000 }))
      assert.strictEqual(passes.mock.calls.length, step)
      passes.mockRestore()
      assert.strictEqual(many.message, few.message)
      assert.isTrue(step > 0 && step < 200)
      assert.isTrue(Number.isFinite(lossesOf((yield* trained({ ...params, steps: step - 1 })).outputs).at(-1)))
    })
  )

  it.effect("follows the drift of its kernel at each snapshot, by that of ntk/empirical", () =>
    Effect.gen(function* () {
      const { outputs, metrics } = yield* trained({ snapshots: [3], drift: true })
      const { time, drift } = outputs.drift.columns
      assert.deepStrictEqual(time, Float64Array.of(0, 3, 10))
      const kernelAfter = (steps: number) =>
        Effect.gen(function* () {
          const { model } = (yield* trained({ steps })).outputs
          return (yield* runStage(empirical, {}, { points: POINTS, model })).outputs.kernel.data
        })
      const start = yield* kernelAfter(0)
      for (const [index, steps] of [0, 3, 10].entries()) {
        const moved = Array.from(yield* kernelAfter(steps), (value, at) => value - start[at]!)
        assert.closeTo((drift as Float64Array)[index]!, norm(moved) / norm(start), 1e-14)
      }
      assert.isAbove((drift as Float64Array)[1]!, 1e-3)
      assert.strictEqual(metrics["drift at end"], (drift as Float64Array)[2])
    })
  )

  it.effect("learns the same whether or not its drift is followed, and has an empty table where it is not", () =>
    Effect.gen(function* () {
      const params = { snapshots: [1, 2, 3, 4, 5], precision: "f32" } as const
      const [one, other] = [yield* trained(params), yield* trained({ ...params, drift: true })]
      assert.deepStrictEqual(one.outputs.drift.columns, { time: new Float64Array(0), drift: new Float64Array(0) })
      assert.notProperty(one.metrics, "drift at end")
      assert.deepStrictEqual({ ...other.outputs, drift: undefined }, { ...one.outputs, drift: undefined })
    })
  )

  it.effect("drifts the less the wider it is, as 1/n", () =>
    Effect.gen(function* () {
      const widths = [32, 128, 512]
      const drifts: Array<number> = []
      for (const width of widths) {
        const seeds = width === 512 ? [0, 1] : [0, 1, 2, 3, 4, 5, 6, 7]
        let sum = 0
        for (const seed of seeds) {
          sum += (yield* trained({ width, seed, steps: 40, drift: true })).metrics["drift at end"]! / seeds.length
        }
        drifts.push(sum)
      }
      const slope = logLogSlope(widths, drifts)
      assert.isTrue(slope > -1.3 && slope < -0.7, `the slope is ${slope}, the drifts are ${drifts}`)
    })
  )

  it.effect("refuses targets that are not one for each point, and points of another rank", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(trained({}, { targets: tensor([1, 2]) }))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, "targets has shape 2, expected 5 values, one for each point")
      const flat = yield* Effect.flip(trained({}, { points: tensor([1, 2]) }))
      assert.strictEqual(flat.message, "points has shape 2, expected points × coordinates")
      const probes = yield* Effect.flip(trained({}, { probes: tensor([]) }))
      assert.strictEqual(probes.message, "probes has shape 0, expected points × coordinates")
      const solid = yield* Effect.flip(trained({}, { probes: tensor([1, 2, 3], 1, 3) }))
      assert.strictEqual(solid._tag, "ShapeMismatch")
      assert.strictEqual(solid.message, "probes has shape 1×3, expected 2 coordinates, as points have")
    })
  )

  it("asks for steps, and for a rate above 0", () => {
    assert.isTrue(takes(train, { steps: 0 }))
    assert.isFalse(takes(train, {}))
    assert.isFalse(takes(train, { steps: -1 }))
    assert.isFalse(takes(train, { steps: 1, rate: 0 }))
    assert.isFalse(takes(train, { steps: 1, snapshots: [0.5] }))
    assert.isFalse(takes(train, { steps: 1, precision: "f16" }))
    assert.isFalse(takes(train, { steps: 1, targets: "relative" }))
  })

  it.effect.prop(
    "gives the bytes of a run from the beginning when it goes on from one with fewer steps",
    {
      steps: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 30 })),
      share: reals(0, 0.99),
      snapshots: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 }))),
      more: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 }))),
      width: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 })),
      depth: Schema.Literals([2, 3, 4]),
      activation: Schema.Literals(["relu", "erf", "tanh"]),
      precision: Schema.Literals(["f64", "f32"]),
      targets: Schema.Literals(["absolute", "from-start"]),
      drift: Schema.Boolean,
      withProbes: Schema.Boolean
    },
    ({ share, more, withProbes, ...params }) =>
      Effect.gen(function* () {
        const inputs = withProbes ? { probes: PROBES } : {}
        const fresh = yield* trained(params, inputs)
        const at = Math.floor(share * params.steps)
        const asked = { snapshots: [...params.snapshots, ...more] }
        assert.deepStrictEqual(yield* extended(at, params, inputs, asked), fresh)
      }),
    { arbitrary: { runs: 60 } }
  )

  it.effect("gives the same bytes when it goes on several times, and from what it has at any step", () =>
    Effect.gen(function* () {
      const params: Partial<Params> = { steps: 20, snapshots: [3, 8, 15], drift: true }
      const fresh = yield* trained(params)
      let { outputs } = yield* trained({ ...params, steps: 0 })
      for (let steps = 1; steps <= 20; steps++) {
        const start = { at: steps - 1, outputs }
        outputs = (yield* runStage(train, { ...SMALL, ...params, steps }, { points: POINTS, targets: TARGETS }, start))
          .outputs
      }
      assert.deepStrictEqual(outputs, fresh.outputs)
      const kept: Array<{ readonly at: number; readonly outputs: typeof outputs }> = []
      yield* Effect.provideService(trained({ ...params, width: 200, steps: 400 }), Checkpoint, {
        isDue: () => true,
        save: (at, found) => void kept.push({ at, outputs: found as typeof outputs })
      })
      assert.isNotEmpty(kept)
      const whole = yield* trained({ ...params, width: 200, steps: 400 })
      for (const start of [kept[0], kept.at(-1)]) {
        const all = { ...SMALL, ...params, width: 200, steps: 400 }
        assert.deepStrictEqual(yield* runStage(train, all, { points: POINTS, targets: TARGETS }, start), whole)
      }
    })
  )

  it.effect("is far from its targets at the start, so that the tests above see something", () =>
    Effect.gen(function* () {
      const { fits } = (yield* trained()).outputs
      assert.isAbove(largest(Array.from(row(fits, 0), (f, i) => f - TARGETS.data[i]!)), 0.1)
    })
  )
})

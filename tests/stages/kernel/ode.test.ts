import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import ode from "../../../stages/kernel/ode.ts"
import { reals } from "../../reals.ts"
import { ANGLES, bothInOrder, columnsInOrder, difference, normals, row, rowsInOrder, tensor } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"
import { limitOnCircle, scaled } from "./kernels.ts"

const N = ANGLES.length
const TEST = [1.2, -1.7, 0]
const KERNEL = limitOnCircle(ANGLES).kernel
const CROSS = limitOnCircle(TEST, ANGLES).kernel
const TARGETS = normals("ode targets", N)
const START = normals("ode start", N)
const START_OTHERS = normals("ode others", TEST.length)
const ALL = { kernel: KERNEL, targets: TARGETS, start: START, cross: CROSS, startOthers: START_OTHERS }

type Given = Parameters<typeof runStage<(typeof ode)["params"], (typeof ode)["inputs"], (typeof ode)["outputs"]>>[2]

const solve = (times: ReadonlyArray<number>, inputs: Given = ALL, descent = false) =>
  Effect.map(runStage(ode, { times, descent }, inputs), ({ outputs }) => outputs)

const Time = reals(0, 500)

describe("kernel/ode", () => {
  it.effect("begins where it is told, and from zero when it is not", () =>
    Effect.gen(function* () {
      const told = yield* solve([0])
      assert.isBelow(difference(told.fits.data, START.data), 1e-14)
      assert.deepStrictEqual(told.predictions.data, START_OTHERS.data)
      const untold = yield* solve([0], { kernel: KERNEL, targets: TARGETS, cross: CROSS })
      assert.isBelow(difference(untold.fits.data, new Array(N).fill(0)), 1e-14)
      assert.deepStrictEqual([...untold.predictions.data], [0, 0, 0])
    })
  )

  it.effect("gives one row for each time, in the order asked for, and no predictions without test points", () =>
    Effect.gen(function* () {
      const { times, fits, predictions } = yield* solve([30, 0, 7], { kernel: KERNEL, targets: TARGETS })
      assert.deepStrictEqual(times, tensor([30, 0, 7]))
      assert.deepStrictEqual(
        [fits.shape, predictions.shape],
        [
          [3, N],
          [3, 0]
        ]
      )
      const alone = yield* solve([7], { kernel: KERNEL, targets: TARGETS })
      assert.deepStrictEqual(row(fits, 2), alone.fits.data)
    })
  )

  it.effect.prop(
    "goes on from where it has come to: a time after another is their sum",
    { a: Time, b: Time },
    (given) =>
      Effect.gen(function* () {
        const { a, b } = given
        const half = yield* solve([a])
        const inTurn = yield* solve([b], {
          ...ALL,
          start: tensor(half.fits.data),
          startOthers: tensor(half.predictions.data)
        })
        const atOnce = yield* solve([a + b])
        assert.isBelow(difference(inTurn.fits.data, atOnce.fits.data), 1e-13)
        assert.isBelow(difference(inTurn.predictions.data, atOnce.predictions.data), 1e-11)
      })
  )

  it.effect.prop("is linear in targets and start together", { time: Time, factor: reals(-4, 4) }, ({ time, factor }) =>
    Effect.gen(function* () {
      const times = (values: typeof TARGETS) => scaled(values, factor)
      const one = yield* solve([time])
      const other = yield* solve([time], {
        ...ALL,
        targets: times(TARGETS),
        start: times(START),
        startOthers: times(START_OTHERS)
      })
      assert.isBelow(
        difference(
          other.fits.data,
          [...one.fits.data].map((value) => factor * value)
        ),
        1e-13
      )
      const expected = [...one.predictions.data].map((value) => factor * value)
      assert.isBelow(difference(other.predictions.data, expected), 1e-12)
    })
  )

  it.effect.prop(
    "runs as much faster as the kernel is larger",
    { time: Time, factor: reals(0.1, 10) },
    ({ time, factor }) =>
      Effect.gen(function* () {
        const slow = yield* solve([factor * time])
        const fast = yield* solve([time], { ...ALL, kernel: scaled(KERNEL, factor), cross: scaled(CROSS, factor) })
        assert.isBelow(difference(fast.fits.data, slow.fits.data), 1e-13)
        assert.isBelow(difference(fast.predictions.data, slow.predictions.data), 1e-11)
      })
  )

  it.effect("follows the numbering of the points", () =>
    Effect.gen(function* () {
      const order = [2, 4, 0, 3, 1]
      const inOrder = (values: typeof TARGETS) => tensor(order.map((index) => values.data[index]!))
      const one = yield* solve([40])
      const other = yield* solve([40], {
        kernel: bothInOrder(KERNEL, order),
        targets: inOrder(TARGETS),
        start: inOrder(START),
        cross: columnsInOrder(rowsInOrder(CROSS, [1, 2, 0]), order),
        startOthers: tensor([1, 2, 0].map((index) => START_OTHERS.data[index]!))
      })
      assert.isBelow(difference(other.fits.data, columnsInOrder(one.fits, order).data), 1e-14)
      assert.isBelow(difference(other.predictions.data, columnsInOrder(one.predictions, [1, 2, 0]).data), 1e-13)
    })
  )

  it.effect("predicts on the training points what it fits there", () =>
    Effect.gen(function* () {
      for (const descent of [false, true]) {
        const { fits, predictions } = yield* solve(
          [0, 3, 50, 1000],
          { kernel: KERNEL, targets: TARGETS, start: START, cross: KERNEL, startOthers: START },
          descent
        )
        assert.isBelow(difference(fits.data, predictions.data), 1e-13)
      }
    })
  )

  it.effect("takes with `descent` the steps that a loop takes", () =>
    Effect.gen(function* () {
      const f = START.data.slice()
      const test = START_OTHERS.data.slice()
      for (let step = 0; step < 25; step++) {
        const force = f.map((value, i) => (TARGETS.data[i]! - value) / N)
        for (const [i] of test.entries()) test[i]! += row(CROSS, i).reduce((sum, k, j) => sum + k * force[j]!, 0)
        for (const [i] of f.entries()) f[i]! += row(KERNEL, i).reduce((sum, k, j) => sum + k * force[j]!, 0)
      }
      const { fits, predictions } = yield* solve([25], ALL, true)
      assert.isBelow(difference(fits.data, f), 1e-14)
      assert.isBelow(difference(predictions.data, test), 1e-13)
    })
  )

  it.effect("tends with `descent` to the flow, at first order in the step", () =>
    Effect.gen(function* () {
      // A kernel half as large for twice the time is a step of half the size.
      const gap = (halvings: number) =>
        Effect.gen(function* () {
          const inputs = { ...ALL, kernel: scaled(KERNEL, 2 ** -halvings), cross: scaled(CROSS, 2 ** -halvings) }
          const time = 20 * 2 ** halvings
          const [steps, flow] = [yield* solve([time], inputs, true), yield* solve([time], inputs)]
          return difference(steps.fits.data, flow.fits.data)
        })
      assert.closeTo(Math.log2((yield* gap(3)) / (yield* gap(4))), 1, 0.02)
    })
  )

  it.effect("moves with `descent` as far as its steps where an eigenvalue vanishes", () =>
    Effect.gen(function* () {
      // f⁽²⁾ of this kernel has the eigenvalue 0; the cross kernel lies along it, so that its gain of t/N shows.
      const given = { kernel: tensor([2, 0, 0, 0], 2, 2), targets: tensor([1, 1]), cross: tensor([0, 0.5], 1, 2) }
      for (const descent of [true, false]) {
        const { fits, predictions } = yield* solve([0, 1, 30], given, descent)
        assert.deepStrictEqual([...predictions.data], [0, 0.25, 7.5])
        assert.strictEqual(row(fits, 2)[1], 0)
      }
    })
  )

  it.effect("predicts with `descent` next to an eigenvalue of 0 as the flow does", () =>
    Effect.gen(function* () {
      for (const small of [1e-3, 1e-8, 1e-13, 1e-17, -1e-17]) {
        const given = { kernel: tensor([2 * small], 1, 1), targets: tensor([1]), cross: tensor([2], 1, 1) }
        const found = [yield* solve([100], given, true), yield* solve([100], given)].map(
          ({ predictions }) => predictions
        )
        // (1 − λ)ᵗ and e^(−tλ) differ by tλ²/2.
        assert.closeTo(found[0]!.data[0]! / found[1]!.data[0]!, 1, 200 * small + 1e-13, `at ${small}`)
      }
    })
  )

  it.effect.each([0.5, -1, 2 ** 53])("refuses with `descent` the time %d, which is no number of steps", (time) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(solve([3, time], ALL, true))
      assert.strictEqual(error._tag, "NoWholeSteps")
      assert.strictEqual(
        error.message,
        `with descent each time is a number of steps: ${time} is not a whole number from 0 on`
      )
      if (time === 0.5) assert.strictEqual((yield* solve([time])).fits.data.length, N)
    })
  )

  it.effect("refuses a solution beyond all numbers, and names the eigenvalue that it comes from", () =>
    Effect.gen(function* () {
      const given = { kernel: tensor([3], 1, 1), targets: tensor([1]) }
      assert.strictEqual((yield* solve([4], given, true)).fits.data[0], -15)
      const error = yield* Effect.flip(solve([4000], given, true))
      assert.strictEqual(error._tag, "Diverged")
      assert.match(error.message, /^the solution is no number at time 4000: the largest eigenvalue of K\/N is 3,/u)
      assert.strictEqual((yield* Effect.flip(solve([-1e4], given)))._tag, "Diverged")
    })
  )

  it.effect("moves the mean alone of a point that is there twice", () =>
    Effect.gen(function* () {
      const twice = { kernel: tensor([2, 2, 2, 2], 2, 2), targets: tensor([1, 0]), start: tensor([3, 7]) }
      const { fits } = yield* solve([1e6], twice)
      // Their difference is not learned; their mean becomes that of the targets.
      assert.isBelow(difference(fits.data, [-1.5, 2.5]), 1e-9)
    })
  )

  it.effect.each([
    ["kernel", tensor([1, 2], 1, 2), "kernel has shape 1×2, expected 1×1"],
    ["targets", tensor([1, 2]), "targets has shape 2, expected 5"],
    ["start", tensor([1, 2, 3, 4, 5], 5, 1), "start has shape 5×1, expected 5"],
    ["cross", tensor([1, 2, 3, 4], 2, 2), "cross has shape 2×2, expected 2×5"],
    ["startOthers", tensor([1]), "startOthers has shape 1, expected 3"]
  ] as const)("refuses another shape of %s", ([input, wrong, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(solve([1], { ...ALL, [input]: wrong }))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, message)
    })
  )

  it("asks for finite times", () => {
    assert.isFalse(takes(ode, {}))
    assert.isFalse(takes(ode, { times: [Number.POSITIVE_INFINITY] }))
    assert.isTrue(takes(ode, { times: [] }))
  })
})

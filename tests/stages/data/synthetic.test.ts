import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import synthetic from "../../../stages/data/synthetic.ts"
import { runStage, takes } from "../run-stage.ts"

type Params = (typeof synthetic)["params"]["Encoded"]

const drawn = (params: Params) => Effect.map(runStage(synthetic, params, {}), ({ outputs }) => outputs)

describe("data/synthetic", () => {
  it.effect("labels the quadrants of XOR, and adds a column of ones", () =>
    Effect.gen(function* () {
      const { X, y } = yield* drawn({ kind: "xor", points: 50, dimension: 3 })
      assert.deepStrictEqual([X.shape, y.shape], [[50, 4], [50]])
      for (let i = 0; i < 50; i++) {
        assert.strictEqual(y.data[i], X.data[4 * i]! * X.data[4 * i + 1]! > 0 ? 1 : -1)
        assert.strictEqual(X.data[4 * i + 3], 1)
      }
    })
  )

  it.effect("puts half of the points outside of the circle", () =>
    Effect.gen(function* () {
      const { X, y } = yield* drawn({ kind: "circle", points: 40, bias: false })
      const radii = Array.from(y.data, (_, i) => Math.hypot(X.data[2 * i]!, X.data[2 * i + 1]!))
      const [inside, outside] = [-1, 1].map((label) => radii.filter((_, i) => y.data[i] === label))
      assert.lengthOf(inside!, 20)
      assert.isBelow(Math.max(...inside!), Math.min(...outside!))
    })
  )

  it.effect("winds spirals: the angle of a point is its radius, turned by π in the other arm", () =>
    Effect.gen(function* () {
      const { X, y } = yield* drawn({ kind: "spirals", points: 30, turns: 2, bias: false })
      for (let i = 0; i < 30; i++) {
        const [a, b] = [y.data[i]! * X.data[2 * i]!, y.data[i]! * X.data[2 * i + 1]!]
        const angle = 4 * Math.PI * Math.hypot(a, b)
        assert.closeTo(a * Math.sin(angle), b * Math.cos(angle), 1e-9)
      }
    })
  )

  it.effect("has a teacher of this seed, and adds noise to its outputs alone", () =>
    Effect.gen(function* () {
      const teacher: Params = { kind: "teacher", points: 20, dimension: 5, neurons: 3 }
      assert.deepStrictEqual(yield* drawn(teacher), yield* drawn(teacher))
      assert.notDeepEqual((yield* drawn({ ...teacher, seed: 1 })).y, (yield* drawn(teacher)).y)
      const [exact, noisy] = [yield* drawn(teacher), yield* drawn({ ...teacher, noise: 0.1 })]
      assert.deepStrictEqual(exact.X, noisy.X)
      assert.notDeepEqual(exact.y, noisy.y)
    })
  )

  it("asks for two coordinates at least", () => {
    assert.isTrue(takes(synthetic, { kind: "xor", points: 1 }))
    for (const wrong of [{ kind: "moons" }, { points: 0 }, { dimension: 1 }, { noise: -1 }]) {
      assert.isFalse(takes(synthetic, { kind: "xor", points: 5, ...wrong }))
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import { descent, flow, settled } from "../../../stages/kernel/Course.ts"
import { reals } from "../../reals.ts"

describe("flow", () => {
  it.each([0.1, 7, 1e4])(
    "gains (1 − e^(−tλ)) / (Nλ) to ten digits, also where the difference loses them, at time %d",
    (time) => {
      for (let exponent = -14; exponent <= 2; exponent += 0.125) {
        const lambda = 10 ** exponent / time
        const exact = -Math.expm1(-time * lambda) / (5 * lambda)
        // At tλ = 1e-5, where the formula takes over, 1 − e^(−tλ) has lost five of sixteen digits.
        assert.closeTo(flow(time, 5).gain(lambda) / exact, 1, 3e-11, `tλ = 1e${exponent}`)
      }
    }
  )

  it("gains with time from nothing, linearly where the eigenvalue vanishes, towards the inverse", () => {
    assert.strictEqual(flow(0, 4).gain(0.3), 0)
    assert.strictEqual(flow(20, 4).gain(0), 5)
    const times = [0, 0.1, 1, 10, 100]
    const gains = times.map((time) => flow(time, 4).gain(0.3))
    for (const [index, gain] of gains.slice(1).entries()) assert.isAbove(gain, gains[index]!)
    assert.closeTo(gains.at(-1)!, 1 / 1.2, 1e-12)
  })
})

describe("descent", () => {
  it.prop("has left what the steps have not taken, and gained the rest", { lambda: reals(1e-3, 1.999) }, (given) => {
    const { left, gain } = descent(37, 4)
    let rest = 1
    for (let step = 0; step < 37; step++) rest -= given.lambda * rest
    assert.closeTo(left(given.lambda), rest, 1e-14)
    assert.closeTo(4 * given.lambda * gain(given.lambda), 1 - rest, 1e-14)
  })

  it("gains t/N where the eigenvalue vanishes, and next to it what the series gives", () => {
    assert.strictEqual(descent(20, 4).gain(0), 5)
    for (let exponent = -18; exponent <= -6; exponent++) {
      const lambda = 10 ** exponent
      const exact = -Math.expm1(1000 * Math.log1p(-lambda)) / (4 * lambda)
      assert.closeTo(descent(1000, 4).gain(lambda) / exact, 1, 1e-12, `λ = 1e${exponent}`)
      assert.closeTo(descent(1000, 4).gain(-lambda) / exact, 1, 1e-2, `λ = −1e${exponent}`)
    }
  })

  it("is exact at the end of stability, where the error turns over for ever", () => {
    assert.deepStrictEqual([descent(6, 3).left(2), descent(7, 3).left(2)], [1, -1])
    assert.deepStrictEqual([descent(6, 3).gain(2), descent(7, 3).gain(2)], [0, 1 / 3])
  })
})

describe("settled", () => {
  const { left, gain } = settled(1e-12, 4)

  it("inverts what is not round-off of 0, and leaves the rest alone", () => {
    assert.deepStrictEqual([left(0.5), gain(0.5)], [0, 0.5])
    for (const lambda of [1e-12, 1e-17, 0, -1e-17]) assert.deepStrictEqual([left(lambda), gain(lambda)], [1, 0])
  })

  it.prop("is where the flow comes to", { lambda: reals(0.01, 2) }, ({ lambda }) => {
    assert.closeTo(flow(1e5, 4).gain(lambda) / gain(lambda), 1, 1e-14)
    assert.strictEqual(flow(1e5, 4).left(lambda), left(lambda))
  })
})

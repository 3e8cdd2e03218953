import { assert, describe, it } from "vitest"
import { laguerreRule } from "../../../../stages/math/special/GaussLaguerre.ts"
import { legendreRule } from "../../../../stages/math/special/GaussLegendre.ts"

const mean = ({ nodes, weights }: ReturnType<typeof legendreRule>, f: (x: number) => number): number =>
  weights.reduce((sum, weight, i) => sum + weight * f(nodes[i]!), 0)

describe("the rule of Gauss and Legendre", () => {
  it.each([1, 2, 3, 10, 64, 401])("integrates polynomials with %i nodes", (n) => {
    const rule = legendreRule(n)
    for (let order = 0; order < Math.min(2 * n, 40); order++) {
      assert.closeTo(
        mean(rule, (x) => x ** order),
        order % 2 === 0 ? 1 / (order + 1) : 0,
        2e-14
      )
    }
    assert.isTrue(rule.nodes.every((x, i) => i === 0 || x > rule.nodes[i - 1]!))
  })

  it("converges as fast as the function is smooth", () => {
    assert.closeTo(mean(legendreRule(12), Math.exp), Math.sinh(1), 1e-15)
    assert.throws(() => legendreRule(0), /0 nodes/u)
  })
})

describe("the rule of Gauss and Laguerre", () => {
  it.each([1, 2, 5, 30, 150])("has the factorials as moments with %i nodes", (n) => {
    const rule = laguerreRule(n)
    let moment = 1
    for (let order = 0; order < Math.min(2 * n, 20); order++) {
      assert.closeTo(mean(rule, (x) => x ** order) / moment, 1, 1e-11)
      moment *= order + 1
    }
    assert.throws(() => laguerreRule(151), /151 nodes/u)
  })
})

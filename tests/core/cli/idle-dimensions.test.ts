import { assert, describe, it } from "vitest"
import { idleDimensions } from "../../../core/cli/idle-dimensions.ts"

const tasks = (keyOf: (x: number, y: number) => string | undefined, xs = [1, 2], ys = [1, 2]) =>
  xs.flatMap((x) => ys.map((y) => ({ matrix: { x, y }, key: keyOf(x, y) })))

describe("idleDimensions", () => {
  it("are those that no key depends on", () => {
    assert.deepStrictEqual(idleDimensions(tasks((x, y) => `${x} ${y}`)), [])
    assert.deepStrictEqual(idleDimensions(tasks((x) => `${x}`)), ["y"])
    assert.deepStrictEqual(idleDimensions(tasks(() => "key")), ["x", "y"])
    assert.deepStrictEqual(idleDimensions(tasks((x, y) => `${x * y}`)), [])
    assert.deepStrictEqual(idleDimensions([]), [])
  })

  it("are none where there is only one value, or where keys are not known yet", () => {
    assert.deepStrictEqual(idleDimensions(tasks(() => "key", [1], [1, 2])), ["y"])
    assert.deepStrictEqual(idleDimensions(tasks((x) => (x === 1 ? "key" : undefined))), [])
  })
})

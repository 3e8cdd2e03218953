import { assert, describe, it } from "vitest"
import { Workspace } from "../../../../stages/math/linear/Workspace.ts"

const counted = (rows: number, columns: number) => {
  const matrix = new Workspace("f64").matrix(rows, columns)
  matrix.set(Float64Array.from({ length: rows * columns }, (_, at) => at))
  return matrix
}

describe("Matrix.block", () => {
  it("shares its elements with the matrix that it is cut from", () => {
    const whole = counted(3, 4)
    const block = whole.block(1, 1, 2, 2)
    assert.deepStrictEqual([...block.toFloat64()], [5, 6, 9, 10])
    block.fill(0)
    block.row(1)[0] = 7
    assert.deepStrictEqual([...whole.data], [0, 1, 2, 3, 4, 0, 0, 7, 8, 7, 0, 11])
    whole.block(0, 0, 2, 2).set(Float64Array.of(-1, -2, -3, -4))
    assert.deepStrictEqual([...whole.row(1)], [-3, -4, 0, 7])
  })

  it("may be cut again, and may be empty at the edge", () => {
    const whole = counted(3, 4)
    assert.deepStrictEqual([...whole.block(1, 1, 2, 3).block(1, 1, 1, 2).data], [10, 11])
    assert.deepStrictEqual([...whole.block(3, 4, 0, 0).data], [])
    assert.deepStrictEqual([...whole.block(0, 4, 3, 0).toFloat64()], [])
  })

  it("has its elements as one array when there are no gaps, and says so otherwise", () => {
    const whole = counted(3, 4)
    assert.deepStrictEqual([...whole.block(1, 0, 2, 4).data], [4, 5, 6, 7, 8, 9, 10, 11])
    assert.deepStrictEqual([...whole.block(1, 1, 1, 2).data], [5, 6])
    assert.throws(() => whole.block(0, 1, 2, 2).data, /rows of 2 elements, 4 apart/u)
  })

  it.each([
    [-1, 0, 1, 1],
    [0, 0, 4, 1],
    [2, 3, 1, 2],
    [0, 0, -1, 1]
  ])("refuses one from (%i, %i) of %i × %i in 3 × 4", (...place) => {
    assert.throws(() => counted(3, 4).block(...place), /reaches outside of 3×4/u)
  })

  it("refuses elements that are too few or too many", () => {
    assert.throws(() => counted(2, 2).set(new Float64Array(3)), /3 elements do not fill 2×2/u)
  })
})

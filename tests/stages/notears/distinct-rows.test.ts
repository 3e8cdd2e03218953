import { assert, describe, it } from "@effect/vitest"
import { distinctRows, ones } from "../../../stages/notears/distinct-rows.ts"

const COLUMNS = [Uint8Array.of(0, 1, 0, 1, 0), Uint8Array.of(1, 1, 1, 0, 1), Uint8Array.of(0, 0, 1, 0, 0)]

describe("distinctRows", () => {
  it("has each row where it comes first, and how often it comes", () => {
    const { counts, rows } = distinctRows(COLUMNS, ones(5))
    assert.deepStrictEqual([...rows], [0, 1, 2, 3])
    assert.deepStrictEqual([...counts], [2, 1, 1, 1])
  })

  it("takes rows that come several times already", () => {
    const { counts, rows } = distinctRows(COLUMNS.slice(0, 2), Float64Array.of(3, 1, 4, 1, 5))
    assert.deepStrictEqual([...rows], [0, 1, 3])
    assert.deepStrictEqual([...counts], [12, 1, 1])
  })

  it("has one row without columns, and none without rows", () => {
    assert.deepStrictEqual([...distinctRows([], ones(5)).counts], [5])
    assert.deepStrictEqual([...distinctRows(COLUMNS, ones(0)).rows], [])
  })
})

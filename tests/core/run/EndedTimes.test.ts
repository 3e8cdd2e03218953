import { assert, describe, it } from "vitest"
import { EndedTimes } from "../../../core/run/EndedTimes.ts"

/** What each is told, when the sum rises and the turn ends as the test says. */
const timed = (sums: ReadonlyArray<number | undefined>) => {
  const left = [...sums]
  let endTurn = (): void => {}
  const times = new EndedTimes(
    () => left.shift(),
    (run) => {
      endTurn = run
    }
  )
  const turn = (...walls: ReadonlyArray<number>): ReadonlyArray<number> => {
    const given: Array<number> = []
    for (const wall of walls) times.add(wall, (cpuMillis) => given.push(cpuMillis))
    endTurn()
    return given
  }
  return turn
}

describe("EndedTimes", () => {
  it("gives a process what the sum has grown by since the one before", () => {
    const turn = timed([100, 130, 130, 190])
    assert.deepStrictEqual([turn(50), turn(5), turn(70)], [[30], [0], [60]])
  })

  it("shares among those that end together, so that nothing is counted twice", () => {
    const turn = timed([0, 120, 130])
    assert.deepStrictEqual([turn(100, 300), turn(10)], [[30, 90], [10]])
  })

  it("gives 0 where nobody counts", () => {
    const turn = timed([undefined, undefined])
    assert.deepStrictEqual(turn(100), [0])
  })
})

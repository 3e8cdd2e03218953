import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { makeReadyQueue } from "../../../core/run/ready-queue.ts"

const any = () => true

/** Everything that fits, in the order in which it is taken. */
const drain = (queue: ReturnType<typeof makeReadyQueue>, fits: (task: number) => boolean = any): Array<number> => {
  const taken: Array<number> = []
  for (let task = queue.take(fits); task !== undefined; task = queue.take(fits)) taken.push(task)
  return taken
}

/** Tasks whose need is their number modulo `needs`. */
const emptyQueue = (urgencies: ReadonlyArray<number>, needs: number) =>
  makeReadyQueue({ urgency: (task) => urgencies[task] ?? 0, need: (task) => String(task % needs) })

const filled = (urgencies: ReadonlyArray<number>, order = urgencies.map((_, task) => task)) => {
  const queue = emptyQueue(urgencies, urgencies.length)
  for (const task of order) queue.push(task)
  return queue
}

describe("makeReadyQueue", () => {
  it("gives the most urgent task first, and of equally urgent ones the one with the smaller number", () => {
    assert.deepStrictEqual(drain(filled([2, 9, 2, 9, 5], [4, 3, 2, 1, 0])), [1, 3, 4, 0, 2])
  })

  it("has nothing to give when it is empty, and takes tasks again afterwards", () => {
    const queue = filled([1, 2])
    assert.deepStrictEqual(drain(queue), [1, 0])
    assert.strictEqual(queue.take(any), undefined)
    queue.push(0)
    assert.strictEqual(queue.size, 1)
    assert.strictEqual(queue.take(any), 0)
    assert.strictEqual(queue.size, 0)
  })

  it("gives the most urgent that fits, and the others keep their places", () => {
    const queue = filled([5, 4, 3, 2, 1])
    assert.strictEqual(
      queue.take((task) => task >= 3),
      3
    )
    assert.strictEqual(queue.size, 4)
    assert.strictEqual(
      queue.take((task) => task > 9),
      undefined
    )
    assert.deepStrictEqual(drain(queue), [0, 1, 2, 4])
  })

  it("asks in order of urgency", () => {
    const asked: Array<number> = []
    const queue = filled([3, 9, 1, 7])
    queue.take((task) => asked.push(task) > 9)
    assert.deepStrictEqual(asked, [1, 3, 0, 2])
  })

  it("asks once for all tasks that need the same", () => {
    const asked: Array<number> = []
    const queue = emptyQueue([1, 3, 2, 4], 2)
    for (const task of [0, 1, 2, 3]) queue.push(task)
    queue.take((task) => asked.push(task) === 0)
    assert.deepStrictEqual(asked.toSorted(), [2, 3])
  })

  const Urgencies = Schema.Array(Schema.Literals([0, 1, 2, 3, 4, 5, 6, 7]))

  it.prop(
    "gives what a sorted list would, whatever was pushed in between",
    { urgencies: Urgencies, takes: Schema.Array(Schema.Literals([0, 1, 2])) },
    ({ urgencies, takes }) => {
      const queue = emptyQueue(urgencies, 2)
      let list: Array<number> = []
      for (const [task] of urgencies.entries()) {
        queue.push(task)
        list = [...list, task].sort((a, b) => urgencies[b]! - urgencies[a]! || a - b)
        for (let take = 0; take < (takes[task] ?? 0); take++) {
          // Every second task does not fit today.
          const expected = list.find((each) => each % 2 === 0)
          if (queue.take((each) => each % 2 === 0) !== expected) return false
          list = list.filter((each) => each !== expected)
        }
        if (queue.size !== list.length) return false
      }
      return JSON.stringify(drain(queue)) === JSON.stringify(list)
    }
  )
})

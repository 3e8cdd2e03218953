import { assert, describe, it } from "vitest"
import { upstreamFirst } from "../../../core/maintain/upstream-first.ts"
import type { ActionRecord } from "../../../core/store/ActionRecord.ts"
import { digest, record } from "../store/sample-store.ts"

/** A record of a task that reads the outputs of others. */
const reading = (task: string, ...inputs: ReadonlyArray<string>): ActionRecord => {
  const plain = record(task, task)
  const ports = inputs.map((input) => [input, { _tag: "One", digest: digest(input) }] as const)
  return {
    ...plain,
    parts: { ...plain.parts, inputs: Object.fromEntries(ports) as ActionRecord["parts"]["inputs"] },
    outputs: { out: { kind: "Json", digest: digest(task), files: [] } }
  }
}

const ordered = (...records: ReadonlyArray<ActionRecord>): ReadonlyArray<string> =>
  upstreamFirst(records).map(({ task }) => task)

describe("upstreamFirst", () => {
  it("puts each record behind those that made its inputs, and otherwise leaves the order as it is", () => {
    assert.deepStrictEqual(ordered(reading("c", "b"), reading("x"), reading("b", "a"), reading("a")), [
      "a",
      "b",
      "c",
      "x"
    ])
    assert.deepStrictEqual(ordered(reading("x", "elsewhere"), reading("a")), ["x", "a"])
  })

  it("gives every record once, also where many read one, and where contents go round in a circle", () => {
    const many = [reading("d", "b", "c"), reading("b", "a"), reading("c", "a"), reading("a")]
    assert.deepStrictEqual(ordered(...many).toSorted(), ["a", "b", "c", "d"])
    assert.deepStrictEqual(ordered(reading("a", "b"), reading("b", "a"), reading("s", "s")).toSorted(), ["a", "b", "s"])
  })

  it("puts all that made a content before who reads it, also one that reads the same itself", () => {
    const other = (task: string, ...inputs: ReadonlyArray<string>): ActionRecord => ({
      ...reading(task, ...inputs),
      outputs: { out: { kind: "Json", digest: digest("same"), files: [] } }
    })
    assert.deepStrictEqual(ordered(reading("z", "same"), other("m"), other("n", "b"), reading("b", "same")), [
      "m",
      "b",
      "n",
      "z"
    ])
  })

  it("takes as long for records with one content as for others", () => {
    const count = 30_000
    const same = digest("same")
    const makers = Array.from({ length: count }, (_, index) => ({
      ...reading(`m${index}`),
      outputs: { out: { kind: "Json" as const, digest: same, files: [] } }
    }))
    const readers = Array.from({ length: count }, (_, index) => reading(`r${index}`, "same"))
    const before = process.cpuUsage()
    assert.lengthOf(upstreamFirst([...readers, ...makers]), 2 * count)
    // 0.1 s; to copy lists that grow takes ten seconds and more.
    assert.isBelow(process.cpuUsage(before).user, 3_000_000)
  })

  it("takes a chain as long as a study", () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => reading(`${index}`, `${index + 1}`))
    assert.strictEqual(ordered(...chain)[0], "19999")
  })
})

import { assert, describe, it } from "vitest"
import { lackingInputs } from "../../../core/cli/lacking-inputs.ts"
import { planned } from "../plan/planned.ts"

const notes = async (stage: string): Promise<ReadonlyArray<string>> =>
  lackingInputs(
    await planned(`stages:
  one: { uses: make/tensor }
  off: { uses: make/tensor, when: false }
  grid: { uses: make/tensor, matrix: { m: [a, b], n: [1, 2], exclude: [{ m: b, n: 2 }] } }
  ${stage}
`)
  )

const reading = (reference: string, ms: string): string =>
  `read: { uses: take/one, matrix: { m: [${ms}], n: [1, 2] }, inputs: { in: one.out, maybe: "${reference}" } }`

describe("inputs that stay empty", () => {
  it("are told of with their tasks where a reference gives values that no task has", async () => {
    assert.deepStrictEqual(await notes(reading("grid@m=${{ matrix.m }}.side?", "a, b, c")), [
      "read: input maybe is empty in 3 of 6 tasks (read@m=b,n=2, read@m=c,n=1, read@m=c,n=2), for which grid has no task with these values"
    ])
    assert.deepStrictEqual(await notes(reading("grid@m=z.side?", "a")), [
      "read: input maybe is empty in all its tasks, for which grid has no task with these values"
    ])
  })

  it("are none where all are filled, or a condition or a list of references says what becomes of them", async () => {
    assert.deepStrictEqual(await notes(reading("grid@m=${{ matrix.m }}.side?", "a")), [])
    assert.deepStrictEqual(await notes(reading("off.side?", "a")), [])
    assert.deepStrictEqual(await notes("read: { uses: take/one, inputs: { in: one.out } }"), [])
  })
})

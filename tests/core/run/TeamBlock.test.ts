import { assert, describe, it } from "vitest"
import { TeamBlock } from "../../../core/run/TeamBlock.ts"

const HEAD = { code: 0, exported: 0, width: 1, scratch: undefined }

describe("TeamBlock", () => {
  it("gives a helper that was rung for earlier, and comes late, none of the calls that are open now", () => {
    const block = new TeamBlock()
    const done: Array<number | undefined> = []
    const target = () => (call?: number) => done.push(call)
    block.open(HEAD, [[1]])
    block.ring(1)
    const heard = block.awaitBell(1, 0)
    block.work(0, target)
    block.close()
    block.open(HEAD, [[2], [3]])
    block.work(1, target, heard)
    block.fail(1, heard)
    assert.deepStrictEqual(done, [1])
    assert.isFalse(block.hasFailed(1))
    block.work(0, target)
    assert.deepStrictEqual(done, [1, 2, 3])
  })

  it("leaves the calls of a round in which a helper has failed", () => {
    const block = new TeamBlock()
    const done: Array<number | undefined> = []
    block.open(HEAD, [[1], [2]])
    block.ring(1)
    block.fail(1, block.awaitBell(1, 0))
    block.work(0, () => (call) => done.push(call))
    assert.deepStrictEqual(done, [])
    assert.isTrue(block.hasFailed(1))
  })
})

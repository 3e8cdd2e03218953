import { Worker } from "node:worker_threads"
import { assert, describe, it } from "vitest"
import { collectGarbage } from "../../../core/run/collect-garbage.ts"

describe("collectGarbage", () => {
  it("frees what nothing holds any more", () => {
    const lost = new WeakRef(Array.from({ length: 1000 }, () => ({})))
    return new Promise<void>((resolve) => {
      // What a turn of the loop has looked at lives until its end.
      setImmediate(() => {
        collectGarbage()
        assert.isUndefined(lost.deref())
        resolve()
      })
    })
  })

  it("leaves nothing among the globals of this thread, or of those that follow", async () => {
    collectGarbage()
    assert.notProperty(globalThis, "gc")
    const worker = new Worker("require('node:worker_threads').parentPort.postMessage(typeof gc)", { eval: true })
    assert.strictEqual(await new Promise((resolve) => worker.once("message", resolve)), "undefined")
  })
})

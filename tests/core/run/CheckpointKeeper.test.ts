import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import { CheckpointKeeper } from "../../../core/run/CheckpointKeeper.ts"
import { readCheckpoint, writeCheckpoint } from "../../../core/run/checkpoint-file.ts"
import { digest } from "../store/sample-store.ts"

const setting = (key = digest("earlier")) => {
  const parent = mkdtempSync(join(tmpdir(), "athanor-checkpoint-"))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const folder = join(parent, "key")
  const said: Array<string> = []
  const onLog = ({ level, message }: { readonly level: string; readonly message: string }) =>
    void said.push(`${level}: ${message}`)
  const keeper = new CheckpointKeeper({
    keep: (content) => writeCheckpoint(folder, content),
    kinds: { sum: "Json", course: "Tensor" },
    key,
    onLog
  })
  return { folder, said, keeper }
}

const outputs = (sum: number) => ({ sum, course: { shape: [1], data: Float64Array.of(sum) } })

describe("CheckpointKeeper", () => {
  it("keeps every output in its stored form, with what the attempt went on from", () => {
    const { folder, said, keeper } = setting()
    keeper.save(7, outputs(0.5))
    const found = readCheckpoint(folder)
    assert.deepStrictEqual(
      [found?.at, found?.key, Object.keys(found?.outputs ?? {})],
      [7, digest("earlier"), ["sum", "course"]]
    )
    assert.strictEqual(
      Buffer.from(found?.outputs["sum"]?.[0]?.bytes ?? [])
        .toString()
        .trim(),
      "0.5"
    )
    assert.deepStrictEqual(said, [])
  })

  it("is due after half a second, and at most for a hundredth of the time", () => {
    vi.useFakeTimers({ toFake: ["performance"] })
    onTestFinished(() => void vi.useRealTimers())
    const { keeper } = setting()
    const isDueIn = (millis: number): boolean => {
      vi.advanceTimersByTime(millis)
      return keeper.isDue()
    }
    assert.deepStrictEqual([isDueIn(499), isDueIn(1)], [false, true])
    // An output that takes 100 ms to write.
    keeper.save(1, {
      get sum() {
        vi.advanceTimersByTime(100)
        return 1
      },
      course: outputs(1).course
    })
    assert.deepStrictEqual([isDueIn(9999), isDueIn(1)], [false, true])
  })

  it("is not due while the last one is on its way, and for four times as long", async () => {
    vi.useFakeTimers({ toFake: ["performance"] })
    onTestFinished(() => void vi.useRealTimers())
    const { promise, resolve } = Promise.withResolvers<void>()
    const keeper = new CheckpointKeeper({ keep: () => promise, kinds: {}, key: undefined, onLog: () => {} })
    keeper.save(1, {})
    vi.advanceTimersByTime(10_000)
    assert.isFalse(keeper.isDue())
    resolve()
    await promise
    vi.advanceTimersByTime(39_999)
    assert.isFalse(keeper.isDue())
    vi.advanceTimersByTime(1)
    assert.isTrue(keeper.isDue())
  })

  it("says once that nothing can be kept, and leaves the checkpoint that is there", () => {
    const { folder, said, keeper } = setting()
    keeper.save(7, outputs(0.5))
    keeper.save(8, { sum: 1 })
    keeper.save(9, { sum: 1 })
    assert.strictEqual(readCheckpoint(folder)?.at, 7)
    assert.lengthOf(said, 1)
    assert.match(said[0] ?? "", /^warning: no checkpoint was kept: output "course": /u)
    rmSync(folder, { recursive: true })
    writeFileSync(folder, "no folder")
    const full = new CheckpointKeeper({
      keep: (content) => writeCheckpoint(folder, content),
      kinds: {},
      key: undefined,
      onLog: ({ message }) => void said.push(message)
    })
    full.save(1, {})
    assert.lengthOf(said, 2)
    assert.isTrue(existsSync(folder))
  })
})

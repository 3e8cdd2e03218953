import { assert, describe, it } from "vitest"
import { DoomedFolders, type FreeSpace } from "../../../core/run/DoomedFolders.ts"

const GIB = 2 ** 30

/** Adds folders on a disk that tells `before` at first and then `after`; those that were removed before the end, and at it. */
const removedOf = (count: number, before: FreeSpace | undefined, after: FreeSpace | undefined) => {
  const removed: Array<ReadonlyArray<string>> = []
  let looks = 0
  const doomed = new DoomedFolders(
    (folders) => removed.push(folders),
    () => (looks++ === 0 ? before : after)
  )
  for (let index = 0; index < count; index++) doomed.add(`/work/${index}`)
  const early = removed.flat().length
  doomed.empty()
  doomed.empty()
  return { early, all: removed.flat() }
}

const roomy = { bytes: 100 * GIB, files: 1000 }

describe("DoomedFolders", () => {
  it("removes each folder once, at the end where the disk has room", () => {
    const { early, all } = removedOf(1000, roomy, { bytes: 99.5 * GIB, files: 600 })
    assert.strictEqual(early, 0)
    assert.deepStrictEqual(
      all,
      Array.from({ length: 1000 }, (_, index) => `/work/${index}`)
    )
  })

  it("removes them early where the disk fills, runs out of files, or does not tell", () => {
    const filling = [
      removedOf(100, roomy, { bytes: 98 * GIB, files: 1000 }),
      removedOf(100, { bytes: GIB, files: 1000 }, { bytes: 0.8 * GIB, files: 1000 }),
      removedOf(100, roomy, { bytes: 100 * GIB, files: 400 }),
      removedOf(100, undefined, undefined)
    ]
    for (const { early, all } of filling) {
      assert.isAtLeast(early, 32)
      assert.strictEqual(new Set(all).size, 100)
      assert.lengthOf(all, 100)
    }
  })
})

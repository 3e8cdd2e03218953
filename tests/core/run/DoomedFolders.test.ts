import { assert, describe, it } from "vitest"
import { DoomedFolders } from "../../../core/run/DoomedFolders.ts"

const GIB = 2 ** 30

/** A disk with room, on which folders of one size appear and are removed. */
class Disk {
  free: { readonly bytes: number; readonly files: number }
  readonly removed: Array<string> = []
  readonly doomed: DoomedFolders
  private readonly each: { readonly bytes: number; readonly files: number }
  private finish = (): void => {}
  private made = 0

  constructor(free: Disk["free"], each: Disk["free"]) {
    this.free = free
    this.each = each
    this.doomed = new DoomedFolders(
      (folders) =>
        new Promise((resolve) => {
          const before = this.finish
          this.finish = () => {
            before()
            this.grow(folders.length)
            this.removed.push(...folders)
            this.finish = () => {}
            resolve()
          }
        }),
      () => this.free
    )
  }

  /** A command runs, fills its folder, and is over. */
  run(count: number): void {
    for (let index = 0; index < count; index++) {
      const folder = `/disk/${this.made++}`
      this.doomed.expect(folder)
      this.grow(-1)
      this.doomed.add(folder)
    }
  }

  /** The removals that have begun come to their end. */
  async settle(): Promise<void> {
    this.finish()
    await new Promise((resolve) => setImmediate(resolve))
  }

  private grow(count: number): void {
    const { bytes, files } = this.free
    this.free = { bytes: bytes + count * this.each.bytes, files: files + count * this.each.files }
  }
}

const small = { bytes: 2 ** 19, files: 10 }

const roomy = { bytes: 100 * GIB, files: 100_000 }

const names = (count: number): ReadonlyArray<string> => Array.from({ length: count }, (_, index) => `/disk/${index}`)

describe("DoomedFolders", () => {
  it("removes each folder once, at the end where the disk has room", async () => {
    const disk = new Disk(roomy, small)
    disk.run(1000)
    await disk.settle()
    assert.deepStrictEqual(disk.removed, [])
    void disk.doomed.empty()
    void disk.doomed.empty()
    await disk.settle()
    assert.deepStrictEqual(disk.removed, names(1000))
  })

  it.each([
    ["by a gibibyte", roomy, { bytes: 0.1 * GIB, files: 1 }, 11],
    ["by one folder", roomy, { bytes: 2 * GIB, files: 1 }, 1],
    ["by a tenth of a small disk", { bytes: 60e6, files: 1e6 }, { bytes: 5e6, files: 1 }, 2],
    ["by half its files", { bytes: 100 * GIB, files: 1000 }, { bytes: 1, files: 100 }, 6]
  ])("removes them as soon as the disk has filled %s", async (_, free, each, count) => {
    const disk = new Disk(free, each)
    disk.run(count - 1)
    await disk.settle()
    assert.deepStrictEqual(disk.removed, [])
    disk.run(1)
    await disk.settle()
    assert.deepStrictEqual(disk.removed, names(count))
    disk.run(count)
    await disk.settle()
    assert.deepStrictEqual(disk.removed, names(2 * count))
  })

  it("lets them wait again where the disk was filled by others", async () => {
    const disk = new Disk(roomy, small)
    disk.run(1)
    disk.free = { bytes: 50 * GIB, files: 100_000 }
    disk.run(1)
    await disk.settle()
    assert.lengthOf(disk.removed, 2)
    disk.run(1000)
    await disk.settle()
    assert.lengthOf(disk.removed, 2)
  })

  it("removes each at once where the disk does not tell", () => {
    const removed: Array<string> = []
    const doomed = new DoomedFolders(
      async (folders) => void removed.push(...folders),
      () => undefined
    )
    for (const folder of names(3)) doomed.add(folder)
    assert.deepStrictEqual(removed, names(3))
  })

  it("is empty only when what was being removed is gone too", async () => {
    const disk = new Disk(roomy, { bytes: 2 * GIB, files: 1 })
    disk.run(1)
    let isEmpty = false
    void disk.doomed.empty().then(() => {
      isEmpty = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    assert.isFalse(isEmpty)
    await disk.settle()
    assert.isTrue(isEmpty)
  })
})

import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { freeSpace, freeText } from "../../../core/store/free-space.ts"

describe("freeSpace", () => {
  it("is that of the nearest folder that is there", () => {
    const here = freeSpace(tmpdir())
    assert(here !== undefined && here.bytes <= here.of)
    assert.strictEqual(freeSpace(join(tmpdir(), "no", "such", "folder"))?.of, here.of)
  })
})

describe("freeText", () => {
  const disk = { bytes: 12_300, of: 73.2e9, files: 5, ofFiles: 100 }

  it("says how much is left of how much, as doctor and collections say it", () => {
    assert.strictEqual(freeText(disk), "12.3 kB free of 73.2 GB")
    assert.strictEqual(freeText({ ...disk, bytes: 0, of: 1.5e12 }), "0 B free of 1.50 TB")
  })

  it("says so where files have run out, not room", () => {
    assert.strictEqual(freeText({ ...disk, files: 0 }), "no file free of 100")
  })
})

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { sizeBelow } from "../../../core/maintain/file-size.ts"

describe("sizeBelow", () => {
  it("counts files at every depth, and nothing to which a link leads", () => {
    const folder = mkdtempSync(join(tmpdir(), "athanor-size-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    mkdirSync(join(folder, "a/b"), { recursive: true })
    writeFileSync(join(folder, "one"), "12345")
    writeFileSync(join(folder, "a/b/two"), "123")
    symlinkSync("..", join(folder, "a/round"))
    assert.deepStrictEqual(sizeBelow(folder), { files: 2, bytes: 8 })
    assert.deepStrictEqual(sizeBelow(join(folder, "one")), { files: 1, bytes: 5 })
    assert.deepStrictEqual(sizeBelow(join(folder, "none")), { files: 0, bytes: 0 })
  })
})

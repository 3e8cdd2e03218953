import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { sizeBelow } from "../../../core/maintain/file-size.ts"

/** Two folders of one file of 100 bytes each, and of one of 1000 bytes that they share. */
const sharing = (): { readonly one: string; readonly other: string } => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [one, other] = [join(folder, "one"), join(folder, "other")]
  for (const each of [one, other]) {
    mkdirSync(join(each, "below"), { recursive: true })
    writeFileSync(join(each, "below", "own"), "x".repeat(100))
  }
  writeFileSync(join(one, "shared"), "x".repeat(1000))
  linkSync(join(one, "shared"), join(other, "shared"))
  symlinkSync(join(one, "shared"), join(other, "link"))
  return { one, other }
}

describe("the size of files", () => {
  it("leaves out what has another name elsewhere: to remove it frees nothing", () => {
    const { one, other } = sharing()
    assert.deepStrictEqual(sizeBelow([one]), { files: 1, bytes: 100 })
    assert.deepStrictEqual(sizeBelow([other]), { files: 1, bytes: 100 })
  })

  it("counts once what has all of its names below", () => {
    const { one, other } = sharing()
    assert.deepStrictEqual(sizeBelow([one, other]), { files: 3, bytes: 1200 })
    rmSync(one, { recursive: true })
    assert.deepStrictEqual(sizeBelow([other]), { files: 2, bytes: 1100 })
  })

  it("is nothing where there is nothing", () => {
    assert.deepStrictEqual(sizeBelow([join(tmpdir(), "athanor-not-there")]), { files: 0, bytes: 0 })
  })
})

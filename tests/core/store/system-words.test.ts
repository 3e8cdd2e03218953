import { tmpdir } from "node:os"
import { assert, describe, it } from "vitest"
import { reasonOf } from "../../../core/store/system-words.ts"

const refused = (more: object): Error => Object.assign(new Error("the system's own words"), more)

describe("reasonOf", () => {
  it.each([
    [{ code: "EROFS" }, /^the file system is read-only$/u],
    [{ code: "EACCES" }, /^permission denied$/u],
    [{ code: "EFBIG" }, /^the file would be larger than this process may write \(ulimit -f\)$/u],
    [{ code: "ENOSPC" }, /^no space left on the device: .+ free of .+$/u],
    // SQLITE_FULL; two whose low byte is SQLITE_READONLY: SQLITE_READONLY_DIRECTORY and SQLITE_READONLY_DBMOVED.
    [{ code: "ERR_SQLITE_ERROR", errcode: 13 }, /^no space left on the device: .+ free of .+$/u],
    [{ code: "ERR_SQLITE_ERROR", errcode: 1544 }, /^the file system is read-only$/u],
    [{ code: "ERR_SQLITE_ERROR", errcode: 1032 }, /^a file in it was moved or removed/u]
  ])("puts %o into words", (more, words) => {
    assert.match(reasonOf(refused(more), tmpdir()), words)
  })

  it("leaves what it does not know as it is, and what could be something else", () => {
    assert.strictEqual(reasonOf(refused({ code: "EIO" }), tmpdir()), "the system's own words")
    assert.strictEqual(reasonOf(refused({ code: "ENOENT" }), tmpdir()), "the system's own words")
    assert.strictEqual(reasonOf("thrown by somebody", tmpdir()), "thrown by somebody")
  })
})

import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { checkDisk, fileSystemLine } from "../../../core/maintain/check-disk.ts"

describe("checkDisk", () => {
  it("finds nothing wrong with a local folder, and leaves nothing in it", () => {
    const folder = mkdtempSync(join(tmpdir(), "athanor-disk-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const lines = checkDisk(folder)
    assert.deepStrictEqual(
      lines.filter(({ health }) => health === "problem"),
      []
    )
    const facts = new Map(lines.map(({ name, fact }) => [name, fact]))
    assert.strictEqual(facts.get("locks"), "held against another process")
    assert.match(facts.get("renames") ?? "", /^replace files, synced in /u)
    assert.match(facts.get("room") ?? "", / free/u)
    assert.isEmpty(readdirSync(folder))
  })
})

describe("fileSystemLine", () => {
  it("warns of file systems that other machines may share, and says where the index can lie", () => {
    for (const type of ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "virtiofs"]) {
      const { health, fact, advice } = fileSystemLine(type)
      assert.strictEqual(health, "warning", type)
      assert.include(fact, type)
      assert.include(advice ?? "", "PIPELINE_INDEX")
    }
    assert.strictEqual(fileSystemLine("tmpfs").health, "warning")
    for (const type of ["ext4", "xfs", "btrfs", "overlay", "fuseblk", undefined]) {
      assert.strictEqual(fileSystemLine(type).health, "good", type)
    }
  })
})

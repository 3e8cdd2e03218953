import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { assert, describe, it, onTestFinished } from "vitest"
import { checkDisk, fileSystemLine } from "../../../core/maintain/check-disk.ts"
import { canProtect, whileReadOnly } from "../store/read-only.ts"

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

  it.skipIf(!canProtect)("says of a folder that cannot be written why, and what helps", async () => {
    const folder = mkdtempSync(join(tmpdir(), "athanor-disk-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const found = await Effect.runPromise(
      whileReadOnly(
        folder,
        Effect.sync(() => checkDisk(folder))
      )
    )
    const { fact, advice } = found.find(({ name }) => name === "writable") ?? {}
    // Rights do not bind a superuser: there it is the file system that takes nothing.
    const [reason, help] =
      process.getuid?.() === 0
        ? ["the file system is read-only", "mount it so that it can be written"]
        : ["permission denied", "give this user the right to write there"]
    assert.strictEqual(fact, `${folder} cannot be written: ${reason}`)
    assert.strictEqual(advice, `${help}, or name another store in PIPELINE_CACHE`)
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

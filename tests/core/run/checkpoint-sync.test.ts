import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import { readCheckpoint, writeCheckpoint } from "../../../core/run/checkpoint-file.ts"

const disk = vi.hoisted(() => ({ syncs: 0 }))

vi.mock("node:fs", async (load) => {
  const fs = await load<typeof import("node:fs")>()
  const fsyncSync = (descriptor: number): void => {
    disk.syncs++
    fs.fsyncSync(descriptor)
  }
  return { ...fs, fsyncSync }
})

describe("a checkpoint", () => {
  it("waits for the disk, unless nobody does", () => {
    const folder = mkdtempSync(join(tmpdir(), "athanor-checkpoint-"))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    writeCheckpoint(folder, { at: 1, outputs: {} })
    assert.strictEqual(disk.syncs, 1)
    writeCheckpoint(folder, { at: 2, outputs: {} }, false)
    assert.strictEqual(disk.syncs, 1)
    assert.strictEqual(readCheckpoint(folder)?.at, 2)
  })
})

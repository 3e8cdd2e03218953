import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, beforeEach, describe, it, onTestFinished, vi } from "vitest"
import type { Step } from "../../../core/fault/hooks.ts"
import { openCatalogue } from "../../../core/record/catalogue-file.ts"

/** Calls to the disk and steps, in their order; a write fails at `failAt`. */
const seen = vi.hoisted(() => ({ calls: [] as string[], failAt: "" }))

vi.mock("../../../core/fault/hooks.ts", () => ({
  isGuarded: () => true,
  reach: (step: Step) => {
    seen.calls.push(step)
    if (step === seen.failAt) throw new Error(`made to fail at ${step}`)
  }
}))

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>()
  return {
    ...fs,
    fsyncSync: (descriptor: number) => {
      seen.calls.push(fs.fstatSync(descriptor).isDirectory() ? "sync of the folder" : "sync of the file")
      fs.fsyncSync(descriptor)
    },
    renameSync: (from: string, to: string) => {
      seen.calls.push("rename")
      fs.renameSync(from, to)
    }
  }
})

beforeEach(() => {
  seen.calls.length = 0
  seen.failAt = ""
})

/** Writes a catalogue with one pin; where its file lies. */
const withPin = async () => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-catalogue-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, "catalogue.json")
  const db = await openCatalogue(file)
  db.data = { ...db.data, pins: { paper: "a run" } }
  await db.write()
  return { db, file, folder }
}

const pinsIn = (file: string): unknown => JSON.parse(readFileSync(file, "utf8")).pins

describe("the catalogue on the disk", () => {
  it("is synced before it gets its name, and its folder after", async () => {
    await withPin()
    assert.deepStrictEqual(seen.calls, [
      "file.written",
      "sync of the file",
      "file.synced",
      "rename",
      "file.placed",
      "sync of the folder",
      "catalogue.written"
    ])
  })

  it.each(["file.written", "file.synced"])("is as it was when writing it fails at %s", async (step) => {
    const { db, file, folder } = await withPin()
    seen.failAt = step
    db.data = { ...db.data, pins: {} }
    const failure = await db.write().then(
      () => undefined,
      (cause: unknown) => cause
    )
    assert.match(String(failure), /made to fail/u)
    assert.deepStrictEqual(pinsIn(file), { paper: "a run" })
    assert.deepStrictEqual(readdirSync(folder), ["catalogue.json"])
  })
})

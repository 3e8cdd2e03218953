import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { readCheckpoint, writeCheckpoint } from "../../../core/run/checkpoint-file.ts"
import { temporaryName } from "../../../core/store/temporary-name.ts"
import { digest } from "../store/sample-store.ts"

const folderOfTest = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-checkpoint-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, "key")
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text))

/** What was read, with plain bytes: a Buffer is as good. */
const read = (folder: string) => {
  const found = readCheckpoint(folder)
  return (
    found && {
      ...found,
      outputs: Object.fromEntries(
        Object.entries(found.outputs).map(([port, files]) => [
          port,
          files.map(({ path, bytes }) => ({ path, bytes: new Uint8Array(bytes) }))
        ])
      )
    }
  )
}

const CONTENT = {
  at: 12,
  key: digest("earlier"),
  outputs: {
    model: [{ path: "model.safetensors", bytes: bytes("weights\nand more") }],
    folder: [
      { path: "a/é.txt", bytes: bytes("a") },
      { path: "empty", bytes: bytes("") }
    ]
  }
}

describe("a checkpoint", () => {
  it("comes back file by file, each in memory of its own", () => {
    const folder = folderOfTest()
    writeCheckpoint(folder, CONTENT)
    const sizes = Object.values(readCheckpoint(folder)?.outputs ?? {}).flatMap((files) =>
      files.map(({ bytes }) => bytes.buffer.byteLength)
    )
    assert.deepStrictEqual(sizes, [16, 1, 0])
  })

  it("comes back as it was written, and is replaced by the next", () => {
    const folder = folderOfTest()
    assert.isUndefined(readCheckpoint(folder))
    writeCheckpoint(folder, CONTENT)
    assert.deepStrictEqual(read(folder), CONTENT)
    const { key: _, ...next } = { ...CONTENT, at: 13 }
    writeCheckpoint(folder, next)
    assert.deepStrictEqual(read(folder), next)
    assert.lengthOf(readdirSync(folder), 1)
  })

  it("that lacks bytes, or has others, is as good as absent", () => {
    const folder = folderOfTest()
    writeCheckpoint(folder, CONTENT)
    const [name = ""] = readdirSync(folder)
    const file = join(folder, name)
    const whole = readFileSync(file)
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole)
      truncateSync(file, length)
      assert.isUndefined(readCheckpoint(folder), `${length} bytes`)
    }
    for (let at = 0; at < whole.length; at++) {
      const other = Buffer.from(whole)
      other[at]! ^= 1
      writeFileSync(file, other)
      // Two marks between checksum and content say nothing: whatever they are, the content is that which was written.
      if (at === 16 || at === 17) assert.deepStrictEqual(read(folder), CONTENT)
      else assert.isUndefined(readCheckpoint(folder), `byte ${at}`)
    }
    writeFileSync(file, whole)
    assert.deepStrictEqual(read(folder), CONTENT)
  })

  it("that was being written when its writer died does not hide the one before", () => {
    const folder = folderOfTest()
    writeCheckpoint(folder, CONTENT)
    writeFileSync(temporaryName(join(folder, "checkpoint")), "half")
    assert.deepStrictEqual(read(folder), CONTENT)
  })

  it("leaves nothing behind when it cannot be put in place", () => {
    const folder = folderOfTest()
    mkdirSync(join(folder, "checkpoint"), { recursive: true })
    assert.throws(() => writeCheckpoint(folder, CONTENT))
    assert.deepStrictEqual(readdirSync(folder), ["checkpoint"])
  })
})

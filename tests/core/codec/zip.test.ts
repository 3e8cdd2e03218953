import { assert, describe, it } from "@effect/vitest"
import { readZip } from "../../../core/codec/zip.ts"
import { damaged, reasonOf, successOf } from "./results.ts"
import { zipOf } from "./zip-archive.ts"

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

const FILES = { "a.txt": bytes("abc".repeat(100)), "é/b": bytes("b"), empty: bytes("") }

const read = (archive: Uint8Array): { readonly [name: string]: Uint8Array } =>
  Object.fromEntries([...successOf(readZip(archive))].map(([name, content]) => [name, new Uint8Array(content)]))

describe("readZip", () => {
  it("reads stored and deflated files", () => {
    assert.deepStrictEqual(read(zipOf(FILES)), FILES)
    assert.deepStrictEqual(read(zipOf(FILES, { isDeflated: true })), FILES)
  })

  it("reads an archive with a comment, and one whose local headers have extra fields", () => {
    assert.deepStrictEqual(read(zipOf(FILES, { comment: "made by hand" })), FILES)
    assert.deepStrictEqual(read(zipOf(FILES, { extra: 20 })), FILES)
  })

  it("reads an archive that lies within a larger buffer, and one without files", () => {
    const archive = zipOf(FILES)
    const larger = new Uint8Array(archive.length + 3)
    larger.set(archive, 3)
    assert.deepStrictEqual(read(larger.subarray(3)), FILES)
    assert.deepStrictEqual(read(zipOf({})), {})
  })

  it("refuses what is no archive, and a method that it does not know", () => {
    assert.match(reasonOf(readZip(bytes("no archive, but long enough to hold one"))), /^zip: .*directory at its end/u)
    assert.match(reasonOf(readZip(new Uint8Array(0))), /^zip: /u)
    const archive = zipOf({ a: bytes("abc") })
    // The method in the directory: 46 bytes and the name before the end record of 22.
    archive[archive.length - 22 - 47 + 10] = 14
    assert.match(reasonOf(readZip(archive)), /"a" is compressed by .*method 14/u)
  })

  it("never throws on bytes that were cut off or changed", () => {
    for (const archive of [zipOf(FILES), zipOf(FILES, { isDeflated: true })]) {
      for (const wrong of damaged(archive)) readZip(wrong)
    }
  })
})

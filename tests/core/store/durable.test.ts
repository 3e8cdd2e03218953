import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { placeFile, writeDurably } from "../../../core/store/durable.ts"
import { temporaryFolder } from "./sample-store.ts"

describe("writeDurably", () => {
  it.live("writes text and bytes, makes the folders above, and leaves nothing else", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* writeDurably(join(folder, "a", "b", "text"), "é\n")
      yield* writeDurably(join(folder, "a", "b", "bytes"), Uint8Array.of(0, 255))
      assert.deepStrictEqual([...readFileSync(join(folder, "a", "b", "text"))], [0xc3, 0xa9, 0x0a])
      assert.deepStrictEqual([...readFileSync(join(folder, "a", "b", "bytes"))], [0, 255])
      assert.deepStrictEqual(readdirSync(join(folder, "a", "b")), ["bytes", "text"])
    })
  )

  it.live("replaces what was there", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "a"), "a longer text that was there before")
      yield* writeDurably(join(folder, "a"), "new")
      assert.strictEqual(readFileSync(join(folder, "a"), "utf8"), "new")
      assert.deepStrictEqual(readdirSync(folder), ["a"])
    })
  )

  it.live("leaves one whole file when many write it at once", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const texts = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(10_000))
      yield* Effect.forEach(texts, (text) => writeDurably(join(folder, "a"), text), { concurrency: "unbounded" })
      assert.include(texts, readFileSync(join(folder, "a"), "utf8"))
      assert.deepStrictEqual(readdirSync(folder), ["a"])
    })
  )

  it.live("leaves no temporary file when the file cannot be put in place, and says what failed", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      mkdirSync(join(folder, "taken", "inner"), { recursive: true })
      const error = yield* Effect.flip(writeDurably(join(folder, "taken"), "text"))
      assert.deepInclude(error, { _tag: "StoreUnavailable", operation: "write", path: join(folder, "taken") })
      assert(error.message.startsWith(`cannot write ${join(folder, "taken")}: `))
      assert.deepStrictEqual(readdirSync(folder), ["taken"])
      assert.deepStrictEqual(readdirSync(join(folder, "taken")), ["inner"])
    })
  )

  it.live("leaves no temporary file when the content cannot be written, nor touches what was there", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "a"), "older")
      // What fails here stands for a full disk: the temporary file exists when the write throws.
      yield* Effect.flip(writeDurably(join(folder, "a"), Symbol("no content") as never))
      assert.deepStrictEqual(readdirSync(folder), ["a"])
      assert.strictEqual(readFileSync(join(folder, "a"), "utf8"), "older")
    })
  )

  it.live("fails where a file stands in the way of a folder", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "file"), "")
      const error = yield* Effect.flip(writeDurably(join(folder, "file", "a"), "text"))
      assert.strictEqual(error._tag, "StoreUnavailable")
      assert.deepStrictEqual(readdirSync(folder), ["file"])
    })
  )
})

describe("placeFile", () => {
  it.live("gives the file the permissions that were asked for", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* Effect.promise(() => placeFile(join(folder, "a"), "text", 0o444))
      assert.strictEqual(statSync(join(folder, "a")).mode & 0o222, 0)
    })
  )

  it.live("writes a file whose name is as long as file systems allow", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const name = "n".repeat(255)
      yield* Effect.promise(() => placeFile(join(folder, name), "text"))
      assert.deepStrictEqual(readdirSync(folder), [name])
    })
  )
})

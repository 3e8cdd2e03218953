import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterEach, vi } from "vitest"
import { ObjectStore } from "../../../core/store/ObjectStore.ts"
import { filesBelow } from "../../files-below.ts"
import { digest, inStore, temporaryFolder } from "./sample-store.ts"

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

/** What another process does when an object has been found damaged and not yet moved away. */
const meanwhile = vi.hoisted(() => ({ act: () => {} }))
vi.mock("../../../core/fault/hooks.ts", async (load) => ({
  ...(await load<typeof import("../../../core/fault/hooks.ts")>()),
  reach: (step: string) => (step === "object.judged" ? meanwhile.act() : undefined)
}))
afterEach(() => {
  meanwhile.act = () => {}
})

/** Overwrites an object behind the store's back. */
const damage = (path: string, content: string): void => {
  chmodSync(path, 0o644)
  writeFileSync(path, content)
}

describe("ObjectStore", () => {
  it.live("gives back what was put, under the SHA-256 of the bytes", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const [stored, empty] = yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          const [first, second] = yield* objects.put([bytes("abc"), bytes("")])
          assert(first !== undefined && second !== undefined)
          assert.deepStrictEqual(new Uint8Array(yield* objects.read(first.digest)), bytes("abc"))
          assert.strictEqual((yield* objects.read(second.digest)).length, 0)
          assert(objects.isPresent(first))
          assert(!objects.isPresent({ ...first, bytes: 4 }))
          return [first, second]
        })
      )
      // FIPS 180-2, appendix B.1; the second is the well-known digest of nothing.
      assert.deepStrictEqual(stored, {
        digest: digest("abc"),
        bytes: 3
      })
      assert.strictEqual(stored?.digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
      assert.strictEqual(empty?.digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
      assert(existsSync(join(folder, "objects", "ba", stored?.digest.slice(2) ?? "")))
    })
  )

  it.live("keeps equal content once, also when it is put at the same instant, and leaves no other file", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          yield* objects.put([bytes("same"), bytes("same"), bytes("other")])
          yield* Effect.all([objects.put([bytes("same")]), objects.put([bytes("same")])], { concurrency: "unbounded" })
        })
      )
      assert.deepStrictEqual(
        filesBelow(join(folder, "objects"))
          .map((file) => basename(file))
          .sort(),
        [digest("same").slice(2), digest("other").slice(2)].sort()
      )
    })
  )

  it.live("does not write again what is there", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          yield* objects.put([bytes("same")])
          const before = statSync(objects.pathOf(digest("same"))).ino
          yield* objects.put([bytes("same")])
          assert.strictEqual(statSync(objects.pathOf(digest("same"))).ino, before)
        })
      )
    })
  )

  it.live("makes its files read-only", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          yield* objects.put([bytes("abc")])
          assert.strictEqual(statSync(objects.pathOf(digest("abc"))).mode & 0o222, 0)
        })
      )
    })
  )

  it.live("moves damaged content to the quarantine, reports it, and takes the right bytes anew", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          const [object] = yield* objects.put([bytes("abc")])
          assert(object !== undefined)
          damage(objects.pathOf(object.digest), "abd")
          const error = yield* Effect.flip(objects.read(object.digest))
          assert.deepInclude(error, { _tag: "ObjectDamaged", problem: "content", digest: object.digest })
          assert.strictEqual(error.message, "object ba7816bf8f01 is damaged (content)")
          assert(!objects.isPresent(object))
          const [kept = ""] = readdirSync(join(folder, "quarantine"))
          assert(kept.startsWith(object.digest))
          assert.strictEqual(readFileSync(join(folder, "quarantine", kept), "utf8"), "abd")
          yield* objects.put([bytes("abc")])
          assert.deepStrictEqual(new Uint8Array(yield* objects.read(object.digest)), bytes("abc"))
        })
      )
    })
  )

  it.live("writes anew what was cut short", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          const [object] = yield* objects.put([bytes("abc")])
          assert(object !== undefined)
          damage(objects.pathOf(object.digest), "a")
          assert(!objects.isPresent(object))
          yield* objects.put([bytes("abc")])
          assert.deepStrictEqual(new Uint8Array(yield* objects.read(object.digest)), bytes("abc"))
        })
      )
    })
  )

  it.live("reports what is missing", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          const [object] = yield* objects.put([bytes("abc")])
          assert(object !== undefined)
          rmSync(objects.pathOf(object.digest), { force: true })
          assert.deepInclude(yield* Effect.flip(objects.read(object.digest)), {
            _tag: "ObjectDamaged",
            problem: "missing"
          })
          assert(!objects.isPresent(object))
        })
      )
    })
  )

  it.live("takes a file as it is, whatever is done to it later", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(yield* temporaryFolder, "made")
      writeFileSync(file, "abc", { mode: 0o4755 })
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          const [object] = yield* objects.put([{ file }])
          assert.deepStrictEqual(object, { digest: digest("abc"), bytes: 3 })
          writeFileSync(file, "abd")
          assert.strictEqual(Buffer.from(yield* objects.read(digest("abc"))).toString(), "abc")
          assert.strictEqual(statSync(objects.pathOf(digest("abc"))).mode & 0o7777, 0o444)
          yield* objects.put([{ file }, bytes("abc")])
        })
      )
      assert.lengthOf(filesBelow(join(folder, "objects")), 2)
    })
  )

  it.live("has few files open at once, however many it is given", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const open = (): number => (existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0)
      const before = open()
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          const puts = Array.from({ length: 600 }, (_, index) => objects.put([bytes(`one ${index}`)]))
          let most = 0
          const watch = setInterval(() => {
            most = Math.max(most, open())
          }, 1)
          yield* Effect.all(puts, { concurrency: "unbounded", discard: true })
          clearInterval(watch)
          assert.isBelow(most - before, 200)
        })
      )
      assert.lengthOf(filesBelow(join(folder, "objects")), 600)
    })
  )

  it.live("moves what was cut short to the quarantine when the right bytes come", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          yield* objects.put([bytes("abc")])
          damage(objects.pathOf(digest("abc")), "a")
          yield* objects.put([bytes("abc")])
          yield* objects.verify(digest("abc"))
        })
      )
      assert.lengthOf(readdirSync(join(folder, "quarantine")), 1)
    })
  )

  it.live("moves nothing away that has been mended since it was looked at", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          yield* objects.put([bytes("abc")])
          const path = objects.pathOf(digest("abc"))
          meanwhile.act = () => {
            meanwhile.act = () => {}
            writeFileSync(`${path}.new`, "abc")
            renameSync(`${path}.new`, path)
          }
          damage(path, "abd")
          assert.strictEqual(Buffer.from(yield* objects.read(digest("abc"))).toString(), "abc")
        })
      )
      assert.isFalse(existsSync(join(folder, "quarantine")))
    })
  )

  it.live("takes for missing what another process has moved away before it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          yield* objects.put([bytes("abc")])
          const path = objects.pathOf(digest("abc"))
          meanwhile.act = () => rmSync(path)
          damage(path, "abd")
          assert.deepInclude(yield* Effect.flip(objects.verify(digest("abc"))), { problem: "missing" })
        })
      )
    })
  )

  it.live("makes its folders again that somebody has removed", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          yield* objects.put([bytes("abc")])
          rmSync(join(folder, "objects"), { recursive: true })
          yield* objects.put([bytes("abc")])
          yield* objects.verify(digest("abc"))
        })
      )
    })
  )

  it.live("verifies without giving the bytes", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const objects = yield* ObjectStore
          yield* objects.put([bytes("abc")])
          yield* objects.verify(digest("abc"))
          damage(objects.pathOf(digest("abc")), "abd")
          const { problem } = (yield* Effect.flip(objects.verify(digest("abc")))) as { readonly problem: string }
          assert.strictEqual(problem, "content")
          assert.lengthOf(readdirSync(join(folder, "quarantine")), 1)
        })
      )
    })
  )
})

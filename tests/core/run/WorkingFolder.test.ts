import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { AttemptInput, LocatedFile } from "../../../core/run/Executor.ts"
import { WorkingFolder } from "../../../core/run/WorkingFolder.ts"
import { ofBytes } from "../../../core/store/Digest.ts"
import { temporaryFolder } from "../store/sample-store.ts"

/** More than is copied by way of memory. */
const LARGE = Buffer.alloc(5 * 2 ** 20, 7)

const SMALL = Buffer.from("small")

/** An object in a folder, as a file of an input. */
const located = (folder: string, path: string, bytes: Buffer): LocatedFile => {
  const file = join(folder, `object-${bytes.byteLength}`)
  writeFileSync(file, bytes)
  return { path, digest: ofBytes(bytes), bytes: bytes.byteLength, content: { _tag: "File", file } }
}

const directory = (file: LocatedFile) => ({ _tag: "One", kind: "Directory", files: [file] }) as const

const made = Effect.gen(function* () {
  const parent = yield* temporaryFolder
  const folder = new WorkingFolder({ work: join(parent, "work"), lease: undefined }, "task", false)
  yield* folder.make()
  return { folder, parent }
})

describe("WorkingFolder", () => {
  it.effect.each<readonly [size: string, bytes: Buffer]>([
    ["small", SMALL],
    ["large", LARGE]
  ])("copies a %s file of an input", ([, bytes]) =>
    Effect.gen(function* () {
      const { folder, parent } = yield* made
      yield* folder.placeInput("data", directory(located(parent, "deep/file", bytes)))
      assert.isTrue(bytes.equals(readFileSync(join(folder.cwd, "inputs/data/deep/file"))))
    })
  )

  // The name is longer than file systems have them: the system refuses it as it refuses others on a full disk.
  const tooLong = "x".repeat(300)

  it.effect.each<readonly [size: string, bytes: Buffer, path: string]>([
    ["small", SMALL, tooLong],
    ["large", LARGE, tooLong],
    ["small", SMALL, `${tooLong}/file`],
    ["large", LARGE, `${tooLong}/file`]
  ])("says in the system's words why a %s file cannot be written, and blames no object", ([, bytes, path]) =>
    Effect.gen(function* () {
      const { folder, parent } = yield* made
      const failure = yield* Effect.flip(folder.placeInput("data", directory(located(parent, path, bytes))))
      assert.strictEqual(failure._tag, "FolderUnusable")
      assert.match(failure.message, /^ENAMETOOLONG: /u)
    })
  )

  it.effect("blames an object that is damaged, or gone", () =>
    Effect.gen(function* () {
      const { folder, parent } = yield* made
      const file = located(parent, "file", LARGE)
      writeFileSync(join(parent, `object-${LARGE.byteLength}`), Buffer.alloc(LARGE.byteLength))
      const gone = { ...file, content: { _tag: "File", file: join(parent, "nowhere") } } as const
      for (const one of [file, gone]) {
        const failure = yield* Effect.flip(folder.placeInput("data", directory(one)))
        assert.strictEqual(failure._tag, "InputUnreadable")
      }
    })
  )

  it.effect.each<readonly [what: string, input: AttemptInput]>([
    ["an input without files", { _tag: "One", kind: "Directory", files: [] }],
    ["the manifest of a fan-in", { _tag: "Many", kind: "Json", items: [] }]
  ])("fails with an error where %s cannot be laid out", ([, input]) =>
    Effect.gen(function* () {
      const { folder } = yield* made
      writeFileSync(join(folder.cwd, "inputs"), "no folder")
      const failure = yield* Effect.flip(folder.placeInput("data", input))
      assert.strictEqual(failure._tag, "FolderUnusable")
    })
  )

  it.effect("cannot be made where there is a file", () =>
    Effect.gen(function* () {
      const parent = yield* temporaryFolder
      writeFileSync(join(parent, "work"), "no folder")
      const folder = new WorkingFolder({ work: join(parent, "work"), lease: undefined }, "task", false)
      assert.match((yield* Effect.flip(folder.make())).message, /ENOTDIR/u)
      assert.isFalse(existsSync(folder.root))
    })
  )
})

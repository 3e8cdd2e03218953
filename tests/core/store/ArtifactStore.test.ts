import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { INLINE_LIMIT } from "../../../core/store/Artifact.ts"
import { ArtifactStore } from "../../../core/store/ArtifactStore.ts"
import * as Digest from "../../../core/store/Digest.ts"
import { ObjectStore } from "../../../core/store/ObjectStore.ts"
import { inStore, temporaryFolder } from "./sample-store.ts"

const SMALL = new Uint8Array(INLINE_LIMIT).fill(1)
const LARGE = new Uint8Array(INLINE_LIMIT + 1).fill(2)

const plain = (files: ReadonlyArray<{ readonly path: string; readonly bytes: Uint8Array }>) =>
  files.map(({ path, bytes }) => ({ path, bytes: new Uint8Array(bytes) }))

describe("ArtifactStore", () => {
  it.live("neither stores nor copies out what leads out of its artifact", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const { write, materialise } = yield* ArtifactStore
          const sound = yield* write("Directory", [{ path: "a", bytes: SMALL }])
          for (const path of ["../out", "a/../../out", "/out", "..\\out"]) {
            const stored = yield* Effect.flip(write("Directory", [{ path, bytes: SMALL }]))
            assert.strictEqual(stored.message, `cannot store ${path}: the path leads out of its artifact`)
            const forged = { ...sound, files: sound.files.map((file) => ({ ...file, path })) }
            const placed = yield* Effect.flip(materialise(forged, join(folder, "copies/it")))
            assert.strictEqual(placed.message, `cannot copy out ${path}: the path leads out of its artifact`)
          }
          assert.isFalse(existsSync(join(folder, "copies")))
        })
      )
    })
  )

  it.live("keeps a file of up to 4 KiB in the artifact itself, and a larger one as an object", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const artifacts = yield* ArtifactStore
          const files = [
            { path: "large", bytes: LARGE },
            { path: "small", bytes: SMALL }
          ]
          const artifact = yield* artifacts.write("Directory", files)
          assert.deepStrictEqual(artifact.files, [
            { path: "large", digest: Digest.ofBytes(LARGE), bytes: 4097 },
            { path: "small", digest: Digest.ofBytes(SMALL), bytes: 4096, inline: Buffer.from(SMALL).toString("base64") }
          ])
          assert.strictEqual(INLINE_LIMIT, 4096)
          const objects = yield* ObjectStore
          assert(existsSync(objects.pathOf(Digest.ofBytes(LARGE))))
          assert(!existsSync(objects.pathOf(Digest.ofBytes(SMALL))))
          assert.deepStrictEqual(plain(yield* artifacts.open(artifact)), files)
        })
      )
    })
  )

  it.live("names an artifact by kind, paths and contents, and not by the order of files or where they are kept", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const { write } = yield* ArtifactStore
          const [a, b] = [
            { path: "a", bytes: SMALL },
            { path: "b", bytes: LARGE }
          ] as const
          const { digest } = yield* write("Directory", [a, b])
          assert.strictEqual((yield* write("Directory", [b, a])).digest, digest)
          const others = [
            yield* write("Directory", [a]),
            yield* write("Directory", [a, { path: "c", bytes: LARGE }]),
            yield* write("Directory", [{ path: "a", bytes: LARGE }, b]),
            yield* write("Json", [a]),
            yield* write("Directory", [])
          ]
          assert.strictEqual(new Set([digest, ...others.map((other) => other.digest)]).size, 6)
        })
      )
    })
  )

  it.live("writes a part of a buffer as that part", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const artifacts = yield* ArtifactStore
          const part = Uint8Array.of(1, 2, 3, 4).subarray(1, 3)
          const artifact = yield* artifacts.write("Json", [{ path: "value.json", bytes: part }])
          const [file] = yield* artifacts.open(artifact)
          assert.deepStrictEqual([...(file?.bytes ?? [])], [2, 3])
        })
      )
    })
  )

  it.live("finds an artifact present until one of its objects is missing, cut short or replaced", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const artifacts = yield* ArtifactStore
          const { pathOf } = yield* ObjectStore
          const small = yield* artifacts.write("Json", [{ path: "value.json", bytes: SMALL }])
          const large = yield* artifacts.write("Json", [{ path: "value.json", bytes: LARGE }])
          const object = pathOf(Digest.ofBytes(LARGE))
          assert(artifacts.isPresent(small) && artifacts.isPresent(large))
          chmodSync(object, 0o644)
          writeFileSync(object, LARGE.subarray(1))
          assert(!artifacts.isPresent(large))
          rmSync(object)
          assert(!artifacts.isPresent(large))
          assert(artifacts.isPresent(small))
          assert.propertyVal(yield* Effect.flip(artifacts.open(large)), "_tag", "ObjectDamaged")
          yield* artifacts.write("Json", [{ path: "value.json", bytes: LARGE }])
          chmodSync(object, 0o644)
          writeFileSync(object, LARGE.slice().fill(3))
          assert.propertyVal(yield* Effect.flip(artifacts.open(large)), "problem", "content")
          assert(!artifacts.isPresent(large))
        })
      )
    })
  )

  it.live("copies a file out under any name, into folders that are made for it, and replaces an older one", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        join(folder, "store"),
        Effect.gen(function* () {
          const artifacts = yield* ArtifactStore
          const destination = join(folder, "out", "deep", "tensor.npy")
          for (const bytes of [SMALL, LARGE]) {
            const artifact = yield* artifacts.write("Tensor", [{ path: "tensor.npy", bytes }])
            yield* artifacts.materialise(artifact, destination)
            assert.deepStrictEqual(new Uint8Array(readFileSync(destination)), bytes)
            assert.notStrictEqual(statSync(destination).mode & 0o200, 0)
            assert.deepStrictEqual(readdirSync(join(folder, "out", "deep")), ["tensor.npy"])
          }
        })
      )
    })
  )

  it.live("copies a Directory out as a folder and leaves nothing of the one that it replaces", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        join(folder, "store"),
        Effect.gen(function* () {
          const artifacts = yield* ArtifactStore
          const destination = join(folder, "out", "photos")
          const first = yield* artifacts.write("Directory", [
            { path: "a/b/old", bytes: SMALL },
            { path: "c", bytes: LARGE }
          ])
          yield* artifacts.materialise(first, destination)
          assert.deepStrictEqual(new Uint8Array(readFileSync(join(destination, "a", "b", "old"))), SMALL)
          assert.deepStrictEqual(new Uint8Array(readFileSync(join(destination, "c"))), LARGE)
          const second = yield* artifacts.write("Directory", [{ path: "a/new", bytes: SMALL }])
          yield* artifacts.materialise(second, destination)
          assert.deepStrictEqual(readdirSync(destination, { recursive: true }).map(String).sort(), [
            "a",
            join("a", "new")
          ])
          const none = yield* artifacts.write("Directory", [])
          yield* artifacts.materialise(none, destination)
          assert.deepStrictEqual(readdirSync(destination), [])
          assert.deepStrictEqual(readdirSync(join(folder, "out")), ["photos"])
        })
      )
    })
  )

  it.live("puts one folder or the other in its place where several are copied there at once", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        join(folder, "store"),
        Effect.gen(function* () {
          const artifacts = yield* ArtifactStore
          const destination = join(folder, "out", "photos")
          const both = yield* Effect.forEach(["a", "b"], (path) =>
            artifacts.write("Directory", [
              { path: `${path}/1`, bytes: SMALL },
              { path: `${path}/2`, bytes: SMALL }
            ])
          )
          const many = Array.from({ length: 20 }, () => both).flat()
          yield* Effect.forEach(many, (one) => artifacts.materialise(one, destination), { concurrency: "unbounded" })
          const [name = ""] = readdirSync(destination)
          const found = readdirSync(destination, { recursive: true }).map(String).sort()
          assert.deepStrictEqual(found, [name, join(name, "1"), join(name, "2")])
          assert.deepStrictEqual(readdirSync(join(folder, "out")), ["photos"])
        })
      )
    })
  )

  it.live("puts a Directory where a file was", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        join(folder, "store"),
        Effect.gen(function* () {
          const artifacts = yield* ArtifactStore
          writeFileSync(join(folder, "out"), "a file")
          const artifact = yield* artifacts.write("Directory", [{ path: "a", bytes: SMALL }])
          yield* artifacts.materialise(artifact, join(folder, "out"))
          assert.deepStrictEqual(readdirSync(join(folder, "out")), ["a"])
          assert.deepStrictEqual(readdirSync(folder).sort(), ["out", "store"])
        })
      )
    })
  )

  it.live("says so and leaves nothing behind when it cannot put a file where a folder is", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        join(folder, "store"),
        Effect.gen(function* () {
          const artifacts = yield* ArtifactStore
          mkdirSync(join(folder, "out", "inner"), { recursive: true })
          const artifact = yield* artifacts.write("Json", [{ path: "value.json", bytes: SMALL }])
          const error = yield* Effect.flip(artifacts.materialise(artifact, join(folder, "out")))
          assert.strictEqual(error._tag, "StoreUnavailable")
          assert(error.message.startsWith(`cannot write ${join(folder, "out")}: `))
          assert.deepStrictEqual(readdirSync(folder).sort(), ["out", "store"])
        })
      )
    })
  )

  it.live("copies nothing out when an object is damaged, and leaves the older copy", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        join(folder, "store"),
        Effect.gen(function* () {
          const artifacts = yield* ArtifactStore
          const { pathOf } = yield* ObjectStore
          const artifact = yield* artifacts.write("Tensor", [{ path: "tensor.npy", bytes: LARGE }])
          rmSync(pathOf(Digest.ofBytes(LARGE)), { force: true })
          writeFileSync(join(folder, "out"), "older")
          yield* Effect.flip(artifacts.materialise(artifact, join(folder, "out")))
          assert.strictEqual(readFileSync(join(folder, "out"), "utf8"), "older")
        })
      )
    })
  )

  it.live("is the same whether its files come as bytes or lie on the disk", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const work = yield* temporaryFolder
      writeFileSync(join(work, "small"), SMALL)
      writeFileSync(join(work, "large"), LARGE)
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const { materialise, write } = yield* ArtifactStore
          const files = [
            { path: "a/large", bytes: LARGE },
            { path: "b", bytes: SMALL }
          ]
          const onDisk = [
            { path: "a/large", file: join(work, "large") },
            { path: "b", file: join(work, "small") }
          ]
          const artifact = yield* write("Directory", onDisk)
          assert.deepStrictEqual(artifact, yield* write("Directory", files))
          rmSync(join(work, "large"))
          yield* materialise(artifact, join(work, "out"))
        })
      )
      assert.deepStrictEqual(new Uint8Array(readFileSync(join(work, "out/a/large"))), LARGE)
      assert.strictEqual(statSync(join(work, "out/a/large")).mode & 0o200, 0o200)
    })
  )
})

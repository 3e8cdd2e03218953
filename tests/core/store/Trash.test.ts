import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { objectPath } from "../../../core/store/object-path.ts"
import { collectionsIn, readObject, recover } from "../../../core/store/Trash.ts"
import { digest } from "./sample-store.ts"

const A = digest("a")

/** A store whose only object lies in the trash. */
const store = () => {
  const path = mkdtempSync(join(tmpdir(), "athanor-trash-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  const places = { objects: join(path, "objects"), trash: join(path, "trash") }
  mkdirSync(join(places.trash, "older"), { recursive: true })
  mkdirSync(join(places.trash, "newer"))
  writeFileSync(join(places.trash, "newer", A), "a")
  return places
}

describe("the trash", () => {
  it("gives back an object that is missed, whichever collection took it", () => {
    const places = store()
    assert.strictEqual(recover(places, A), objectPath(places.objects, A))
    assert.strictEqual(readFileSync(objectPath(places.objects, A), "utf8"), "a")
    assert.isFalse(existsSync(join(places.trash, "newer", A)))
    assert.isUndefined(recover(places, digest("b")))
  })

  it("takes a file beside the folders of collections for none of them", () => {
    const places = store()
    writeFileSync(join(places.trash, ".DS_Store"), "x")
    assert.strictEqual(recover(places, A), objectPath(places.objects, A))
    assert.deepStrictEqual(collectionsIn(places.trash), ["newer", "older"])
  })

  it("is none in a store that never collected", () => {
    const places = store()
    rmSync(places.trash, { recursive: true })
    assert.isUndefined(recover(places, A))
  })

  it("is read where it lies by who cannot move anything", ({ skip }) => {
    if (process.getuid?.() === 0) skip("root may move everything")
    const places = store()
    chmodSync(join(places.trash, "newer"), 0o555)
    onTestFinished(() => chmodSync(join(places.trash, "newer"), 0o755))
    assert.strictEqual(recover(places, A), join(places.trash, "newer", A))
  })

  it("is looked into by a reader whose object was moved after it was told where it lies", () => {
    const places = store()
    const file = objectPath(places.objects, A)
    assert.strictEqual(readObject(file).toString(), "a")
    mkdirSync(dirname(file), { recursive: true })
    renameSync(join(places.trash, "newer", A), file)
    assert.strictEqual(readObject(file).toString(), "a")
    rmSync(file)
    assert.throws(() => readObject(file), /ENOENT/u)
  })
})

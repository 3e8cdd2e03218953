import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CommandCode, type CommandFiles, type CommandReads } from "../../../core/code/CommandCode.ts"
import { Reads } from "../../../core/document/Reads.ts"
import { ObjectStore } from "../../../core/store/ObjectStore.ts"
import { inStore, temporaryFolder } from "../store/sample-store.ts"

/** A folder with these files. */
const folderOf = (files: { readonly [path: string]: string }) =>
  Effect.map(temporaryFolder, (folder) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    return folder
  })

/** The files of a command, or what cannot be read. */
const loadIn = Effect.fnUntraced(function* (folder: string, asked: Partial<CommandReads>, reads = new Reads()) {
  const code = Effect.flatMap(CommandCode, ({ load }) =>
    load({ folder, named: [], words: [], except: [], ...asked }, reads)
  )
  return yield* inStore(yield* temporaryFolder, Effect.provide(code, CommandCode.layer))
})

const load = (folder: string, asked: Partial<CommandReads>, reads?: Reads) =>
  Effect.map(loadIn(folder, asked, reads), (loaded): CommandFiles => {
    assert("identity" in loaded)
    return loaded
  })

const pathsOf = (files: CommandFiles["files"] = []): ReadonlyArray<string> => files.map(({ path }) => path)

describe("CommandCode", () => {
  it.live("finds the files that words name, also after a sign, and no others", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "a.py": "a", "conf/b.yaml": "b", "c.py": "c", "../outside.py": "" })
      const words = ["python3", "./a.py", "--config=conf/b.yaml", "conf", "no.py", "../outside.py", "/etc/passwd", ""]
      const { files, own } = yield* load(folder, { words: [words] })
      assert.deepStrictEqual([pathsOf(files), pathsOf(own[0])], [[], ["a.py", "conf/b.yaml"]])
    })
  )

  it.live("takes a word for no file whose path no system takes, or that goes round in a circle", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "a.py": "a" })
      symlinkSync("circle", join(folder, "circle"))
      const words = [
        `/${"x".repeat(600)}`,
        `--in=/a\0b`,
        join(folder, "circle"),
        `${join(folder, "circle")}/on`,
        "a.py"
      ]
      const { own } = yield* load(folder, { words: [words] })
      assert.deepStrictEqual(pathsOf(own[0]), ["a.py"])
    })
  )

  it.live("gives each task the files that its own words name, and all tasks those that the stage names", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "a.txt": "a", "b.txt": "b", "all.txt": "all", "lib/c.txt": "c" })
      const words = [["a.txt", "all.txt", "lib/c.txt"], ["b.txt", "all.txt", "b.txt"], ["none"]]
      const loaded = yield* load(folder, { named: ["lib"], words })
      assert.deepStrictEqual(loaded.own.map(pathsOf), [["a.txt", "all.txt"], ["all.txt", "b.txt"], []])
      assert.deepStrictEqual(pathsOf(loaded.files), ["lib/c.txt"])
      writeFileSync(join(folder, "b.txt"), "other")
      const after = yield* load(folder, { named: ["lib"], words: [...words, ["a.txt"]] })
      assert.deepStrictEqual([after.identity, after.own[0]], [loaded.identity, loaded.own[0]])
      assert.notDeepEqual(after.own[1], loaded.own[1])
    })
  )

  it.live("looks at each file once, however many tasks name it", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "a.py": "a" })
      const tasks = 10_000
      const outputs = Array.from({ length: tasks }, (_, index) => `out/${index}.csv`)
      const words = outputs.map((output) => ["python3", "a.py", "--to", output])
      const before = performance.now()
      const { own } = yield* load(folder, { words, except: outputs })
      assert.isTrue(own.length === tasks && own.every((files) => files[0] === own[0]?.[0]))
      assert.isBelow(performance.now() - before, 2000)
    })
  )

  it.live("takes all of a named folder but what other programs leave there, and nothing that the command writes", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({
        "lib/a.py": "a",
        "lib/sub/b.py": "b",
        "lib/__pycache__/a.pyc": "",
        "lib/out.csv": ""
      })
      const loaded = yield* load(folder, {
        named: ["lib/"],
        words: [["lib/out.csv"]],
        except: ["lib/out.csv", "inputs"]
      })
      assert.deepStrictEqual(loaded.own, [[]])
      assert.deepStrictEqual(pathsOf(loaded.files), ["lib/a.py", "lib/sub/b.py"])
    })
  )

  it.live("has another identity for another content, name or right to execute, and for nothing else", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "a.sh": "a" })
      const identity = Effect.map(load(folder, { named: ["a.sh"] }), (loaded) => loaded.identity)
      const first = yield* identity
      writeFileSync(join(folder, "a.sh"), "a")
      assert.strictEqual(yield* identity, first)
      chmodSync(join(folder, "a.sh"), 0o755)
      const executable = yield* identity
      assert.notStrictEqual(executable, first)
      writeFileSync(join(folder, "a.sh"), "b")
      assert.notStrictEqual(yield* identity, executable)
    })
  )

  it.live("says of each named path why it cannot be read", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "lib/a.py": "" })
      symlinkSync("/etc/passwd", join(folder, "lib/link"))
      assert.deepStrictEqual(yield* loadIn(folder, { named: ["no.py", "lib"] }), [
        { named: "no.py", reason: "there is no such file or folder" },
        { named: "lib", reason: '"lib/link" is a link or no file' }
      ])
    })
  )

  it.live("stores what it found, and puts back what was damaged", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "a.py": "print()" })
      const read = Effect.gen(function* () {
        const [objects, { load }] = [yield* ObjectStore, yield* CommandCode]
        const find = load({ folder, named: ["a.py"], words: [], except: [] }, new Reads())
        const [file] = ((yield* find) as CommandFiles).files
        assert(file !== undefined)
        chmodSync(objects.pathOf(file.digest), 0o644)
        writeFileSync(objects.pathOf(file.digest), "damaged")
        yield* find
        return readFileSync(objects.pathOf(file.digest), "utf8")
      })
      assert.strictEqual(yield* inStore(yield* temporaryFolder, Effect.provide(read, CommandCode.layer)), "print()")
    })
  )

  it.live("notes what it looked at: the files, and the folders in which others could appear", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "lib/a.py": "" })
      const reads = new Reads()
      yield* load(folder, { words: [["lib/a.py", "later.py"]] }, reads)
      for (const path of ["", "lib", "lib/a.py"]) assert.isTrue(reads.files.has(join(folder, path)), path)
    })
  )
})

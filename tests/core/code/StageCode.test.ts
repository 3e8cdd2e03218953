import { spawnSync } from "node:child_process"
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { StageCode } from "../../../core/code/StageCode.ts"
import { ObjectStore } from "../../../core/store/ObjectStore.ts"
import { StoreRoot } from "../../../core/store/StoreRoot.ts"
import { CONTRACT, type Files, makeFolder, stageAround, writeFiles } from "./stage-project.ts"

const FILES = {
  "stage.ts": stageAround('import { scaled } from "./helper.ts"', "(n: number) => scaled(n)"),
  "helper.ts": "export const scaled = (n: number) => n * 2\n"
}

/** A project, and how to load its stage, each time as a new process would. */
const makeProject = (folder = makeFolder(FILES), stage = "stage.ts") => {
  const file = join(folder, stage)
  const load = Effect.gen(function* () {
    const code = yield* StageCode
    return yield* code.load(file)
  }).pipe(
    Effect.provide(
      StageCode.layer(CONTRACT).pipe(
        Layer.provide(ObjectStore.layer),
        Layer.provideMerge(StoreRoot.layer(join(folder, "store")))
      )
    )
  )
  const memos = join(folder, "store/code")
  const memo = () => join(memos, readdirSync(memos)[0] ?? "none")
  return { folder, file, load, memo }
}

/** Flips a bit in the middle of a file, which keeps its size. */
const damage = (file: string): void => {
  const bytes = readFileSync(file)
  bytes[bytes.length >> 1]! ^= 1
  chmodSync(file, 0o644)
  writeFileSync(file, bytes)
}

const PAST = new Date("2020-01-01T00:00:00Z")

describe("load", () => {
  it.live("stores the bundle that it identified, readable under its digest", () =>
    Effect.gen(function* () {
      const { load } = makeProject()
      const code = yield* load
      const text = readFileSync(code.bundleFile, "utf8")
      assert.include(text, "n * 2")
      assert.isTrue(code.bundleFile.replaceAll("/", "").endsWith(code.bundle))
      assert.deepStrictEqual(yield* load, code)
    })
  )

  it.live("notices a change of the same length in the same instant", () =>
    Effect.gen(function* () {
      const { folder, load } = makeProject()
      const before = yield* load
      const helper = join(folder, "helper.ts")
      const { atime, mtime } = statSync(helper)
      writeFiles(folder, { "helper.ts": FILES["helper.ts"].replace("2", "3") })
      utimesSync(helper, atime, mtime)
      assert.notStrictEqual((yield* load).identity, before.identity)
    })
  )

  it.live("notices a change that keeps length, inode and time of modification", () =>
    Effect.gen(function* () {
      const { folder, load } = makeProject()
      const helper = join(folder, "helper.ts")
      utimesSync(helper, PAST, PAST)
      yield* Effect.sleep(50)
      const before = yield* load
      yield* Effect.sleep(50)
      const { ino } = statSync(helper)
      writeFileSync(helper, FILES["helper.ts"].replace("2", "3"))
      utimesSync(helper, PAST, PAST)
      assert.strictEqual(statSync(helper).ino, ino)
      assert.notStrictEqual((yield* load).identity, before.identity)
    })
  )

  it.live("builds nothing when files were only touched, and need not look again", () =>
    Effect.gen(function* () {
      const { folder, load, memo } = makeProject()
      const before = yield* load
      for (const name of Object.keys(FILES)) utimesSync(join(folder, name), PAST, PAST)
      // The touch itself is a change: the next look is certain once it lies back far enough.
      yield* Effect.sleep(50)
      const first = readFileSync(memo(), "utf8")
      assert.deepStrictEqual(yield* load, before)
      const second = readFileSync(memo(), "utf8")
      assert.notStrictEqual(second, first)
      assert.deepStrictEqual(yield* load, before)
      assert.strictEqual(readFileSync(memo(), "utf8"), second)
    })
  )

  it.live("notices a file that takes the place of one that was not there", () =>
    Effect.gen(function* () {
      const { folder, load, memo } = makeProject()
      yield* load
      const before = readFileSync(memo(), "utf8")
      writeFiles(folder, { "package.json": '{ "sideEffects": false }' })
      yield* load
      assert.notStrictEqual(readFileSync(memo(), "utf8"), before)
    })
  )

  it.live("builds again when the stored bundle is gone", () =>
    Effect.gen(function* () {
      const { load } = makeProject()
      const before = yield* load
      rmSync(before.bundleFile, { force: true })
      assert.deepStrictEqual(yield* load, before)
      assert.include(readFileSync(before.bundleFile, "utf8"), "n * 2")
    })
  )

  it.live("builds again when the stored bundle is damaged, and keeps the damaged one aside", () =>
    Effect.gen(function* () {
      const { folder, load } = makeProject()
      const before = yield* load
      const sound = readFileSync(before.bundleFile)
      damage(before.bundleFile)
      assert.deepStrictEqual(yield* load, before)
      assert.deepStrictEqual(readFileSync(before.bundleFile), sound)
      assert.lengthOf(readdirSync(join(folder, "store/quarantine")), 1)
    })
  )

  it.live("does so when nothing is remembered about it", () =>
    Effect.gen(function* () {
      const { load, memo } = makeProject()
      const before = yield* load
      const sound = readFileSync(before.bundleFile)
      damage(before.bundleFile)
      rmSync(memo())
      assert.deepStrictEqual(yield* load, before)
      assert.deepStrictEqual(readFileSync(before.bundleFile), sound)
    })
  )

  it.live("says that the store cannot be used when it cannot", () =>
    Effect.gen(function* () {
      const { load, memo } = makeProject()
      yield* load
      const path = memo()
      rmSync(path)
      mkdirSync(path)
      assert.strictEqual((yield* Effect.flip(load))._tag, "StoreUnavailable")
    })
  )

  it.live("does not believe a damaged memo", () =>
    Effect.gen(function* () {
      const { load, memo } = makeProject()
      const before = yield* load
      const text = readFileSync(memo(), "utf8")
      for (const damaged of ["", "{", text.slice(0, -9), text.replace(before.identity, before.bundle)]) {
        writeFileSync(memo(), damaged)
        assert.deepStrictEqual(yield* load, before)
      }
    })
  )

  it.live("says so when the file is not there, or no longer builds", () =>
    Effect.gen(function* () {
      const { folder, load } = makeProject()
      yield* load
      writeFiles(folder, { "helper.ts": "export const scaled = (n: number) = n * 2\n" })
      const broken = yield* Effect.flip(load)
      assert.match(broken.message, /helper\.ts:1:25 /u)
      rmSync(join(folder, "stage.ts"))
      assert.match((yield* Effect.flip(load)).message, /^there is no file /u)
    })
  )
})

const packageAt = (path: string, k: number, more: object = {}): Files => ({
  [`${path}/package.json`]: JSON.stringify({ name: "foo", version: `${k}.0.0`, type: "module", ...more }),
  [`${path}/index.js`]: `export const k = ${k}\n`
})

const IMPORTING: Files = {
  "a/b/stage.ts": stageAround('import { k } from "foo"', "(n: number) => k * n"),
  ...packageAt("node_modules/foo", 1, { dependencies: { bar: "*" } }),
  ...packageAt("node_modules/bar", 1)
}

describe("which copy of a package is loaded", () => {
  const LOCK = JSON.stringify({
    lockfileVersion: 3,
    packages: {
      "": {},
      "node_modules/foo": { version: "1.0.0", integrity: "sha512-foo", dependencies: { bar: "*" } },
      "node_modules/bar": { version: "1.0.0", integrity: "sha512-bar" }
    }
  })
  const undeclared: Files = { "node_modules/foo/index.js": 'export { k } from "late"\n' }

  const isNoticed = (folder: string, change: () => void) =>
    Effect.gen(function* () {
      const { load } = makeProject(folder, "a/b/stage.ts")
      const before = yield* load
      // Not in the same instant: the memo must not notice by luck.
      yield* Effect.sleep(50)
      assert.deepStrictEqual(yield* load, before)
      change()
      const after = yield* load
      assert.notStrictEqual(after.identity, before.identity)
      assert.deepStrictEqual(yield* load, after)
    })

  it.live.each<readonly [string, Files, Files]>([
    ["one beside the stage", IMPORTING, packageAt("a/b/node_modules/foo", 2)],
    ["one on the way up", IMPORTING, packageAt("a/node_modules/foo", 2)],
    [
      "one beside the stage, with a lock file",
      { ...IMPORTING, "package-lock.json": LOCK },
      packageAt("a/b/node_modules/foo", 2)
    ],
    ["one of a dependency", IMPORTING, packageAt("node_modules/foo/node_modules/bar", 2)],
    [
      "one of a dependency, with a lock file",
      { ...IMPORTING, "package-lock.json": LOCK },
      packageAt("node_modules/foo/node_modules/bar", 2)
    ],
    ["one that is imported without being declared", { ...IMPORTING, ...undeclared }, packageAt("node_modules/late", 2)],
    ["one without a description", IMPORTING, { "a/b/node_modules/foo/index.js": "export const k = 2\n" }],
    ["one that was edited in place", IMPORTING, { "node_modules/foo/index.js": "export const k = 2\n" }],
    ["one whose dependency was edited in place", IMPORTING, { "node_modules/bar/lib/a.js": "1" }],
    [
      "one of another version than the lock file says",
      {
        ...IMPORTING,
        "package-lock.json": LOCK,
        "node_modules/.package-lock.json": LOCK
      },
      packageAt("node_modules/foo", 2)
    ]
  ])("is noticed: %s", ([, files, change]) => {
    const folder = makeFolder(files)
    return isNoticed(folder, () => writeFiles(folder, change))
  })

  it.live("is noticed: where a link leads", () => {
    const { "a/b/stage.ts": stage } = IMPORTING
    // Both folders look the same but for the place of each.
    const files = {
      "a/b/stage.ts": stage ?? "",
      ...packageAt("one", 1),
      ...packageAt("two", 2),
      "node_modules/.keep": ""
    }
    const folder = makeFolder(files)
    const link = (to: string): void => {
      rmSync(join(folder, "node_modules/foo"), { force: true })
      symlinkSync(`../${to}`, join(folder, "node_modules/foo"))
    }
    link("one")
    return isNoticed(folder, () => link("two"))
  })
})

/** Loads a stage in a process of its own; which of the bundler and the parser it had to load for that. */
const loadedTools = (file: string, store: string): ReadonlyArray<string> => {
  const urlOf = (path: string): string => new URL(`../../../core/${path}`, import.meta.url).href
  const program = `
    import { registerHooks } from "node:module"
    const loaded = new Set()
    registerHooks({ load: (url, context, next) => {
      for (const name of ["esbuild", "acorn"]) if (url.includes("/node_modules/" + name + "/")) loaded.add(name)
      return next(url, context)
    } })
    const { Effect, Layer } = await import("effect")
    const { StageCode } = await import(${JSON.stringify(urlOf("code/StageCode.ts"))})
    const { ObjectStore } = await import(${JSON.stringify(urlOf("store/ObjectStore.ts"))})
    const { StoreRoot } = await import(${JSON.stringify(urlOf("store/StoreRoot.ts"))})
    const layer = StageCode.layer(${JSON.stringify(CONTRACT)}).pipe(
      Layer.provide(ObjectStore.layer), Layer.provide(StoreRoot.layer(${JSON.stringify(store)})))
    await Effect.runPromise(Effect.provide(
      Effect.flatMap(StageCode, (code) => code.load(${JSON.stringify(file)})), layer))
    console.log(JSON.stringify([...loaded].sort()))
  `
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    encoding: "utf8"
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

it.live("neither the bundler nor the parser is loaded when nothing has changed", () =>
  Effect.gen(function* () {
    const folder = makeFolder(FILES)
    const [file, store] = [join(folder, "stage.ts"), join(folder, "store")]
    assert.deepStrictEqual(loadedTools(file, store), ["acorn", "esbuild"])
    assert.deepStrictEqual(loadedTools(file, store), [])
    utimesSync(file, PAST, PAST)
    assert.deepStrictEqual(loadedTools(file, store), [])
  })
)

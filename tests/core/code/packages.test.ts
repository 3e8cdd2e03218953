import { symlinkSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { build } from "../../../core/code/build-code.ts"
import { CONTRACT, type Files, makeFolder, stageAround, writeFiles } from "./stage-project.ts"

const STAGE = stageAround('import { a } from "alpha"', "() => a")

const described = (name: string, version: string, more: object = {}): Files => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version, ...more }),
  [`node_modules/${name}/index.js`]: `export const a = "${name}"\n`
})

const lockFile = (packages: object): string => JSON.stringify({ lockfileVersion: 3, packages })

const ALPHA = { version: "1.0.0", integrity: "sha512-alpha", dependencies: { beta: "^2" } }
const BETA = {
  version: "2.0.0",
  integrity: "sha512-beta",
  optionalDependencies: { "@native/linux": "*", "@native/mac": "*" }
}
const NATIVE = { version: "3.0.0", integrity: "sha512-native", optional: true }

const LOCKED: Files = {
  "stage.ts": STAGE,
  ...described("alpha", "1.0.0"),
  ...described("beta", "2.0.0"),
  "package-lock.json": lockFile({
    "": { name: "project" },
    "node_modules/alpha": ALPHA,
    "node_modules/beta": BETA,
    "node_modules/@native/linux": NATIVE,
    "node_modules/@native/mac": { ...NATIVE, integrity: "sha512-mac" },
    "node_modules/unrelated": { version: "9.0.0", integrity: "sha512-unrelated" }
  })
}

const buildIn = (folder: string) => build(join(folder, "stage.ts"), CONTRACT)

/** The packages of a stage but for `effect`, which every stage has. */
const packagesOf = (files: Files) =>
  Effect.suspend(() => buildIn(makeFolder(files))).pipe(
    Effect.map(({ parts }) =>
      Object.fromEntries(Object.entries(parts.packages).filter(([name]) => !name.startsWith("effect@")))
    )
  )

const identityOf = (files: Files) =>
  Effect.map(
    Effect.suspend(() => buildIn(makeFolder(files))),
    ({ identity }) => identity
  )

describe("packages", () => {
  it.effect("count with the integrity of all that they depend on, also for other machines", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* packagesOf(LOCKED), {
        "@native/linux@3.0.0": "sha512-native",
        "@native/mac@3.0.0": "sha512-mac",
        "alpha@1.0.0": "sha512-alpha",
        "beta@2.0.0": "sha512-beta"
      })
    })
  )

  it.effect("change the identity when a dependency of a dependency does", () =>
    Effect.gen(function* () {
      const text = String(LOCKED["package-lock.json"])
      const other = { ...LOCKED, "package-lock.json": text.replace("sha512-beta", "sha512-other") }
      const unrelated = { ...LOCKED, "package-lock.json": text.replace("sha512-unrelated", "sha512-other") }
      const identity = yield* identityOf(LOCKED)
      assert.notStrictEqual(yield* identityOf(other), identity)
      assert.strictEqual(yield* identityOf(unrelated), identity)
    })
  )

  it.effect("count as they were installed, not as the lock file has become since", () =>
    Effect.gen(function* () {
      const installed = { ...ALPHA, integrity: "sha512-installed" }
      const packages = yield* packagesOf({
        ...LOCKED,
        "node_modules/.package-lock.json": lockFile({ "node_modules/alpha": installed, "node_modules/beta": BETA })
      })
      assert.strictEqual(packages["alpha@1.0.0"], "sha512-installed")
    })
  )

  it.effect("count by their files when the lock file speaks of another version", () =>
    Effect.gen(function* () {
      const packages = yield* packagesOf({ ...LOCKED, ...described("alpha", "1.0.1") })
      assert.match(packages["alpha@1.0.1"] ?? "", /^sha256-/u)
      assert.notProperty(packages, "alpha@1.0.0")
    })
  )

  it.effect("count by their files when there is no lock file, dependencies too", () =>
    Effect.gen(function* () {
      const files: Files = {
        "stage.ts": STAGE,
        ...described("alpha", "1.0.0", { dependencies: { beta: "^2" } }),
        ...described("beta", "2.0.0")
      }
      const packages = yield* packagesOf(files)
      assert.deepStrictEqual(Object.keys(packages), ["alpha@1.0.0", "beta@2.0.0"])
      const changed = yield* packagesOf({ ...files, "node_modules/beta/lib/more.js": "" })
      assert.strictEqual(changed["alpha@1.0.0"], packages["alpha@1.0.0"])
      assert.notStrictEqual(changed["beta@2.0.0"], packages["beta@2.0.0"])
    })
  )

  it.effect("count by the files that a link leads to, each of them watched", () =>
    Effect.gen(function* () {
      const linked = makeFolder({
        "package.json": '{ "name": "alpha", "version": "0.0.0" }',
        "lib/index.js": "export const a = 1"
      })
      const folder = makeFolder({ "stage.ts": STAGE, "node_modules/.keep": "" })
      symlinkSync(linked, join(folder, "node_modules/alpha"))
      const before = yield* buildIn(folder)
      const watched = before.files.filter(({ seen }) => seen !== undefined).map(({ path }) => path)
      assert.includeMembers(watched, [linked, join(linked, "lib"), join(linked, "lib/index.js")])
      writeFiles(linked, { "lib/index.js": "export const a = 2" })
      assert.notStrictEqual((yield* buildIn(folder)).identity, before.identity)
    })
  )

  it.effect("count when they are imported late, for their code or their data", () =>
    Effect.gen(function* () {
      const late = stageAround("", '() => import("alpha/data/0.json", { with: { type: "json" } })')
      const built = yield* Effect.suspend(() => buildIn(makeFolder({ ...LOCKED, "stage.ts": late })))
      assert.property(built.parts.packages, "alpha@1.0.0")
      assert.match(built.code, /import\("alpha\/data\/0\.json", \{ with: \{ type: "json" \} \}\)/u)
    })
  )

  it.effect("cannot be looked up in a lock file with the marks of a merge", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(packagesOf({ ...LOCKED, "package-lock.json": "<<<<<<< ours\n{}" }))
      assert.match(String(error), /package-lock\.json is no JSON/u)
    })
  )

  it.effect("find effect where the framework has its own, whatever lies beside the stage", () =>
    Effect.gen(function* () {
      const built = yield* Effect.suspend(() => buildIn(makeFolder({ ...LOCKED, ...described("effect", "0.0.1") })))
      const names = Object.keys(built.parts.packages).filter((name) => name.startsWith("effect@"))
      assert.lengthOf(names, 1)
      assert.notDeepEqual(names, ["effect@0.0.1"])
    })
  )

  it.effect("count when a package imports them without declaring it, from wherever its file finds them", () =>
    Effect.gen(function* () {
      const packages = yield* packagesOf({
        ...LOCKED,
        "node_modules/alpha/lib/more.cjs":
          '// require("comment")\nconst g = require("gamma/lib")\nconst h = import("@scope/delta")\nrequire("node:fs")',
        ...described("comment", "1.0.0"),
        ...described("gamma", "1.0.0"),
        ...described("@scope/delta", "1.0.0"),
        "node_modules/alpha/lib/node_modules/gamma/package.json": '{ "name": "gamma", "version": "7.0.0" }'
      })
      assert.includeMembers(Object.keys(packages), ["gamma@7.0.0", "@scope/delta@1.0.0", "alpha@1.0.0"])
      assert.notProperty(packages, "gamma@1.0.0")
      assert.notProperty(packages, "comment@1.0.0")
    })
  )

  it.effect("count as Node finds them, also where the lock file knows of no copy", () =>
    Effect.gen(function* () {
      const packages = yield* packagesOf({
        ...LOCKED,
        "node_modules/alpha/node_modules/beta/package.json": '{ "name": "beta", "version": "7.0.0" }'
      })
      assert.property(packages, "beta@7.0.0")
      assert.notProperty(packages, "beta@2.0.0")
    })
  )
})

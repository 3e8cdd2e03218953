import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { registry } from "../bin/registry.ts"

const ROOT = fileURLToPath(new URL("..", import.meta.url))

/** Files under `stages/` whose default export is a stage type. */
const stageFiles = (): ReadonlyArray<string> =>
  readdirSync(join(ROOT, "stages"), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => /^export default StageType\.make\(/mu.test(readFileSync(file, "utf8")))

describe("registry", () => {
  it("lists every stage type of the folder under its own name", () => {
    const files = registry(ROOT.replace(/[/\\]$/u, ""))
    for (const [name, file] of files) {
      assert.isTrue(existsSync(file), `${name} lies at ${file}`)
      assert.match(readFileSync(file, "utf8"), new RegExp(`name: "${name}"`, "u"))
    }
    assert.deepStrictEqual(
      [...files.values()].map((file) => file.replaceAll("\\", "/")).sort(),
      stageFiles()
        .map((file) => file.replaceAll("\\", "/"))
        .sort()
    )
  })
})

describe("files of the repository", () => {
  it("differ by more than capitals: some file systems take Patterns.ts for patterns.ts", () => {
    const named = ["bin", "core", "stages", "tests", "bench", "docs", "pipelines"].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true }).map((entry) =>
        relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/")
      )
    )
    assert.deepStrictEqual(clashes(named), [])
    assert.deepStrictEqual(clashes(["a/Cone.ts", "b/cone.ts", "a/cone.ts", "a/cone.md"]), [["a/Cone.ts", "a/cone.ts"]])
  })
})

/** Paths that a file system without capitals takes for one. */
const clashes = (paths: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  [...Map.groupBy(paths, (path) => path.toLowerCase()).values()].filter((alike) => alike.length > 1)

/** What the lock file says of one package. */
interface LockedPackage {
  readonly integrity?: string
  readonly resolved?: string
  readonly dev?: boolean
  readonly optionalDependencies?: { readonly [name: string]: string }
}

/** The diagnostics' binaries for other platforms: for development only, and their digests could not be had. */
const withoutIntegrity = (path: string, { dev }: LockedPackage): boolean =>
  dev === true && path.startsWith("node_modules/@effect/tsgo-")

describe("package-lock.json", () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    readonly packages: { readonly [path: string]: LockedPackage }
  }

  it("names every optional dependency, also those of other platforms, or `npm ci` refuses it", () => {
    const names = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    assert.isAbove(names.length, 10)
    assert.deepStrictEqual(
      names.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`))),
      []
    )
  })

  it("records an integrity for every package, and no address", () => {
    const entries = Object.entries(packages).filter(([path]) => path !== "")
    assert.isAbove(entries.length, 100)
    assert.deepStrictEqual(
      entries.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
      []
    )
    assert.deepStrictEqual(
      entries
        .filter(([path, entry]) => entry.integrity === undefined && !withoutIntegrity(path, entry))
        .map(([path]) => path),
      []
    )
  })
})

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
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

describe("package-lock.json", () => {
  it("records an integrity for every package, and no address", () => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
      readonly packages: { readonly [path: string]: { readonly integrity?: string; readonly resolved?: string } }
    }
    const entries = Object.entries(packages).filter(([path]) => path !== "")
    assert.isAbove(entries.length, 100)
    assert.deepStrictEqual(
      entries.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
      []
    )
    assert.deepStrictEqual(
      entries.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path),
      []
    )
  })
})

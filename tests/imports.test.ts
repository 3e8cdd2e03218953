import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const ROOT = fileURLToPath(new URL("..", import.meta.url))

/** Rooms of the framework; each may import from those in the same or an earlier line. */
const LEVELS: ReadonlyArray<ReadonlyArray<string>> = [
  ["fault"],
  ["stage"],
  ["document"],
  ["store", "codec", "figure"],
  ["code"],
  ["plan"],
  ["record"],
  ["compute"],
  ["run"],
  ["explain", "maintain"],
  ["observe"],
  ["report"],
  ["schedule"],
  ["cli"]
]

/** Values without behaviour that earlier rooms may know by type: the words of the house. */
const SHARED_WORDS = new Set(["core/store/Digest.ts"])

interface Import {
  readonly from: string
  readonly to: string
}

const sources = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))

const importsOf = (file: string): ReadonlyArray<Import> => {
  const text = readFileSync(join(ROOT, file), "utf8")
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"(?<specifier>[^"]+)"/gu)].map(
    ({ groups }) => groups?.["specifier"] ?? ""
  )
  return specifiers.map((specifier) => ({
    from: file,
    to: specifier.startsWith(".") ? normalize(join(dirname(file), specifier)).replaceAll("\\", "/") : specifier
  }))
}

const levelOf = (file: string): number => LEVELS.findIndex((rooms) => rooms.includes(file.split("/")[1] ?? ""))

describe("imports", () => {
  it("point one way between the rooms of the framework", () => {
    const wrong = sources("core")
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith("core/") && !SHARED_WORDS.has(to))
      .filter(({ from, to }) => levelOf(to) > levelOf(from))
      .map(({ from, to }) => `${from} → ${to}`)
    assert.deepStrictEqual(wrong, [])
  })

  it("know every room", () => {
    const rooms = readdirSync(join(ROOT, "core"), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : []
    )
    assert.deepStrictEqual(
      rooms.filter((room) => !LEVELS.flat().includes(room)),
      []
    )
  })

  it("never lead from the framework to a stage", () => {
    const wrong = sources("core")
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith("stages/"))
    assert.deepStrictEqual(wrong, [])
  })

  it("never lead from a family of stages to another, or past the contract", () => {
    const wrong = sources("stages")
      .flatMap(importsOf)
      .filter(({ from, to }) => {
        const [, family] = from.split("/")
        if (to.startsWith("core/")) return true
        return to.startsWith("stages/") && ![family, "math", "compute"].includes(to.split("/")[1])
      })
      .map(({ from, to }) => `${from} → ${to}`)
    assert.deepStrictEqual(wrong, [])
  })
})

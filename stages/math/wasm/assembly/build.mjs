/**
 * Compiles each module of this folder to `../<module>.wasm.ts`, byte for byte the same each time.
 *
 *   node build.mjs [--check] [MODULE…]
 *
 * `--check` compares instead of writing. What several modules import stands in files named `shared-…`, and is compiled into each.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import asc from "assemblyscript/asc"

const folder = fileURLToPath(new URL(".", import.meta.url))
const sources = readdirSync(folder).filter((name) => name.endsWith(".ts"))

const OPTIONS = ["-O3", "--runtime", "stub", "--enable", "simd", "--importMemory", "--noAssert"]

const compile = async (name) => {
  let bytes
  const { error, stderr } = await asc.main([`${name}.ts`, ...OPTIONS, "--outFile", `${name}.wasm`], {
    readFile: (file) => (sources.includes(file) ? readFileSync(`${folder}${file}`, "utf8") : null),
    writeFile: (file, content) => {
      if (file.endsWith(".wasm")) bytes = content
    },
    listFiles: () => []
  })
  if (error !== null || bytes === undefined) {
    console.error(stderr.toString())
    process.exit(1)
  }
  return bytes
}

const textOf = (name, bytes) => {
  const lines = Buffer.from(bytes).toString("base64").match(/.{1,110}/gu) ?? []
  return `// Compiled from assembly/${name}.ts by assembly/build.mjs; a test compiles it again and compares.

/** The bytes of the module, base64. */
export const ${name.toUpperCase().replaceAll("-", "_")}_WASM =
${lines.map((line) => `  "${line}"`).join(" +\n")}
`
}

const words = process.argv.slice(2)
const isCheck = words.includes("--check")
const chosen = words.filter((word) => !word.startsWith("-"))
const modules = sources.map((name) => name.slice(0, -3)).filter((name) => !name.startsWith("shared-"))

for (const name of chosen.length > 0 ? chosen : modules) {
  const bytes = await compile(name)
  const [target, text] = [`${folder}../${name}.wasm.ts`, textOf(name, bytes)]
  if (!isCheck) {
    writeFileSync(target, text)
    console.log(`${name}: ${bytes.length} bytes`)
  } else if (readFileSync(target, "utf8") !== text) {
    console.error(`${name}.wasm.ts is not what assembly/${name}.ts gives`)
    process.exitCode = 1
  }
}

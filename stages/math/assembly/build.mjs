/** Compiles `gemm.ts` to `../gemm.wasm.ts`, byte for byte the same each time. `--check` compares instead of writing. */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import asc from "assemblyscript/asc"

const source = readFileSync(fileURLToPath(new URL("gemm.ts", import.meta.url)), "utf8")
const target = fileURLToPath(new URL("../gemm.wasm.ts", import.meta.url))

let bytes
const { error, stderr } = await asc.main(
  ["gemm.ts", "-O3", "--runtime", "stub", "--enable", "simd", "--importMemory", "--noAssert", "--outFile", "gemm.wasm"],
  {
    readFile: (name) => (name === "gemm.ts" ? source : null),
    writeFile: (name, content) => {
      if (name.endsWith(".wasm")) bytes = content
    },
    listFiles: () => []
  }
)
if (error !== null || bytes === undefined) {
  console.error(stderr.toString())
  process.exit(1)
}
const lines = Buffer.from(bytes).toString("base64").match(/.{1,110}/gu) ?? []
const text = `// Compiled from assembly/gemm.ts by assembly/build.mjs; a test compiles it again and compares.

/** The bytes of the module, base64. */
export const GEMM_WASM =
${lines.map((line) => `  "${line}"`).join(" +\n")}
`
if (process.argv.includes("--check")) process.exit(readFileSync(target, "utf8") === text ? 0 : 1)
writeFileSync(target, text)
console.log(`${bytes.length} bytes`)

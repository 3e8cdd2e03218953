/** Builds the program into `dist/`: a few modules that load fast, from sources that stay as they are. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const STAMP = "built.json"

/** What the sources look like: enough to see that one has changed. */
const sourcesStamp = () => {
  const files = ["package.json", "package-lock.json", "bin/build.js"]
  for (const folder of ["bin", "core"]) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
      if (entry.isFile() && entry.name.endsWith(".ts"))
        files.push(join(entry.parentPath, entry.name).slice(root.length + 1))
    }
  }
  return files
    .sort()
    .map((file) => {
      const { size, mtimeMs } = statSync(join(root, file))
      return `${file} ${size} ${mtimeMs}`
    })
    .join("\n")
}

/** Whether `dist/` was built from the sources as they are. A package has no sources newer than what it was built to. */
export const isBuilt = async (readFile) => {
  const stamp = join(root, "dist", STAMP)
  return existsSync(stamp) && (await readFile(stamp, "utf8")) === sourcesStamp()
}

/** Builds beside the old `dist/` and takes its place: a command that is running keeps the modules it has loaded. */
export const build = async () => {
  const esbuild = await import("esbuild")
  const stamp = sourcesStamp()
  const fresh = join(root, `dist.${process.pid}.tmp`)
  await esbuild.build({
    entryPoints: ["main", "worker", "effect"].map((name) => join(root, "bin", `${name}.ts`)),
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    minifySyntax: true,
    minifyWhitespace: true,
    charset: "utf8",
    legalComments: "none",
    logLevel: "error",
    // Loaded from their packages: they are big and rarely needed, or cannot be bundled.
    external: ["esbuild", "@resvg/resvg-wasm", "vega", "vega-lite", "@opentelemetry/*"],
    banner: {
      js: 'import { createRequire as $createRequire } from "node:module"; const require = $createRequire(import.meta.url);'
    }
  })
  mkdirSync(fresh, { recursive: true })
  writeFileSync(join(fresh, STAMP), stamp)
  const target = join(root, "dist")
  const old = join(root, `dist.${process.pid}.old`)
  if (existsSync(target)) renameSync(target, old)
  renameSync(fresh, target)
  rmSync(old, { recursive: true, force: true })
}

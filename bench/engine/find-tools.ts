/** Looks for programs: in given folders, as npm and Python lay them out, and on the `PATH`. */
import { spawnSync } from "node:child_process"
import { accessSync, constants, existsSync, readFileSync, realpathSync } from "node:fs"
import { delimiter, dirname, join, resolve } from "node:path"
import type { Tools } from "./Peer.ts"

export const findTools = (folders: ReadonlyArray<string>): Tools => {
  const own = folders.flatMap((folder) =>
    ["", "bin", join("node_modules", ".bin")].map((place) => join(resolve(folder), place))
  )
  const path = [...own, process.env["PATH"] ?? ""].join(delimiter)
  const find = (program: string): string | undefined =>
    path
      .split(delimiter)
      .map((folder) => join(folder, program))
      .find(isExecutable)
  const firstLine = (program: string, args: ReadonlyArray<string>): string => {
    const { stdout } = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, PATH: path } })
    return stdout?.split("\n")[0]?.trim() ?? ""
  }
  return { find, firstLine, versionOf, path }
}

const versionOf = (program: string): string => {
  let folder = dirname(realpathSync(program))
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder)
  const { version = "" }: { readonly version?: string } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  return version
}

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Folders that cannot be written, also in the tests of a superuser, whom rights do not bind. */
import { spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, readdirSync, rmdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"

const isSuperuser = process.getuid?.() === 0

/** Runs an effect while nothing in a folder can be written; the folder must exist. */
export const whileReadOnly = <A, E, R>(folder: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => protect(folder)),
    () => effect,
    () => Effect.sync(() => release(folder))
  )

const mount = (...args: ReadonlyArray<string>): boolean => spawnSync("mount", args, { stdio: "ignore" }).status === 0

const protect = (folder: string): boolean => {
  if (isSuperuser) return mount("--bind", folder, folder) && mount("-o", "remount,bind,ro", folder)
  changeModes(folder, 0o555)
  return true
}

const release = (folder: string): void => {
  if (isSuperuser) spawnSync("umount", [folder], { stdio: "ignore" })
  else changeModes(folder, 0o755)
}

const changeModes = (folder: string, mode: number): void => {
  if (mode === 0o755) chmodSync(folder, mode)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) changeModes(join(folder, entry.name), mode)
  }
  chmodSync(folder, mode)
}

const tryIt = (): boolean => {
  if (process.platform === "win32") return false
  const folder = mkdtempSync(join(tmpdir(), "athanor-read-only-"))
  const works = protect(folder)
  release(folder)
  rmdirSync(folder)
  return works
}

/** Whether this system lets a test have a folder that cannot be written. */
export const canProtect = tryIt()

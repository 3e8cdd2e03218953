/** File systems in a file, to fill, to freeze, to copy as a power failure would leave them. Linux, and the rights of root. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export type FileSystem = "ext4" | "xfs"

/** XFS makes none that is smaller. */
const BYTES = { ext4: 64 * 2 ** 20, xfs: 320 * 2 ** 20 }

/** Why a file system of this kind cannot be made and mounted here; `undefined` where it can. */
export const whyNoImage = (kind: FileSystem): string | undefined => {
  if (process.platform !== "linux") return "loop devices are Linux's"
  if (process.getuid?.() !== 0) return "only root may mount"
  if (spawnSync(`mkfs.${kind}`, ["-V"]).error !== undefined) return `there is no mkfs.${kind}`
  const folder = mkdtempSync(join(tmpdir(), "athanor-loop-"))
  try {
    mount(makeImage(join(folder, "image"), kind), join(folder, "mounted"), kind)
    return undefined
  } catch {
    return `loop mounts of ${kind} are not allowed`
  } finally {
    unmount(join(folder, "mounted"))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes an empty file system in a file; the file's name. */
export const makeImage = (file: string, kind: FileSystem, bytes: number = BYTES[kind]): string => {
  writeFileSync(file, "")
  truncateSync(file, bytes)
  execFileSync(`mkfs.${kind}`, [kind === "ext4" ? "-q" : "-qf", file], { stdio: "pipe" })
  return file
}

/** Mounts an image; of XFS also one that is the copy of another that is mounted. */
export const mount = (image: string, folder: string, kind: FileSystem): void => {
  mkdirSync(folder, { recursive: true })
  execFileSync("mount", ["-o", kind === "xfs" ? "loop,nouuid" : "loop", image, folder], { stdio: "pipe" })
}

/** Unmounts, also while some process has files open there: those go on until it ends. */
export const unmount = (folder: string): void => {
  spawnSync("umount", ["-l", folder])
}

/**
 * Copies an image as it is on its disk: what the mounted file system has not written yet is not in it, as after a power
 * failure. Nobody may be writing to the file system; what it still writes by itself meanwhile makes another try.
 */
export const copyAsAfterPowerLoss = (image: string, copy: string): void => {
  for (let attempt = 0; attempt < 20; attempt++) {
    execFileSync("cp", ["--sparse=always", image, copy])
    if (spawnSync("cmp", ["-s", image, copy]).status === 0) return
  }
  throw new Error("the image did not come to rest")
}

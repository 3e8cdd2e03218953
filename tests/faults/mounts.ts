/** Disks of a test's own: small ones to fill, and folders that take nothing. Linux, and the rights of root. */
import { execFileSync } from "node:child_process"
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { makeImage, mount, unmount, whyNoImage } from "./loop-image.ts"

export type SmallDisk = "tmpfs" | "ext4"

/** Bytes. */
const SIZE = { tmpfs: 4 * 2 ** 20, ext4: 16 * 2 ** 20 } as const

/** Why a disk of this kind cannot be made here; `undefined` where it can. */
export const whyNoDisk = (kind: SmallDisk): string | undefined => {
  if (kind === "ext4") return whyNoImage("ext4")
  if (process.platform !== "linux") return "tmpfs is Linux's"
  if (process.getuid?.() !== 0) return "only root may mount"
  const folder = mkdtempSync(join(tmpdir(), "athanor-disk-"))
  try {
    execFileSync("mount", ["-t", "tmpfs", "none", folder], { stdio: "pipe" })
    return undefined
  } catch {
    return "mounts are not allowed"
  } finally {
    unmount(folder)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The folder of a new small disk, gone at the end of the test. */
export const makeDisk = (kind: SmallDisk): string => {
  const root = mkdtempSync(join(tmpdir(), "athanor-disk-"))
  const disk = join(root, "disk")
  onTestFinished(() => {
    unmount(disk)
    rmSync(root, { recursive: true, force: true })
  })
  mkdirSync(disk)
  if (kind === "ext4") mount(makeImage(join(root, "image"), "ext4", SIZE.ext4), disk, "ext4")
  else execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE.tmpfs}`, "none", disk], { stdio: "pipe" })
  return disk
}

/** Fills a disk with one file, but for so many bytes; what removes it again. */
export const fill = (disk: string, left: number): (() => void) => {
  const file = join(disk, "filler")
  const descriptor = openSync(file, "w")
  let size = 0
  try {
    for (const part of [2 ** 16, 2 ** 10]) {
      const bytes = Buffer.alloc(part, 1)
      for (let written = part; written === part; size += written) written = writeOrNothing(descriptor, bytes)
    }
  } finally {
    closeSync(descriptor)
  }
  truncateSync(file, Math.max(0, size - left))
  return () => rmSync(file)
}

const writeOrNothing = (descriptor: number, bytes: Uint8Array): number => {
  try {
    return writeSync(descriptor, bytes)
  } catch {
    return 0
  }
}

/** Makes a folder read-only until the end of the test, or until what is returned is called. */
export const makeReadOnly = (folder: string): (() => void) => {
  execFileSync("mount", ["--bind", folder, folder], { stdio: "pipe" })
  onTestFinished(() => unmount(folder))
  execFileSync("mount", ["-o", "remount,bind,ro", folder], { stdio: "pipe" })
  return () => unmount(folder)
}

/** Whether the disk under a folder does what a store relies on. */
import { spawnSync } from "node:child_process"
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync
} from "node:fs"
import { join } from "node:path"
import { describeBytes } from "../codec/describe.ts"
import { messageOf } from "../document/message-of.ts"
import { isGuarded } from "../fault/hooks.ts"
import { freeSpace } from "../store/free-space.ts"
import { tryLock } from "../store/kernel-lock.ts"
import { type Refusal, reasonOf, refusalOf } from "../store/system-words.ts"
import { type CheckupLine, good, problem, warning } from "./Checkup.ts"
import { isInMemory, isShared, mountOf } from "./mounted.ts"

/** Kind and room of a file system, and whether locks, renames and syncs work on it; a folder of its own is made there and removed. */
export const checkDisk = (folder: string): ReadonlyArray<CheckupLine> => {
  const lines = [fileSystemLine(mountOf(folder)?.type), roomLine(folder)]
  let scratch: string
  try {
    scratch = mkdtempSync(join(folder, ".doctor-"))
  } catch (cause) {
    const advice = ADVICE[refusalOf(cause, folder) ?? "Denied"] ?? MAKE_ROOM
    return [
      ...lines,
      problem("writable", `${folder} cannot be written: ${reasonOf(cause, folder)}`, `${advice}, or ${ELSEWHERE}`)
    ]
  }
  try {
    return [...lines, lockLine(scratch), renameLine(scratch), ...caseLines(scratch)]
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** What helps where a disk is full, and all can still do. */
export const MAKE_ROOM = "make room: `pipeline cache stats` says what the store holds"

const ELSEWHERE = "name another store in PIPELINE_CACHE"

/** What helps where nothing can be written; room does in all other cases. */
const ADVICE: { readonly [refusal in Refusal]?: string } = {
  Denied: "give this user the right to write there",
  ReadOnly: "mount it so that it can be written"
}

/** What to think of a file system of this type. */
export const fileSystemLine = (type: string | undefined): CheckupLine => {
  if (type === undefined) return good("file system", "of a kind that this system does not tell")
  if (isShared(type) && isGuarded("tell-shared-disk")) {
    const advice =
      "SQLite and locks are not to be trusted there: run on one machine at a time, and put the index on a local disk by PIPELINE_INDEX"
    return warning("file system", `${type}, which other machines may share`, advice)
  }
  if (isInMemory(type)) {
    return warning(
      "file system",
      `${type}: results are gone with the machine`,
      "name a store on a disk in PIPELINE_CACHE"
    )
  }
  return good("file system", type)
}

/** Bytes and files below which a run soon stops. */
const LITTLE = { bytes: 2 ** 30, files: 10_000 } as const

const roomLine = (folder: string): CheckupLine => {
  const free = freeSpace(folder)
  if (free === undefined) return good("room", "of a size that this system does not tell")
  const more = Number.isFinite(free.files) ? `, ${free.files} more files` : ""
  const fact = `${describeBytes(free.bytes)} free${more}`
  if (free.bytes >= LITTLE.bytes && free.files >= LITTLE.files) return good("room", fact)
  return warning("room", fact, MAKE_ROOM)
}

/** What another process does: SQLite answers a second connection of one process by itself, without asking the kernel. */
const OTHER = `
  const { DatabaseSync } = require("node:sqlite")
  try {
    new DatabaseSync(process.argv[1], { timeout: 0 }).exec("BEGIN EXCLUSIVE")
    console.log("free")
  } catch (cause) {
    console.log(/locked|busy/iu.test(cause.message) ? "held" : cause.message)
  }
`

const lockLine = (scratch: string): CheckupLine => {
  const advice = "run on one machine and with one process at a time, or put the store on a local disk"
  try {
    const file = join(scratch, "lock")
    const held = tryLock(file)
    if (held === undefined) return problem("locks", "a new lock is held by nobody knows whom", advice)
    const asked = spawnSync(process.execPath, ["--no-warnings", "-e", OTHER, file], { encoding: "utf8" })
    held.close()
    const answer = asked.stdout.trim()
    if (answer === "held") return good("locks", "held against another process")
    return problem("locks", answer === "free" ? "another process gets a lock that is held" : answer, advice)
  } catch (cause) {
    return problem("locks", `cannot be taken: ${messageOf(cause)}`, advice)
  }
}

const renameLine = (scratch: string): CheckupLine => {
  const [from, to] = [join(scratch, "from"), join(scratch, "to")]
  const advice = "results could be lost there with the power: put the store on another file system"
  try {
    const before = performance.now()
    for (const text of ["old", "new"]) {
      writeSynced(from, text)
      renameSync(from, to)
    }
    if (process.platform !== "win32") syncPath(scratch)
    const millis = (performance.now() - before) / 2
    if (readFileSync(to, "utf8") !== "new" || existsSync(from))
      return problem("renames", "do not replace files", advice)
    return good("renames", `replace files, synced in ${millis.toFixed(1)}ms each`)
  } catch (cause) {
    return problem("renames", `and syncs fail: ${messageOf(cause)}`, advice)
  }
}

/** It is the disk that is asked: whatever the setting says, this one and the next wait for it. */
const writeSynced = (file: string, text: string): void => {
  const descriptor = openSync(file, "w")
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const syncPath = (path: string): void => {
  const descriptor = openSync(path, "r")
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const caseLines = (scratch: string): ReadonlyArray<CheckupLine> =>
  existsSync(join(scratch, "TO"))
    ? [
        warning(
          "names",
          "capital and small letters are the same there",
          "let no two outputs of a stage differ only in that"
        )
      ]
    : []

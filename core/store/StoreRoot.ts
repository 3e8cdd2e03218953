/** The folder of a store: its parts, the version of its format, and its name among stores. */
import { randomUUID } from "node:crypto"
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync
} from "node:fs"
import { open } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { Context, Effect, Layer } from "effect"
import { isGuarded } from "../fault/hooks.ts"
import { attempt, attemptSync, makeFolder, writeDurably } from "./durable.ts"
import { Lease } from "./Lease.ts"
import { StoreTooNew, StoreUnavailable } from "./StoreError.ts"

/**
 * Version of the layout below and of what lies in it; a store of a newer one is refused. What format 1 wrote is read as it
 * is; the first writer marks the store as of this version, since its own lines would mean nothing to an older one.
 */
export const STORE_FORMAT = 2

export interface StoreRootShape {
  readonly path: string
  /** Tells this store from every other: an index that was made of another one is not its view. */
  readonly id: string
  readonly objects: string
  readonly quarantine: string
  /** What nothing needed when it was last collected; it comes back when somebody asks for it before it is removed. */
  readonly trash: string
  readonly actions: string
  readonly runs: string
  readonly locks: string
  /** What unfinished tasks have so far, by key. */
  readonly checkpoints: string
  /** Working directories of commands: those that run, and those of attempts that failed. */
  readonly work: string
  /** Memo of code identities. */
  readonly code: string
  /** Memos of plans, and of runs that succeeded. */
  readonly memos: string
  readonly catalogue: string
  /** The index may lie elsewhere: SQLite must not live on a network disk. `undefined` keeps it in memory. */
  readonly index: string | undefined
  /** Where a reader puts what it makes on its way, when the store is not there or not writable; gone at its end. */
  readonly scratch: string | undefined
  /** By which others see that this opening lives; taken before anything of the store is looked at. A reader beside it has none. */
  readonly lease: Lease | undefined
}

export interface StoreOptions {
  readonly index?: string | undefined
  /**
   * A writer makes the store when it is not there. A reader makes none, and needs no right to write; one that prepares a
   * run makes it where it can, for what it works out is of use to those that follow. Where a store is optional it only saves
   * work: one that cannot be read is as good as none.
   */
  readonly access?: "read" | "prepare" | "write" | "optional"
}

export class StoreRoot extends Context.Service<StoreRoot, StoreRootShape>()("athanor/store/StoreRoot") {
  /** Opens the store at a path. */
  static readonly layer = (
    path: string,
    options: StoreOptions = {}
  ): Layer.Layer<StoreRoot, StoreUnavailable | StoreTooNew> =>
    Layer.effect(StoreRoot, openStore(resolve(path), options))
}

const openStore = Effect.fnUntraced(function* (path: string, { index, access = "write" }: StoreOptions) {
  if (index !== undefined) yield* attempt("use", index, () => prepareIndex(index))
  const found = readFormat(path)
  const format = yield* access === "optional" ? Effect.orElseSucceed(found, () => undefined) : found
  const made = make(path, format, index)
  if (access === "write" || !isGuarded("read-beside")) return yield* made
  const beside = openBeside(path, format, index)
  const isUsable = format === undefined ? access === "prepare" : isWritable(path)
  // Where even a lock is too much for the disk, reading may go all the same.
  return yield* isUsable ? Effect.catch(made, () => beside) : beside
})

/** The place of an index outside of the store. What lies there and is none would be lost: an index is made anew when it is damaged. */
const prepareIndex = async (index: string): Promise<void> => {
  const look = statSync(index, { throwIfNoEntry: false })
  if (look === undefined) return makeFolder(dirname(index)).catch(() => undefined)
  if (!look.isFile() || look.size === 0) return
  const file = await open(index)
  const { buffer: start } = await file.read(Buffer.alloc(SQLITE.length)).finally(() => file.close())
  if (!start.equals(SQLITE)) throw new Error("it holds something else; name another file in PIPELINE_INDEX")
}

/** How a database of SQLite begins. */
const SQLITE = Buffer.from("SQLite format 3\0")

/** The store itself, with all folders that it lacks. */
const make = Effect.fnUntraced(function* (path: string, format: Format | undefined, index: string | undefined) {
  // Said at once and in one sentence, before the first of many parts cannot be written.
  if (existsSync(path)) yield* attemptSync("write to", path, () => accessSync(path, constants.W_OK))
  yield* attempt("create", path, () => makeFolders(path))
  const parts = partsOf(path)
  const lease = yield* Effect.acquireRelease(
    attemptSync("open", path, () => Lease.take(parts.locks)),
    (taken) => Effect.sync(() => taken.end())
  )
  const isCurrent = format?.store === STORE_FORMAT && format.id !== undefined
  const id = isCurrent ? format.id : yield* writeFormat(path, format)
  return {
    ...parts,
    id,
    index: index ?? join(path, "index.sqlite"),
    scratch: undefined,
    lease
  } satisfies StoreRootShape
})

/** A store of which nothing is changed: what a reader makes goes into a folder beside it, which is gone at the end. */
const openBeside = Effect.fnUntraced(function* (path: string, format: Format | undefined, index: string | undefined) {
  const scratch = yield* temporaryFolder
  const parts = partsOf(path)
  const code = join(scratch, "code")
  // Memos are a few small files that save the work of building; a copy can take new ones.
  yield* Effect.ignore(attemptSync("read", parts.code, () => copyFolder(parts.code, code)))
  const id = format?.id ?? `at ${path}`
  return {
    ...parts,
    id,
    code,
    index: format === undefined ? undefined : index,
    scratch,
    lease: undefined
  } satisfies StoreRootShape
})

/** The parts of a store at a path, whether they are there or not. */
export const partsOf = (path: string) => ({
  path,
  objects: join(path, "objects"),
  quarantine: join(path, "quarantine"),
  trash: join(path, "trash"),
  actions: join(path, "actions"),
  runs: join(path, "runs"),
  locks: join(path, "locks"),
  checkpoints: join(path, "checkpoints"),
  work: join(path, "work"),
  code: join(path, "code"),
  memos: join(path, "memos"),
  catalogue: join(path, "catalogue.json")
})

/** Makes what is missing: copies by way of Git, object stores or archives come without empty folders. */
const makeFolders = async (path: string): Promise<void> => {
  const { objects, actions, runs, locks, code } = partsOf(path)
  for (const folder of [objects, actions, runs, locks, code]) if (!existsSync(folder)) await makeFolder(folder)
}

/** What `format.json` says. */
export interface Format {
  readonly store: number
  /** Stores of before had none. */
  readonly id?: string
}

/** What `format.json` of a store says; `undefined` where there is none. */
export const readFormat = Effect.fnUntraced(function* (path: string) {
  const file = formatFile(path)
  const text = yield* attemptSync("open", path, () => (existsSync(file) ? readFileSync(file, "utf8") : undefined))
  if (text === undefined) return undefined
  const format = parseFormat(text)
  if (format === undefined) return yield* new StoreUnavailable({ operation: "open", path, cause: new Error(BROKEN) })
  if (format.store <= STORE_FORMAT) return format
  return yield* new StoreTooNew({ path, found: format.store, supported: STORE_FORMAT })
})

const BROKEN =
  "its format.json is empty or damaged; if Athanor made this folder, delete that file and it is written anew: no result is lost"

const parseFormat = (text: string): Format | undefined => {
  try {
    const { id, store, ...more } = JSON.parse(text)
    return typeof store === "number" ? { store, ...more, ...(typeof id === "string" ? { id } : {}) } : undefined
  } catch {
    return undefined
  }
}

/** Writes the format, with a new id where there is none; the id that counts when another process does so at the same time. */
const writeFormat = Effect.fnUntraced(function* (path: string, found: Format | undefined) {
  const id = found?.id ?? randomUUID()
  yield* writeDurably(formatFile(path), `${JSON.stringify({ ...found, store: STORE_FORMAT, id })}\n`)
  return (yield* readFormat(path))?.id ?? id
})

/** The file by which a folder is a store. */
export const formatFile = (path: string): string => join(path, "format.json")

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const copyFolder = (from: string, to: string): void => {
  mkdirSync(to)
  if (existsSync(from)) cpSync(from, to, { recursive: true })
}

const temporaryFolder = Effect.acquireRelease(
  attemptSync("create", tmpdir(), () => mkdtempSync(join(tmpdir(), "athanor-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

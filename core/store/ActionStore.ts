/** Results by key: append-only segments are the truth, an index the view. */
import { randomBytes } from "node:crypto"
import { closeSync, fdatasyncSync, fstatSync, openSync, writeSync } from "node:fs"
import { join } from "node:path"
import { Clock, Context, Effect, Layer, type Scope } from "effect"
import { type ActionIndex, openIndex, type SegmentEntry } from "./ActionIndex.ts"
import type { ActionRecord } from "./ActionRecord.ts"
import type { Artifact } from "./Artifact.ts"
import { encodeLine } from "./checked-lines.ts"
import type { Digest } from "./Digest.ts"
import { attempt, attemptSync, syncFolder } from "./durable.ts"
import { acquireLock } from "./file-lock.ts"
import type { StoreUnavailable } from "./StoreError.ts"
import { StoreRoot, type StoreRootShape } from "./StoreRoot.ts"

export class ActionStore extends Context.Service<
  ActionStore,
  {
    /** The record of a key; takes microseconds, and does not see what another process has done since `refresh`. */
    readonly find: (key: Digest) => ActionRecord | undefined
    /**
     * Makes a record durable. Every object that it names must be durable already.
     *
     * The first writer wins: the record returned is the one that holds for the key from now on.
     */
    readonly commit: (record: ActionRecord) => Effect.Effect<ActionRecord, StoreUnavailable>
    /** Ends the validity of a key's record: its objects are damaged, or it is to be computed anew. */
    readonly forget: (key: Digest) => Effect.Effect<void, StoreUnavailable>
    /** Takes in what other processes have committed. */
    readonly refresh: Effect.Effect<void, StoreUnavailable>
    /** Records of a stage type, the latest first. */
    readonly history: (stageType: string, limit?: number) => ReadonlyArray<ActionRecord>
    /** Records that a task of this name made, the latest first. */
    readonly ofTask: (stageType: string, task: string, limit?: number) => ReadonlyArray<ActionRecord>
    /** Artifacts whose digest starts like this, each once. Reads every record. */
    readonly findArtifacts: (prefix: string) => ReadonlyArray<Artifact>
    /** Holds a key until the scope closes, so that one process computes it while others wait. Gone with its holder. */
    readonly lock: (key: Digest) => Effect.Effect<void, StoreUnavailable, Scope.Scope>
  }
>()("athanor/store/ActionStore") {
  static readonly layer: Layer.Layer<ActionStore, StoreUnavailable, StoreRoot> = Layer.effect(
    ActionStore,
    Effect.flatMap(StoreRoot, (root) => make(root))
  )
}

const make = Effect.fnUntraced(function* (root: StoreRootShape) {
  const index = yield* Effect.acquireRelease(
    attemptSync("open the index of", root.path, () => openIndex(root.index, root.actions)),
    (opened) => Effect.sync(() => opened.close())
  )
  const segment = new Segment(root.actions, index)
  yield* Effect.addFinalizer(() => Effect.sync(() => segment.close()))

  const append = Effect.fnUntraced(function* (entry: SegmentEntry) {
    const isNew = yield* attemptSync("append to", root.actions, () => segment.append(entry))
    if (isNew) yield* attempt("sync", root.actions, () => syncFolder(root.actions))
  })

  const commit = Effect.fn("ActionStore.commit")(function* (record: ActionRecord) {
    yield* append({ record, at: yield* now })
    return index.find(record.key) ?? record
  })

  const forget = Effect.fn("ActionStore.forget")(function* (key: Digest) {
    yield* append({ forget: key, at: yield* now })
  })

  return ActionStore.of({
    find: (key) => index.find(key),
    commit,
    forget,
    refresh: attemptSync("refresh the index of", root.path, () => index.refresh()),
    history: (stageType, limit = 200) => index.history(stageType, limit),
    ofTask: (stageType, task, limit = 20) => index.ofTask(stageType, task, limit),
    findArtifacts: (prefix) => {
      const found = index
        .all()
        .flatMap(({ outputs }) => Object.values(outputs).filter(({ digest }) => digest.startsWith(prefix)))
      return [...new Map(found.map((artifact) => [artifact.digest, artifact])).values()]
    },
    // Keys share lock files by their first digits, so that files do not pile up: at worst a task waits for another.
    lock: (key) => acquireLock(join(root.locks, key.slice(0, 3)))
  })
})

/** Milliseconds since 1970, finer than a millisecond: a record may follow at once on the end of its predecessor. */
const now = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos) / 1e6)

/** The segment that this process appends to: one for each process, so that no two writers share a file. */
class Segment {
  private readonly folder: string
  private readonly index: ActionIndex
  private readonly name = `${Date.now().toString(36)}-${process.pid}-${randomBytes(4).toString("hex")}.log`
  private descriptor: number | undefined

  constructor(folder: string, index: ActionIndex) {
    this.folder = folder
    this.index = index
  }

  /** Appends an entry and makes it durable; whether the file is new and its folder has to be synced. */
  append(entry: SegmentEntry): boolean {
    const isNew = this.descriptor === undefined
    const descriptor = this.descriptor ?? openSync(join(this.folder, this.name), "a")
    this.descriptor = descriptor
    const line = Buffer.from(`${encodeLine(entry)}\n`)
    // A full disk may take half of a line: a line break closes it, and its checksum marks it.
    if (writeSync(descriptor, line) < line.length) {
      writeSync(descriptor, "\n")
      throw new Error("the disk took only a part of the record")
    }
    fdatasyncSync(descriptor)
    this.index.add([entry], this.name, fstatSync(descriptor).size)
    return isNew
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor)
  }
}

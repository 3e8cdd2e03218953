/**
 * What a run that succeeded promises: as long as everything that decided it is as it was, and its results are there, the
 * same words give the same results, and nothing has to be planned or looked up to know it. Throws what the disk throws.
 *
 * A memo is no truth about anything: one that is missing, damaged or outdated costs the way through the planner.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { type FileLook, isSettled, lookAt, looksSame } from "../document/file-look.ts"
import type { Reads } from "../document/Reads.ts"
import { decodeLine, encodeLine } from "../store/checked-lines.ts"
import type { Digest } from "../store/Digest.ts"
import { hasSize, objectPath } from "../store/object-path.ts"
import { type SegmentLengths, tellsNothingEnded } from "../store/segment-lengths.ts"
import type { JournalEvent } from "./JournalEvent.ts"

/** Version of the memo's form, and of what has to hold for it to be right. */
const MEMO_FORMAT = 1

/** The look of a file by its path, in full: what a list of thousands takes the least room for. */
type Looked =
  | readonly [path: string, size: number, modified: string, changed: string, inode: string]
  | readonly [string]

export interface RunMemo {
  /** Nanoseconds since 1970, as text: before the first of the files was looked at. */
  readonly takenAt: string
  /** The store in which the results lie. */
  readonly store: string
  /** The run whose results they are: its folder has the journal and the plan. */
  readonly run: string
  readonly started: Pick<
    Extract<JournalEvent, { readonly _tag: "RunStarted" }>,
    "pipeline" | "file" | "profile" | "params" | "jobs" | "environment" | "tasks"
  >
  /** Tasks of each stage. */
  readonly stages: { readonly [stage: string]: number }
  /** Pipeline, fragments, parameters, sources, code, lock file: all that was read. */
  readonly files: ReadonlyArray<Looked>
  readonly environment: { readonly [name: string]: string | null }
  /** Lengths of the segments when the records were found to hold. */
  readonly segments: SegmentLengths
  /** The objects that the results consist of, each with its size; small ones live in their records. */
  readonly objects: ReadonlyArray<readonly [digest: Digest, bytes: number]>
  /** What the report shows, and where it lies. */
  readonly report: { readonly folder: string; readonly shown: string }
  /** How the answer is wanted. */
  readonly asked: { readonly check: boolean; readonly json: boolean }
}

/** Where the memo of a command lies: `words` is all that its meaning depends on besides files and environment. */
export const memoFile = (store: string, words: ReadonlyArray<string>): string => {
  const name = createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 24)
  return join(store, "memos", `${name}.json`)
}

/** The memo at a path; `undefined` when there is none that this version can trust. */
export const readMemo = (file: string): RunMemo | undefined => {
  if (!existsSync(file)) return undefined
  const content = decodeLine(readFileSync(file, "utf8"))
  return isCurrent(content) ? content : undefined
}

const isCurrent = (content: unknown): content is RunMemo =>
  typeof content === "object" && content !== null && "format" in content && content.format === MEMO_FORMAT

/** Puts a memo in place. It need not survive a power failure, so nobody waits for the disk. */
export const writeMemo = (file: string, memo: RunMemo): void => {
  mkdirSync(dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}.tmp`
  writeFileSync(temporary, encodeLine({ format: MEMO_FORMAT, ...memo }))
  renameSync(temporary, file)
}

/** What a plan was made from, in the form of a memo. */
export const watched = (reads: Reads): Pick<RunMemo, "takenAt" | "files" | "environment"> => ({
  takenAt: String(reads.takenAt),
  files: Array.from(reads.files, ([path, look]) => looked(path, look)),
  environment: Object.fromEntries(Array.from(reads.environment, ([name, value]) => [name, value ?? null]))
})

const looked = (path: string, look: FileLook | undefined): Looked =>
  look === undefined ? [path] : [path, look.size, look.modified, look.changed, look.inode]

/** Whether all is as it was when the memo was made, in the store at this path. */
export const stillHolds = (memo: RunMemo, store: string, environment: NodeJS.ProcessEnv): boolean =>
  Object.entries(memo.environment).every(([name, value]) => (environment[name] ?? null) === value) &&
  areAsTheyWere(memo) &&
  memo.objects.every(([digest, bytes]) => hasSize(objectPath(join(store, "objects"), digest), bytes)) &&
  tellsNothingEnded(join(store, "actions"), memo.segments)

const areAsTheyWere = ({ files, takenAt }: RunMemo): boolean => {
  const taken = BigInt(takenAt)
  return files.every(([path, size, modified, changed, inode]) => {
    const now = lookAt(path)
    if (size === undefined) return now === undefined
    return now !== undefined && looksSame(now, { size, modified, changed, inode } as FileLook) && isSettled(now, taken)
  })
}

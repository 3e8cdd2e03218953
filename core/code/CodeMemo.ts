/** What is remembered about a stage type's code, so that unchanged files are not built again. */
import { existsSync, readFileSync } from "node:fs"
import type { Effect } from "effect"
import type { CodeParts } from "../store/ActionRecord.ts"
import { decodeLine, encodeLine } from "../store/checked-lines.ts"
import type * as Digest from "../store/Digest.ts"
import { attemptSync, writeDurably } from "../store/durable.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { compare, type FileSignature, type Freshness } from "./signature.ts"

/** Version of the memo and of how code is built: raised when the bundle or identity of unchanged files would change, or more is refused. */
const MEMO_FORMAT = 7

export interface CodeMemo {
  /** Nanoseconds since 1970, as text: before the first of the files was read. */
  readonly takenAt: string
  readonly files: ReadonlyArray<FileSignature>
  readonly identity: Digest.Digest
  readonly parts: CodeParts
  readonly bundle: Digest.Digest
}

/** The memo of a file; `undefined` when there is none, or none that can be trusted. */
export const read = (path: string): Effect.Effect<CodeMemo | undefined, StoreUnavailable> =>
  attemptSync("read", path, () => {
    if (!existsSync(path)) return undefined
    const content = decodeLine(readFileSync(path, "utf8"))
    // Its checksum holds, so this program wrote it: only its version is in question.
    return isCurrentFormat(content) ? content : undefined
  })

const isCurrentFormat = (content: unknown): content is CodeMemo =>
  typeof content === "object" && content !== null && "format" in content && content.format === MEMO_FORMAT

export const write = (path: string, memo: CodeMemo): Effect.Effect<void, StoreUnavailable> =>
  writeDurably(path, encodeLine({ format: MEMO_FORMAT, ...memo }))

/** Whether all files are as they were: without looking into them, after looking, or not. */
export const freshness = ({ files, takenAt }: CodeMemo): Freshness => {
  const taken = BigInt(takenAt)
  let result: Freshness = "unchanged"
  for (const file of files) {
    const one = compare(file, taken)
    if (one === "changed") return "changed"
    if (one === "compared") result = "compared"
  }
  return result
}

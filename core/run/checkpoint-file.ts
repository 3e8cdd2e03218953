/** The checkpoint of a task on the disk: outputs in their stored form in one file, which is whole or as good as absent. */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { Continuation } from "../store/ActionRecord.ts"
import { decodeLine, encodeLine } from "../store/checked-lines.ts"
import type { Digest } from "../store/Digest.ts"
import { mustSync } from "../store/durability.ts"
import { writeSynced } from "../store/place-synced.ts"
import { temporaryName } from "../store/temporary-name.ts"
import type { MadeFile } from "./Executor.ts"
import { ownBytes } from "./own-bytes.ts"

/** What the steps so far have made. */
export interface CheckpointContent extends Continuation {
  readonly outputs: { readonly [port: string]: ReadonlyArray<MadeFile> }
}

const NAME = "checkpoint"

/** Version of the file; a file of another one is as good as absent. */
const CHECKPOINT_FORMAT = 1

/** The first line of the file; the files follow, one after the other. */
interface Header {
  readonly format: number
  readonly at: number
  readonly key?: Digest
  readonly files: ReadonlyArray<{ readonly port: string; readonly path: string; readonly bytes: number }>
  /** SHA-256 of all that follows. */
  readonly digest: string
}

/**
 * Replaces the checkpoint in a folder, which is made when it is not there. The name must not come to stand for bytes that a
 * power failure has taken, or the checkpoint before would be lost too: unless nobody waits for the disk, it is synced first.
 * Throws what the disk throws.
 */
export const writeCheckpoint = (
  folder: string,
  { at, key, outputs }: CheckpointContent,
  isSynced = mustSync()
): void => {
  const files = Object.entries(outputs).flatMap(([port, made]) => made.map((file) => ({ port, ...file })))
  const hash = createHash("sha256")
  for (const { bytes } of files) hash.update(bytes)
  const header: Header = {
    format: CHECKPOINT_FORMAT,
    at,
    ...(key === undefined ? {} : { key }),
    files: files.map(({ port, path, bytes }) => ({ port, path, bytes: bytes.byteLength })),
    digest: hash.digest("hex")
  }
  mkdirSync(folder, { recursive: true })
  const temporary = temporaryName(join(folder, NAME))
  try {
    writeSynced(temporary, [Buffer.from(`${encodeLine(header)}\n`), ...files.map(({ bytes }) => bytes)], isSynced)
    renameSync(temporary, join(folder, NAME))
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  }
}

/** Whether a folder has a file that was written as a checkpoint, sound or not. */
export const looksWritten = (folder: string): boolean =>
  readIfThere(join(folder, NAME))?.subarray(0, BEGINNING.length).equals(BEGINNING) ?? false

/** How such a file begins. */
const BEGINNING = Buffer.from('{"crc":"')

/** The checkpoint in a folder; `undefined` when there is none, or it is not as it was written. */
export const readCheckpoint = (folder: string): CheckpointContent | undefined => {
  const bytes = readIfThere(join(folder, NAME))
  const start = (bytes?.indexOf(0x0a) ?? -1) + 1
  if (bytes === undefined || start === 0) return undefined
  const header = decodeLine(bytes.subarray(0, start - 1).toString()) as Header | undefined
  if (header?.format !== CHECKPOINT_FORMAT) return undefined
  const body = bytes.subarray(start)
  if (createHash("sha256").update(body).digest("hex") !== header.digest) return undefined
  const outputs: Record<string, Array<MadeFile>> = {}
  let from = 0
  for (const { port, path, bytes: size } of header.files) {
    outputs[port] = [...(outputs[port] ?? []), { path, bytes: ownBytes(body.subarray(from, from + size)) }]
    from += size
  }
  return { at: header.at, ...(header.key === undefined ? {} : { key: header.key }), outputs }
}

const readIfThere = (file: string): Buffer | undefined => {
  // Most tasks have none, and to look costs less than to fail.
  if (!existsSync(file)) return undefined
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

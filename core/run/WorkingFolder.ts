/** The private folder of a command: files and inputs are copies, so that nothing it does to them can reach the store. */
import { randomBytes } from "node:crypto"
import { constants, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { copyFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import type { CommandFile } from "../code/CommandCode.ts"
import { itemNames, MANIFEST, stagedPath } from "../plan/staged-path.ts"
import { type Digest, ofFile } from "../store/Digest.ts"
import type { AttemptInput, LocatedFile } from "./Executor.ts"
import { FolderUnusable } from "./FolderUnusable.ts"
import { InputUnreadable, readVerified } from "./open-inputs.ts"

/** Larger files are copied by the system, which may share their blocks, instead of by way of memory. Bytes. */
const LARGE = 4 * 2 ** 20

/** Milliseconds for which the folder of a failed attempt is kept. */
const KEPT = 7 * 24 * 60 * 60 * 1000

export class WorkingFolder {
  /** All that belongs to the attempt. It is `HOME` and `TMPDIR` too: what a command leaves there is no output. */
  readonly root: string
  /** Where the command runs. */
  readonly cwd: string
  /** For the file that takes what it prints. */
  readonly log: string
  /** Folders that have been made, relative to `cwd`. */
  private readonly made = new Set(["."])

  /** A folder of its own for an attempt, below `parent`; it is not made yet. */
  constructor(parent: string, label: string) {
    const name = `${label.replace(/[^\w=.,@-]+/gu, "_").slice(0, 80)}.${process.pid}.${randomBytes(4).toString("hex")}`
    this.root = join(parent, name)
    this.cwd = join(this.root, "work")
    this.log = join(this.root, "log")
  }

  make(): Effect.Effect<void, FolderUnusable> {
    return FolderUnusable.try(() => mkdirSync(this.cwd, { recursive: true }))
  }

  /** Writes a file of the command. */
  placeFile({ path, executable }: CommandFile, bytes: Uint8Array): Effect.Effect<void, FolderUnusable> {
    return this.write(path, bytes, executable ? 0o755 : 0o644)
  }

  /** Makes the folder that an output will lie in. */
  prepareOutput(path: string): Effect.Effect<void, FolderUnusable> {
    return FolderUnusable.try(() => this.makeFolder(dirname(path)))
  }

  /** Copies what arrives at a port, verified. */
  placeInput(port: string, input: AttemptInput): Effect.Effect<void, InputUnreadable | FolderUnusable> {
    const path = stagedPath(port, input)
    if (input._tag === "One") return this.placeArtifact(port, path, input.kind === "Directory", input.files)
    const names = itemNames(input.kind, input.items)
    const manifest = input.items.map(({ matrix }, index) => ({ path: names[index], matrix }))
    return Effect.andThen(
      this.write(`${path}/${MANIFEST}`, `${JSON.stringify(manifest, null, 2)}\n`),
      Effect.forEach(
        input.items,
        ({ files }, index) => this.placeArtifact(port, `${path}/${names[index]}`, input.kind === "Directory", files),
        { discard: true }
      )
    )
  }

  private placeArtifact(port: string, path: string, isFolder: boolean, files: ReadonlyArray<LocatedFile>) {
    const copies = Effect.forEach(files, (file) => this.copy(port, isFolder ? `${path}/${file.path}` : path, file), {
      discard: true
    })
    return isFolder
      ? Effect.andThen(
          FolderUnusable.try(() => this.makeFolder(path)),
          copies
        )
      : copies
  }

  private copy(port: string, path: string, file: LocatedFile): Effect.Effect<void, InputUnreadable | FolderUnusable> {
    if (file.content._tag === "Inline" || file.bytes <= LARGE) {
      return Effect.flatMap(readVerified(port, file), (bytes) => this.write(path, bytes))
    }
    const { content, digest } = file
    const target = join(this.cwd, path)
    const copied = FolderUnusable.tryPromise(async () => {
      this.makeFolder(dirname(path))
      await copyFile(content.file, target, constants.COPYFILE_FICLONE)
      // Of the copy, not of what was copied: the bytes that the command will see are the ones to be sure of.
      return ofFile(target)
    })
    return copied.pipe(
      // A disk without room is no reason to compute anew what is whole.
      Effect.catch((failure) => Effect.andThen(checkObject(port, content.file, digest), Effect.fail(failure))),
      Effect.flatMap((found) => expectDigest(port, digest, found))
    )
  }

  private write(path: string, content: Uint8Array | string, mode = 0o644): Effect.Effect<void, FolderUnusable> {
    return FolderUnusable.try(() => {
      this.makeFolder(dirname(path))
      writeFileSync(join(this.cwd, path), content, { mode })
    })
  }

  private makeFolder(path: string): void {
    if (this.made.has(path)) return
    mkdirSync(join(this.cwd, path), { recursive: true })
    this.made.add(path)
  }
}

const expectDigest = (port: string, digest: Digest, found: Digest): Effect.Effect<void, InputUnreadable> => {
  if (found === digest) return Effect.void
  return Effect.fail(new InputUnreadable({ port, digest, reason: `object ${digest.slice(0, 12)} is damaged` }))
}

const checkObject = (port: string, file: string, digest: Digest): Effect.Effect<void, InputUnreadable> =>
  Effect.tryPromise({
    try: () => ofFile(file),
    catch: (cause) =>
      new InputUnreadable({ port, digest, reason: cause instanceof Error ? cause.message : String(cause) })
  }).pipe(Effect.flatMap((found) => expectDigest(port, digest, found)))

/** Removes folders of failed attempts, and of runs that died, that nobody has looked at for a week. */
export const sweepWorkingFolders = (parent: string, now: number): void => {
  for (const name of namesIn(parent)) {
    const folder = join(parent, name)
    const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? { mtimeMs: now }
    if (now - mtimeMs > KEPT && !isAlive(Number(name.split(".").at(-2))))
      rmSync(folder, { recursive: true, force: true })
  }
}

const namesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    // Made with the first command.
    return []
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

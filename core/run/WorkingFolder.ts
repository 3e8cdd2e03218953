/** The private folder of a command: files and inputs are copies, so that nothing it does to them can reach the store. */
import { randomBytes } from "node:crypto"
import { constants, mkdirSync, writeFileSync } from "node:fs"
import { chmod, copyFile, rm } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { Effect } from "effect"
import type { CommandFile } from "../code/CommandCode.ts"
import { messageOf } from "../document/message-of.ts"
import { isGuarded } from "../fault/hooks.ts"
import { itemNames, MANIFEST, stagedPath } from "../plan/staged-path.ts"
import { type Digest, ofFile } from "../store/Digest.ts"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import type { AttemptInput, LocatedFile } from "./Executor.ts"
import { FolderUnusable } from "./FolderUnusable.ts"
import { InputUnreadable, readVerified } from "./open-inputs.ts"
import type { Redaction } from "./Redaction.ts"
import { removeSecrets } from "./remove-secrets.ts"
import { SecretMark } from "./SecretMark.ts"

/** Larger files are copied by the system, which may share their blocks, instead of by way of memory. Bytes. */
const LARGE = 4 * 2 ** 20

export class WorkingFolder {
  /** All that belongs to the attempt. It is `HOME` and `TMPDIR` too: what a command leaves there is no output. */
  readonly root: string
  /** Where the command runs. */
  readonly cwd: string
  /** For the file that takes what it prints. */
  readonly log: string
  /** Whether secrets may come to lie in it. */
  readonly isSecret: boolean
  /** Folders that have been made, relative to `cwd`. */
  private readonly made = new Set(["."])
  private mark: SecretMark | undefined

  /** A folder of its own for an attempt, by whose name others see whether its process lives; it is not made yet. */
  constructor({ work, lease }: Pick<StoreRootShape, "work" | "lease">, label: string, isSecret: boolean) {
    // Who has no lease may not write to the store, and makes no folder there.
    const name = `${plainName(label)}.${lease?.id ?? "nobody"}.${randomBytes(4).toString("hex")}`
    this.root = join(work, name)
    this.cwd = join(this.root, "work")
    this.log = join(this.root, "log")
    this.isSecret = isSecret
  }

  /** `checkpoints` is where its command may leave something too. */
  make(checkpoints?: string): Effect.Effect<void, FolderUnusable> {
    return FolderUnusable.try(this.root, () => {
      if (this.isSecret) this.mark = SecretMark.of(this.root, checkpoints)
      mkdirSync(this.cwd, { recursive: true })
    })
  }

  /**
   * Leaves it to whoever looks for the reason of a failure, without the files that hold a secret. One that cannot be searched
   * stays marked, for the next run to remove.
   */
  keep(redaction: Redaction): void {
    if (removeSecrets(this.root, redaction)) this.mark?.release()
  }

  /** Removes it now, with all that is in it. */
  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true, maxRetries: 3 })
    this.mark?.release()
  }

  /** Writes a file of the command. */
  placeFile({ path, executable }: CommandFile, bytes: Uint8Array): Effect.Effect<void, FolderUnusable> {
    return this.write(path, bytes, executable ? 0o755 : 0o644)
  }

  /** Makes the folder that an output will lie in. */
  prepareOutput(path: string): Effect.Effect<void, FolderUnusable> {
    return FolderUnusable.try(join(this.cwd, path), () => this.makeFolder(dirname(path)))
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
          FolderUnusable.try(join(this.cwd, path), () => this.makeFolder(path)),
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
    const copied = FolderUnusable.tryPromise(target, async () => {
      this.makeFolder(dirname(path))
      await copyFile(content.file, target, constants.COPYFILE_FICLONE)
      await chmod(target, 0o644)
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
    const target = join(this.cwd, path)
    return FolderUnusable.try(target, () => {
      this.makeFolder(dirname(path))
      writeFileSync(target, content, { mode })
    })
  }

  private makeFolder(path: string): void {
    if (this.made.has(path)) return
    mkdirSync(join(this.cwd, path), { recursive: true })
    this.made.add(path)
  }
}

/** The lease of the process that made a folder, by the folder's name. */
export const holderOf = (folder: string): string => basename(folder).split(".").at(-2) ?? ""

/** What a task is called, as the name of a folder: parameters may hold any characters. */
const plainName = (label: string): string =>
  isGuarded("plain-folder-names") ? label.replace(/[^\w=.,@-]+/gu, "_").slice(0, 80) : label

const expectDigest = (port: string, digest: Digest, found: Digest): Effect.Effect<void, InputUnreadable> => {
  if (found === digest) return Effect.void
  return Effect.fail(new InputUnreadable({ port, digest, reason: `object ${digest.slice(0, 12)} is damaged` }))
}

const checkObject = (port: string, file: string, digest: Digest): Effect.Effect<void, InputUnreadable> =>
  Effect.tryPromise({
    try: () => ofFile(file),
    catch: (cause) => new InputUnreadable({ port, digest, reason: messageOf(cause) })
  }).pipe(Effect.flatMap((found) => expectDigest(port, digest, found)))

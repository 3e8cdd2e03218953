/** The system refused to make the folder of a command, or what lies in it. */
import { Data, Effect } from "effect"

/** What the system says when a disk, or a user's part of it, is full. */
const FULL = new Set(["ENOSPC", "EDQUOT"])

export class FolderUnusable extends Data.TaggedError("FolderUnusable")<{
  /** The system's words. */
  readonly message: string
  /** Whether it would go with more room on the disk. */
  readonly lacksSpace: boolean
}> {
  /** Does something on the disk, which may throw. */
  static try<A>(run: () => A): Effect.Effect<A, FolderUnusable> {
    return Effect.try({ try: run, catch: FolderUnusable.of })
  }

  /** Does something on the disk that takes its time. */
  static tryPromise<A>(run: () => Promise<A>): Effect.Effect<A, FolderUnusable> {
    return Effect.tryPromise({ try: run, catch: FolderUnusable.of })
  }

  private static of(cause: unknown): FolderUnusable {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
    const message = cause instanceof Error ? cause.message : String(cause)
    return new FolderUnusable({ message, lacksSpace: FULL.has(code) })
  }
}

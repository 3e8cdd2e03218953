/** The system refused to make the folder of a command, or what lies in it. */
import { Data, Effect } from "effect"
import { lacksSpace, reasonOf } from "../store/system-words.ts"

export class FolderUnusable extends Data.TaggedError("FolderUnusable")<{
  /** What is wrong at which path; of a full disk, how much is free. */
  readonly message: string
  /** Whether it would go with more room on the disk. */
  readonly lacksSpace: boolean
}> {
  /** Does something at a path, which may throw. */
  static try<A>(path: string, run: () => A): Effect.Effect<A, FolderUnusable> {
    return Effect.try({ try: run, catch: FolderUnusable.at(path) })
  }

  /** Does something at a path that takes its time. */
  static tryPromise<A>(path: string, run: () => Promise<A>): Effect.Effect<A, FolderUnusable> {
    return Effect.tryPromise({ try: run, catch: FolderUnusable.at(path) })
  }

  private static at(path: string): (cause: unknown) => FolderUnusable {
    return (cause) => {
      const reason = reasonOf(cause, path)
      // The system's own words name the path already.
      const isOwn = cause instanceof Error && reason === cause.message
      return new FolderUnusable({ message: isOwn ? reason : `${path}: ${reason}`, lacksSpace: lacksSpace(cause, path) })
    }
  }
}

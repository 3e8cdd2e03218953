/** Commands that look after a store make none where there is none, and do not call one healthy that is not there. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { cacheFolder } from "./Settings.ts"
import { UsageError } from "./UsageError.ts"

/** Runs a command where there is a store; otherwise says so. */
export const existingStore = <A, E, R>(command: Effect.Effect<A, E, R>): Effect.Effect<A, E | UsageError, R> =>
  Effect.suspend(
    (): Effect.Effect<A, E | UsageError, R> =>
      existsSync(join(cacheFolder(), "format.json"))
        ? command
        : Effect.fail(new UsageError({ reason: `there is no store at ${cacheFolder()}: a run makes one` }))
  )

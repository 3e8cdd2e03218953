/** From a command's effect to the exit status: every failure that a user can meet gets its words and its number. */
import * as Effect from "effect/Effect"
import type { CodeError } from "../code/CodeError.ts"
import type { CodecError } from "../codec/CodecError.ts"
import type { PipelineInvalid } from "../document/Diagnostic.ts"
import type { PinLost } from "../maintain/pins.ts"
import type { ResultLost } from "../record/ResultLost.ts"
import type { RunUnknown } from "../record/RunHistory.ts"
import { WaitObserver } from "../store/await-others.ts"
import { type ObjectDamaged, type StoreTooNew, StoreUnavailable } from "../store/StoreError.ts"
import { lacksSpace } from "../store/system-words.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { printError } from "./output.ts"
import { wantsColor } from "./Settings.ts"
import type { UsageError } from "./UsageError.ts"

/** Failures that commands share. */
export type CommandError =
  | PipelineInvalid
  | UsageError
  | RunUnknown
  | CodeError
  | CodecError
  | StoreUnavailable
  | StoreTooNew
  | ObjectDamaged
  | ResultLost
  | PinLost
  | { readonly _tag: "FigureError"; readonly message: string }

/** Loads a command's module, runs it, and sets the exit status. */
export const handle = <M, R>(
  module: Promise<M>,
  command: (module: M) => Effect.Effect<ExitStatus, CommandError, R>
): Effect.Effect<void, never, R> =>
  Effect.promise(() => module).pipe(
    Effect.flatMap(command),
    Effect.provideService(WaitObserver, (what) => printError(`waiting for ${what}`)),
    Effect.catch((error) => Effect.promise(() => complain(error))),
    // Look-ups in the store are plain functions: what they throw arrives as a defect.
    Effect.catchDefect((defect) =>
      defect instanceof StoreUnavailable ? Effect.promise(() => complain(defect)) : Effect.die(defect)
    ),
    Effect.flatMap((status) =>
      Effect.sync(() => {
        process.exitCode = status
      })
    )
  )

const UNUSABLE = new Set<string>(["StoreUnavailable", "StoreTooNew", "ObjectDamaged", "ResultLost", "FigureError"])

/** What helps, where the message alone does not tell. */
const adviceFor = async (error: CommandError): Promise<string> => {
  if (error._tag !== "StoreUnavailable" || !lacksSpace(error.cause, error.path)) return ""
  const { MAKE_ROOM } = await import("../maintain/check-disk.ts")
  return `; ${MAKE_ROOM}`
}

const complain = async (error: CommandError): Promise<ExitStatus> => {
  if (error._tag === "PipelineInvalid") {
    const { renderDiagnostics } = await import("../document/render-diagnostics.ts")
    printError(renderDiagnostics(error, { color: wantsColor(process.stderr) }))
    return EXIT.usage
  }
  printError(`error: ${error.message}${await adviceFor(error)}`)
  return UNUSABLE.has(error._tag) ? EXIT.unusable : EXIT.usage
}

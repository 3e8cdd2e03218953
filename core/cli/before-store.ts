/** What is read before a store is made: a pipeline file that is misspelt or damaged makes none. */
import { existsSync } from "node:fs"
import { Effect } from "effect"
import type { PipelineInvalid } from "../document/Diagnostic.ts"
import { type PipelineChoices, type ReadPipeline, readPipeline } from "./load-pipeline.ts"
import { cacheFolder } from "./Settings.ts"
import type { UsageError } from "./UsageError.ts"

/** Gives what was read, once: of a long file nobody is to hold the document for as long as a run lasts. */
export type TakeRead = () => ReadPipeline | undefined

/** Reads a pipeline file where there is no store yet; where there is one, it may remember the plan. */
export const beforeStore = (choices: PipelineChoices): Effect.Effect<TakeRead, UsageError | PipelineInvalid> =>
  Effect.suspend(() =>
    Effect.map(existsSync(cacheFolder()) ? Effect.undefined : readPipeline(choices), (read) => {
      let held: ReadPipeline | undefined = read
      return () => {
        const taken = held
        held = undefined
        return taken
      }
    })
  )

/** What is looked at before a store is made: a pipeline file that is misspelt or damaged makes none. */
import { existsSync } from "node:fs"
import { Effect } from "effect"
import type { PipelineInvalid } from "../document/Diagnostic.ts"
import { Reads } from "../document/Reads.ts"
import { readDocument, readText, type UsageError } from "./load-pipeline.ts"
import { cacheFolder } from "./Settings.ts"

/** Characters of a file that is decoded twice without anybody noticing; of a longer one nothing but its text is read. */
const SHORT = 20_000

/** Fails where a pipeline file cannot be read. Where there is a store already nothing is read: loading the file tells. */
export const beforeStore = (file: string): Effect.Effect<void, UsageError | PipelineInvalid> =>
  Effect.suspend(() =>
    existsSync(cacheFolder())
      ? Effect.void
      : Effect.flatMap(readText(file), (text) =>
          text.length > SHORT ? Effect.void : Effect.asVoid(readDocument(file, new Reads()))
        )
  )

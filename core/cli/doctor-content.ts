/** What `pipeline doctor --deep` says of the content of the store. */
import { Effect } from "effect"
import { describeBytes } from "../codec/describe.ts"
import { good, problem } from "../maintain/Checkup.ts"
import { verifyStore } from "../maintain/verify-store.ts"
import { storeLayer } from "./services.ts"

/** One line about every byte that the store holds. */
export const contentLine = Effect.gen(function* () {
  const { objects, bytes, records, damages } = yield* verifyStore()
  const fact = `${objects} objects of ${describeBytes(bytes)}, ${records} records`
  return damages.length === 0
    ? good("content", `${fact}: all as they were written`)
    : problem(
        "content",
        `${fact}: ${damages.length} damaged`,
        "`pipeline cache verify` lists them, with --repair it mends them"
      )
}).pipe(Effect.provide(storeLayer))

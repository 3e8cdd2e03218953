/** `pipeline get`: copies an artifact out of the store. */
import { statSync } from "node:fs"
import { join, relative } from "node:path"
import { Effect } from "effect"
import { fileName } from "../report/file-name.ts"
import { storeAround } from "../store/store-around.ts"
import { EXIT } from "./exit-status.ts"
import { type FoundArtifact, findArtifact } from "./find-artifact.ts"
import { print } from "./output.ts"
import { placeArtifact } from "./place-artifact.ts"
import { storeLayer } from "./services.ts"
import { storedEnding } from "./stored-ending.ts"
import { UsageError } from "./UsageError.ts"

/** Copies what a reference names. */
export const get = (choices: { readonly reference: string; readonly destination: string }) =>
  Effect.gen(function* () {
    const found = yield* findArtifact(choices.reference)
    const destination = within(choices.destination, found)
    const store = storeAround(destination)
    if (store !== undefined) {
      const reason = `${destination} lies in the store ${relative("", store) || "."}, in which nobody else may write`
      return yield* new UsageError({ reason })
    }
    yield* placeArtifact(found.artifact, destination).pipe(
      Effect.catchTag("ObjectDamaged", (damage) => Effect.fail(found.loss(damage)))
    )
    print(`${destination}  ${found.artifact.kind}  ${found.artifact.digest}`)
    return EXIT.success
  }).pipe(Effect.provide(storeLayer))

/** A folder that is there keeps what it has: the artifact goes inside, under its own name. */
const within = (destination: string, { artifact, name }: FoundArtifact): string => {
  const isFolder =
    /[/\\]$/u.test(destination) || statSync(destination, { throwIfNoEntry: false })?.isDirectory() === true
  return isFolder ? join(destination, `${fileName(name)}${storedEnding(artifact)}`) : destination
}

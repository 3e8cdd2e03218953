/** Where the parts of a plan are written: finds the texts that `Places` reads. */
import { existsSync, readFileSync } from "node:fs"
import { Effect } from "effect"
import type { PipelineDocument } from "../document/PipelineDocument.ts"
import type { BundleCode, Plan } from "../plan/Plan.ts"
import { Host } from "../run/Host.ts"
import { ObjectStore } from "../store/ObjectStore.ts"
import { Places } from "./Places.ts"

/** `environment` holds the variables that parameters may have been taken from; of a past run nobody knows them. */
export const findPlaces = Effect.fnUntraced(function* (
  plan: Plan,
  document: PipelineDocument | undefined,
  environment?: NodeJS.ProcessEnv
) {
  const objects = yield* ObjectStore
  const { contract } = yield* Host
  const bundleText = ({ bundle }: BundleCode): string | undefined => {
    const path = objects.pathOf(bundle)
    return existsSync(path) ? readFileSync(path, "utf8") : undefined
  }
  return new Places({ plan, document, bundleText, contract, environment })
})

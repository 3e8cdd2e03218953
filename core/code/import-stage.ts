/** Imports a stored bundle and checks that it is a stage type. */
import { Effect } from "effect"
import { isStageType, type StageType } from "../stage/StageType.ts"
import { type CodeError, codeError } from "./CodeError.ts"
import { type BundleSource, bundleUrl } from "./module-hook.ts"

const NAME = /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/u

/** The stage type of a bundle. The module hook must be installed in this thread. */
export const importStage = (source: BundleSource): Effect.Effect<StageType, CodeError> =>
  Effect.gen(function* () {
    const module = yield* Effect.tryPromise({
      try: (): Promise<{ readonly default?: unknown }> => import(/* @vite-ignore */ bundleUrl(source)),
      catch: (cause) => codeError(source.file, `it cannot be loaded: ${cause instanceof Error ? cause.message : cause}`)
    })
    const type = module.default
    if (!isStageType(type)) {
      return yield* codeError(source.file, "its default export is no stage type: export default StageType.make({ … })")
    }
    if (!NAME.test(type.name)) {
      return yield* codeError(source.file, `its name "${type.name}" is not of the form family/name in small letters`)
    }
    return type
  })

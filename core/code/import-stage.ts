/** Imports a stored bundle, evaluates it anew, and checks that it is a stage type. */
import { Effect } from "effect"
import { messageOf } from "../document/message-of.ts"
import { isStageType, type StageType } from "../stage/StageType.ts"
import { CodeError, codeError } from "./CodeError.ts"
import { determinismFault } from "./determinism-fault.ts"
import { instantiate, LOADING_LIMIT } from "./instantiate.ts"
import { type BundleSource, bundleUrl } from "./module-hook.ts"
import { placeOfThrow } from "./stage-stack.ts"
import { isTimeout } from "./time-limit.ts"

const NAME = /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/u

/**
 * The stage type of a bundle, with module state of its own: whoever runs it takes a new one for each attempt.
 *
 * The module hook must be installed in this thread. `limit` is the time in milliseconds that evaluation may take.
 */
export const importStage = (source: BundleSource, limit = LOADING_LIMIT): Effect.Effect<StageType, CodeError> =>
  Effect.gen(function* () {
    const factory = yield* importFactory(source)
    const type = yield* Effect.try({
      try: () => instantiate(factory, limit),
      catch: (cause) => (isTimeout(cause) ? codeError(source.file, TOO_LONG(limit)) : loadingError(source, cause))
    })
    if (!isStageType(type)) {
      return yield* codeError(source.file, "its default export is no stage type: export default StageType.make({ … })")
    }
    if (!NAME.test(type.name)) {
      return yield* codeError(source.file, `its name "${type.name}" is not of the form family/name in small letters`)
    }
    const fault = determinismFault(type.determinism)
    if (fault !== undefined) return yield* codeError(source.file, fault)
    return type
  })

const TOO_LONG = (limit: number): string =>
  `it cannot be loaded: what stands outside of its functions has not ended after ${limit / 1000} s; move it into run`

/** The factories that this thread has imported: the loader takes longer to find one again than a brief task takes. */
const factories = new Map<string, () => unknown>()

const importFactory = Effect.fnUntraced(function* (source: BundleSource) {
  const name = `${source.bundle} ${source.bundleFile} ${source.file}`
  const known = factories.get(name) ?? (yield* importAnew(source))
  factories.set(name, known)
  return known
})

const importAnew = Effect.fnUntraced(function* (source: BundleSource) {
  const module = yield* Effect.tryPromise({
    try: (): Promise<{ readonly default?: unknown }> => import(/* @vite-ignore */ bundleUrl(source)),
    catch: (cause) => loadingError(source, cause)
  })
  const factory = module.default
  return isFactory(factory) ? factory : yield* codeError(source.file, "its stored code is not what this version stores")
})

const isFactory = (value: unknown): value is () => unknown => typeof value === "function"

const loadingError = (source: BundleSource, cause: unknown): CodeError => {
  const text = `it cannot be loaded: ${messageOf(cause)}`
  const place = cause instanceof Error ? placeOfThrow(source, cause.stack ?? "") : undefined
  return new CodeError({ file: source.file, problems: [{ place, text }] })
}

/** The plan of a pipeline: as it is remembered where nothing that it was made from has changed, or made anew. */
import { Effect, Option } from "effect"
import { Reads } from "../document/Reads.ts"
import { type GrowingPlan, settledPlan } from "../plan/GrowingPlan.ts"
import type { Plan } from "../plan/Plan.ts"
import { memoFile, readMemo, writeMemo } from "../record/memo-file.ts"
import { isAsItWas, noteAgain, type Watched, watched } from "../record/Watched.ts"
import type { Digest } from "../store/Digest.ts"
import { ObjectStore } from "../store/ObjectStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { placeWords } from "./command-words.ts"
import { loadPipeline, noteSources, type PipelineChoices, readText } from "./load-pipeline.ts"

export interface LoadedPlan {
  /** Texts of the pipeline file and of those that it includes, by their names; its own stands first. */
  readonly texts: ReadonlyMap<string, string>
  /** The plan, which grows as tasks make the lists that others go over. */
  readonly growing: GrowingPlan
  /** All that a result of the plan depends on. */
  readonly reads: Reads
}

/** Name and version of the memo's form; another version of the program has other words. */
const PLAN_MEMO = "plan/1"

interface PlanMemo extends Watched {
  /** Names of the texts. */
  readonly texts: ReadonlyArray<string>
  readonly plan: Plan
}

/** Loads the plan that these choices mean. */
export const loadPlan = Effect.fn("loadPlan")(function* (choices: PipelineChoices) {
  const root = yield* StoreRoot
  const file = memoFile(root.path, wordsOf(choices))
  const known = yield* remembered(file)
  if (known !== undefined) return withSources(known, choices)
  const { document, growing, reads } = yield* loadPipeline(choices)
  const texts = new Map([[document.file, document.text], ...document.texts])
  const memo: PlanMemo = { ...watched(reads), texts: [...texts.keys()], plan: growing.plan }
  // What grows depends on results, and is worked out with them. A store that takes no memo costs the next plan its time.
  const isSettled = growing.plan.pending === undefined && root.scratch === undefined
  if (isSettled) yield* Effect.ignore(Effect.try(() => writeMemo(file, PLAN_MEMO, memo)))
  return withSources({ texts, growing, reads }, choices)
})

/** The content of sources decides results, and not the plan. */
const withSources = (loaded: LoadedPlan, choices: PipelineChoices): LoadedPlan => {
  noteSources(loaded.reads, choices.file, loaded.growing.plan)
  return loaded
}

const wordsOf = ({ file, profile, set, params }: PipelineChoices): ReadonlyArray<string> => [
  "plan",
  ...placeWords(),
  JSON.stringify([file, Option.getOrNull(profile), Object.entries(set), params])
]

const remembered = Effect.fnUntraced(function* (file: string) {
  const memo = yield* Effect.orElseSucceed(
    Effect.try(() => readMemo<PlanMemo>(file, PLAN_MEMO)),
    () => undefined
  )
  if (memo === undefined) return undefined
  const texts = yield* Effect.option(
    Effect.forEach(memo.texts, (name) => Effect.map(readText(name), (text) => [name, text] as const))
  )
  // Looked at after it was read: what is as it was now was so when it was read.
  const isUnchanged = yield* Effect.orElseSucceed(
    Effect.try(() => isAsItWas(memo, process.env)),
    () => false
  )
  if (Option.isNone(texts) || !isUnchanged || !(yield* hasItsCode(memo.plan))) return undefined
  const reads = new Reads()
  noteAgain(memo, reads, process.env)
  return { texts: new Map(texts.value), growing: settledPlan(memo.plan), reads } satisfies LoadedPlan
})

/** Whether the code of all stages is in the store, where the plan says. Damaged code is made again on the long way. */
const hasItsCode = Effect.fnUntraced(function* ({ stages }: Plan) {
  const objects = yield* ObjectStore
  const digests = new Set<Digest>()
  for (const { code } of stages) {
    if (code._tag === "Bundle" && code.bundleFile !== objects.pathOf(code.bundle)) return false
    if (code._tag === "Bundle") digests.add(code.bundle)
    else for (const { digest } of code.files) digests.add(digest)
  }
  for (const digest of digests) if (Option.isNone(yield* Effect.option(objects.read(digest)))) return false
  return true
})

/** The plan of a pipeline: as it is remembered where nothing that it was made from has changed, or made anew. */
import { Effect, Option } from "effect"
import { Reads } from "../document/Reads.ts"
import { type GrowingPlan, settledPlan } from "../plan/GrowingPlan.ts"
import type { Plan } from "../plan/Plan.ts"
import { fromStored, type StoredPlan, storedPlan } from "../plan/plan-json.ts"
import { memoFile, readMemo, writeMemo } from "../record/memo-file.ts"
import { isAsItWas, noteAgain, type Watched, watched } from "../record/Watched.ts"
import type { Digest } from "../store/Digest.ts"
import { ObjectStore } from "../store/ObjectStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import type { TakeRead } from "./before-store.ts"
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
const PLAN_MEMO = "plan/2"

interface PlanMemo extends Watched {
  /** Names of the files that the pipeline file includes. */
  readonly texts: ReadonlyArray<string>
  readonly plan: StoredPlan
}

/** Loads the plan that these choices mean; what has been read already is planned. */
export const loadPlan = Effect.fn("loadPlan")(function* (choices: PipelineChoices, takeRead?: TakeRead) {
  const root = yield* StoreRoot
  const read = takeRead?.()
  const known = read === undefined ? yield* remembered(root.path, choices) : undefined
  if (known !== undefined) return withSources(known, choices)
  const { document, growing, reads } = yield* loadPipeline(choices, read)
  const texts = new Map([[document.file, document.text], ...document.texts])
  const memo: PlanMemo = {
    ...watched(reads, choices.file),
    texts: [...texts.keys()].slice(1),
    plan: storedPlan(growing.plan)
  }
  // What grows depends on results, and is worked out with them. A store that takes no memo costs the next plan its time.
  const isSettled = growing.plan.pending === undefined && root.scratch === undefined
  const file = memoOf(root.path, choices, document.text)
  if (isSettled) yield* Effect.ignore(Effect.try(() => writeMemo(file, PLAN_MEMO, memo, MOST_KEPT)))
  return withSources({ texts, growing, reads }, choices)
})

/** Plans that are kept, the latest first: who goes back to what stood there before does not plan it again. */
const MOST_KEPT = 16

/** The content of sources decides results, and not the plan. */
const withSources = (loaded: LoadedPlan, choices: PipelineChoices): LoadedPlan => {
  noteSources(loaded.reads, choices.file, loaded.growing.plan)
  return loaded
}

/** Where the plan of a pipeline file with this text is remembered. */
const memoOf = (store: string, { file, profile, set, params }: PipelineChoices, text: string): string =>
  memoFile(store, "plan", [
    ...placeWords(),
    JSON.stringify([file, Option.getOrNull(profile), Object.entries(set), params]),
    text
  ])

const remembered = Effect.fnUntraced(function* (store: string, choices: PipelineChoices) {
  const reads = new Reads()
  reads.file(choices.file)
  const found = yield* Effect.option(
    Effect.gen(function* () {
      const text = yield* readText(choices.file)
      const memo = yield* Effect.try(() => readMemo<PlanMemo>(memoOf(store, choices, text), PLAN_MEMO))
      const included = yield* Effect.forEach(memo?.texts ?? [], (name) =>
        Effect.map(readText(name), (content) => [name, content] as const)
      )
      // Looked at after they were read: what is as it was now was so when it was read.
      const isUnchanged = yield* Effect.try(() => memo !== undefined && isAsItWas(memo, process.env))
      return isUnchanged ? { memo, texts: new Map([[choices.file, text], ...included]) } : undefined
    })
  )
  const { memo, texts } = Option.getOrUndefined(found) ?? {}
  if (memo === undefined || texts === undefined) return undefined
  const plan = fromStored(memo.plan)
  if (!(yield* hasItsCode(plan))) return undefined
  noteAgain(memo, reads, process.env)
  return { texts, growing: settledPlan(plan), reads } satisfies LoadedPlan
})

/** Whether the code of all stages is in the store, where the plan says. Damaged code is made again on the long way. */
const hasItsCode = Effect.fnUntraced(function* ({ stages }: Plan) {
  const objects = yield* ObjectStore
  const digests = new Set<Digest>()
  for (const { code } of stages) {
    if (code._tag === "Bundle" && code.bundleFile !== objects.pathOf(code.bundle)) return false
    if (code._tag === "Bundle") digests.add(code.bundle)
    else for (const { digest } of [...code.files, ...Object.values(code.named ?? {})]) digests.add(digest)
  }
  for (const digest of digests) if (Option.isNone(yield* Effect.option(objects.verify(digest)))) return false
  return true
})

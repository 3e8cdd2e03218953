/** `pipeline cache verify`: whether the store holds what was written, and whether its results can be made again. */
import { randomInt } from "node:crypto"
import { Effect, Option } from "effect"
import { describeBytes } from "../codec/describe.ts"
import { type Rerun, rerunRecord } from "../maintain/rerun-record.ts"
import { sample } from "../maintain/sample.ts"
import { verifyStore } from "../maintain/verify-store.ts"
import { meantTask, stageOf } from "../plan/task-id.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { UsageError } from "./load-pipeline.ts"
import { print, printError, printJson, table } from "./output.ts"
import { executorLayer, storeLayer } from "./services.ts"
import { taskHint } from "./task-hint.ts"

export interface VerifyChoices {
  /** Only results of these stages and tasks are made again. */
  readonly targets: ReadonlyArray<string>
  /** How many results are made again. */
  readonly rerun: Option.Option<number>
  /** All of them are. */
  readonly all: boolean
  /** Decides which; a random number otherwise. */
  readonly seed: Option.Option<number>
  readonly json: boolean
}

/** Verifies the bytes of the store; or, when asked to, makes results again and compares. */
export const cacheVerify = (choices: VerifyChoices) => {
  const isRerun = choices.all || Option.isSome(choices.rerun)
  return isRerun
    ? Effect.provide(verifyResults(choices), executorLayer)
    : Effect.provide(verifyBytes(choices), storeLayer)
}

const verifyBytes = Effect.fnUntraced(function* ({ json, targets }: VerifyChoices) {
  if (targets.length > 0)
    return yield* new UsageError({ reason: "the bytes of the store are verified as a whole: add --rerun N or --all" })
  const report = yield* verifyStore()
  const { objects, bytes, records, damages } = report
  if (json) printJson(report)
  else {
    for (const { what, name, problem, results } of damages) {
      const users = results.length === 0 ? "" : ` (${results.slice(0, 3).join(", ")}${results.length > 3 ? ", …" : ""})`
      print(`damaged  ${what} ${name.slice(0, 12)}: ${problem}${users}`)
    }
    print(
      `${objects} objects of ${describeBytes(bytes)}, ${records} records: ${damages.length === 0 ? "all as they were written" : `${damages.length} damaged`}`
    )
  }
  return damages.length === 0 ? EXIT.success : EXIT.unusable
})

/** A result that was made again. */
interface Verified {
  readonly record: ActionRecord
  readonly rerun: Rerun
}

const verifyResults = Effect.fnUntraced(function* (choices: VerifyChoices) {
  const records = yield* recordsOf(choices.targets)
  const seed = Option.getOrElse(choices.seed, () => randomInt(2 ** 31))
  const count = choices.all ? records.length : Option.getOrElse(choices.rerun, () => 0)
  const chosen = sample(records, Math.min(count, records.length), seed)
  const verified: Array<Verified> = []
  for (const [index, record] of chosen.entries()) {
    if (!choices.json) printError(`${index + 1}/${chosen.length}  ${record.task}`)
    verified.push({ record, rerun: yield* rerunRecord(record) })
  }
  if (choices.json) printJson({ seed, results: verified.map(describe) })
  else print(render(verified, seed, choices.all))
  return statusOf(verified)
})

/** Every result that holds, of these stages and tasks, in the order of the keys. */
const recordsOf = Effect.fnUntraced(function* (targets: ReadonlyArray<string>) {
  const records = (yield* ActionStore).holding()
  if (targets.length === 0) return records
  const names = new Set(records.flatMap(({ task }) => [task, stageOf(task)]))
  const meant = new Set<string>()
  for (const target of targets) {
    const name = names.has(target) ? target : meantTask(target, names)
    if (name === undefined) {
      return yield* new UsageError({ reason: `the store has no result of "${target}"${taskHint(target, names)}` })
    }
    meant.add(name)
  }
  return records.filter(({ task }) => meant.has(task) || meant.has(stageOf(task)))
})

const statusOf = (verified: ReadonlyArray<Verified>): ExitStatus =>
  verified.some(({ rerun: { _tag } }) => _tag === "Differs" || _tag === "Failed") ? EXIT.stageFailed : EXIT.success

const VERDICTS = { Equal: "equal", Within: "within", Differs: "differs", Failed: "failed", Skipped: "skipped" } as const

const describe = ({ record, rerun }: Verified) => {
  const { _tag, ...found } = rerun
  return {
    task: record.task,
    stageType: record.parts.stageType,
    key: record.key,
    run: record.runId,
    verdict: VERDICTS[_tag],
    ...found
  }
}

const render = (verified: ReadonlyArray<Verified>, seed: number, all: boolean): string => {
  const rows = verified
    .filter(({ rerun }) => rerun._tag !== "Equal")
    .map(({ record, rerun }) => [VERDICTS[rerun._tag], record.task, textOf(rerun)])
  const counts = Object.entries(VERDICTS).flatMap(([tag, word]) => {
    const count = verified.filter(({ rerun }) => rerun._tag === tag).length
    return count === 0 && tag !== "Equal" ? [] : [`${count} ${word}`]
  })
  const summary = `${verified.length} made again: ${counts.join(", ")}${all ? "" : ` · chosen by --seed ${seed}`}`
  return [...(rows.length === 0 ? [] : [table(rows)]), summary].join("\n")
}

const textOf = (rerun: Rerun): string => {
  switch (rerun._tag) {
    case "Equal":
      return ""
    case "Within":
      return `differs by ${rerun.largest.toPrecision(3)} at most, of ${rerun.tolerance} allowed`
    case "Differs": {
      const { place, before, after, relative } = rerun.difference
      const by = relative === undefined || relative === 0 ? "" : ` (relative difference ${relative.toPrecision(3)})`
      return `${rerun.output}: ${place} was ${before} and is ${after}${by}`
    }
    case "Failed":
      return rerun.message
    case "Skipped":
      return rerun.reason
  }
}

/** `pipeline cache verify`: whether the store holds what was written, and whether its results can be made again. */
import { randomInt } from "node:crypto"
import { Effect, Option } from "effect"
import { describeBytes } from "../codec/describe.ts"
import { countText } from "../document/quantities.ts"
import { holdCollection } from "../maintain/collect-store.ts"
import type { Damage } from "../maintain/Damage.ts"
import { type Repair, repairStore } from "../maintain/repair-store.ts"
import { type Rerun, rerunRecord } from "../maintain/rerun-record.ts"
import { sample } from "../maintain/sample.ts"
import { type StoreReport, verifyStore } from "../maintain/verify-store.ts"
import { meantTask, stageOf } from "../plan/task-id.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { existingStore } from "./existing-store.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { print, printError, printJson, table } from "./output.ts"
import { executorLayer, repairLayer, storeLayer } from "./services.ts"
import { taskHint } from "./task-hint.ts"
import { UsageError } from "./UsageError.ts"

export interface VerifyChoices {
  /** Only results of these stages and tasks are made again. */
  readonly targets: ReadonlyArray<string>
  /** How many results are made again. */
  readonly rerun: Option.Option<number>
  /** All of them are. */
  readonly all: boolean
  /** Decides which; a random number otherwise. */
  readonly seed: Option.Option<number>
  /** What is damaged is mended. */
  readonly repair: boolean
  readonly json: boolean
}

/** Verifies the bytes of the store; or, when asked to, makes results again and compares. */
export const cacheVerify = (choices: VerifyChoices) => {
  const isRerun = choices.all || Option.isSome(choices.rerun)
  if (isRerun && choices.repair) {
    return Effect.fail(
      new UsageError({ reason: "--repair mends bytes, --rerun and --all compare results: one or the other" })
    )
  }
  if (choices.all && Option.isSome(choices.rerun)) {
    return Effect.fail(
      new UsageError({ reason: "--rerun N makes N results again, --all all of them: one or the other" })
    )
  }
  if (isRerun) return existingStore(Effect.provide(verifyResults(choices), executorLayer))
  return choices.repair
    ? existingStore(Effect.provide(Effect.scoped(repairBytes(choices)), repairLayer))
    : existingStore(Effect.provide(Effect.scoped(verifyBytes(choices)), storeLayer))
}

const verifyBytes = Effect.fnUntraced(function* (choices: VerifyChoices) {
  const report = yield* verified(choices)
  if (choices.json) printJson(report)
  else {
    print(renderReport(report))
    if (report.damages.length > 0) printError("`pipeline cache verify --repair` mends what can be mended")
  }
  return report.damages.length === 0 ? EXIT.success : EXIT.unusable
})

const verified = Effect.fnUntraced(function* ({ targets }: VerifyChoices) {
  if (targets.length > 0)
    return yield* new UsageError({ reason: "the bytes of the store are verified as a whole: add --rerun N or --all" })
  // What is on its way out would be missed.
  yield* holdCollection
  return yield* verifyStore()
})

const repairBytes = Effect.fnUntraced(function* (choices: VerifyChoices) {
  const report = yield* verified(choices)
  if (!choices.json) print(renderReport(report))
  const repair = yield* repairStore(report, (task, restoration) => {
    if (!choices.json && restoration._tag === "Restored") print(`restored ${task}`)
  })
  if (choices.json) printJson({ ...report, repair })
  else print(renderRepair(repair))
  return repair.remaining.length === 0 ? EXIT.success : EXIT.unusable
})

const renderReport = ({ objects, bytes, records, damages, leftovers, quarantined }: StoreReport): string => {
  const verdict = damages.length === 0 ? "all as they were written" : `${damages.length} damaged`
  const besides = [
    leftovers > 0 && `${countText(leftovers, "half-written file")} of processes that were killed`,
    quarantined > 0 && `${countText(quarantined, "file")} in the quarantine`
  ].filter((part) => part !== false)
  return [
    ...damages.map(damageLine),
    `${objects} objects of ${describeBytes(bytes)}, ${records} records: ${verdict}`,
    ...(besides.length === 0 ? [] : [`besides: ${besides.join(", ")}`])
  ].join("\n")
}

const damageLine = ({ what, name, problem, results }: Damage): string => {
  const users = results.length === 0 ? "" : ` (${results.slice(0, 3).join(", ")}${results.length > 3 ? ", …" : ""})`
  // Digests and keys are as good when they are short.
  const isDigest = what === "object" || what === "code" || what === "source" || what === "record"
  const shown = isDigest ? name.slice(0, 12) : name
  return `damaged  ${what} ${shown}: ${problem}${users}`
}

const renderRepair = ({ restored, ended, segments, removed, remaining, pipelines }: Repair): string => {
  const counts = [
    `${countText(restored.length, "result")} restored`,
    `${ended.length} ended`,
    ...(segments === 0 ? [] : [`${countText(segments, "segment")} without the lost lines`]),
    ...(removed === 0 ? [] : [`${countText(removed, "file")} taken out`]),
    ...(remaining.length === 0 ? [] : [`${remaining.length} cannot be mended`])
  ]
  return [
    ...ended.map(({ task, reason }) => `ended    ${task}: ${reason}`),
    ...remaining.map((damage) => damageLine(damage).replace("damaged", "stays  ")),
    counts.join(", "),
    ...pipelines.map((file) => `\`pipeline run ${file}\` computes again what it wants of the ended ones`)
  ].join("\n")
}

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

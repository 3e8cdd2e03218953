/** What came of a tick: how its run ended, how its expectations stand, what has drifted, and who is to be told. */
import { join } from "node:path"
import { Effect } from "effect"
import type { HookEvent } from "../document/PipelineDocument.ts"
import { countText } from "../document/quantities.ts"
import { firstEvent } from "../record/first-event.ts"
import { FILES, type RunFolder } from "../record/RunFolder.ts"
import { type PastRun, RunHistory } from "../record/RunHistory.ts"
import { type Finding, findDrift } from "./drift.ts"
import { factsOf, judgementsOf } from "./facts-of-run.ts"
import type { Notice, NoticeBody } from "./Notice.ts"
import { pastFacts } from "./past-facts.ts"
import { type Instant, type Schedule, tickId } from "./Schedule.ts"
import type { ScheduleEvent, TickOutcome } from "./ScheduleEvent.ts"
import type { ProcessEnd } from "./TickProcess.ts"

/** What of a schedule is told. */
export type ToldSchedule = Pick<Schedule, "id" | "pipeline" | "file" | "cron" | "timeZone" | "hooks">

/** A tick whose run is over. */
export interface EndedTick {
  readonly tick: Instant
  readonly startedAt: Instant
  readonly endedAt: Instant
  /** What came of the tick before. */
  readonly before: TickOutcome | undefined
  /** It was ended for a later tick. */
  readonly isReplaced: boolean
  /** How its process ended; `undefined` where nobody was there to see it. */
  readonly end: ProcessEnd | undefined
}

/** Runs among which that of a tick is sought. */
const MOST_LOOKED = 1000

/** What is to be written down of a tick whose run is over. What of the run cannot be read is not told, and fails nothing. */
export const assessTick = Effect.fnUntraced(function* (schedule: ToldSchedule, ended: EndedTick) {
  const past = yield* runOf(tickId(schedule.id, ended.tick))
  const outcome = outcomeOf(ended, past)
  const findings = past === undefined || past.state.outcome !== "success" ? [] : yield* driftOf(past)
  const detail = detailOf(ended, outcome, past)
  const body = bodyOf(schedule, ended, { past, outcome, detail, findings })
  return {
    _tag: "Ended",
    at: ended.endedAt,
    schedule: schedule.id,
    tick: ended.tick,
    outcome,
    ...(past === undefined ? {} : { run: past.folder.id }),
    ...(detail === undefined ? {} : { detail }),
    ...(findings.length === 0 ? {} : { drift: findings.map(({ words }) => words) }),
    notices: noticesOf(schedule, eventsOf(outcome, ended, findings), body)
  } satisfies Extract<ScheduleEvent, { readonly _tag: "Ended" }>
})

/** The run that a tick has come to, by what its journal begins with. */
const runOf = Effect.fnUntraced(function* (tick: string) {
  const history = yield* RunHistory
  const runs = yield* Effect.orElseSucceed(history.list, () => [])
  const found = runs.slice(0, MOST_LOOKED).find((run) => tickOf(run) === tick)
  return found && (yield* Effect.orElseSucceed(history.load(found), () => undefined))
})

const tickOf = ({ path }: RunFolder): string | undefined => {
  try {
    const event = firstEvent(join(path, FILES.journal))
    return event?._tag === "RunStarted" ? event.tick : undefined
  } catch {
    return undefined
  }
}

const driftOf = Effect.fnUntraced(function* (past: PastRun) {
  const before = yield* Effect.orElseSucceed(pastFacts(past), () => [])
  return findDrift(factsOf(past), before)
})

const BY_STATUS: { readonly [status: number]: TickOutcome } = {
  0: "success",
  1: "failure",
  2: "refused",
  3: "unmet",
  4: "unusable",
  130: "interrupted"
}

/** By the status of its process; where nobody knows it, by its journal. */
const outcomeOf = ({ end, isReplaced }: EndedTick, past: PastRun | undefined): TickOutcome => {
  // Asked to end before it could listen, it is ended by the signal itself.
  const isAsked = end?.signal === "SIGINT" || end?.signal === "SIGTERM"
  const byEnd = isAsked ? "interrupted" : byJournal(past)
  // A program that cannot even begin ends with 1 too, whatever a stage would mean by it.
  const isLame = end?.status === 1 && past === undefined
  const known = end?.status == null ? byEnd : isLame ? "unusable" : (BY_STATUS[end.status] ?? "unusable")
  return isReplaced && known !== "success" ? "replaced" : known
}

const byJournal = (past: PastRun | undefined): TickOutcome => {
  const outcome = past?.state.outcome
  if (past === undefined || outcome === undefined) return "lost"
  if (outcome !== "success") return outcome
  return judgementsOf(past).every(({ verdict }) => verdict === "met") ? "success" : "unmet"
}

const detailOf = ({ end }: EndedTick, outcome: TickOutcome, past: PastRun | undefined): string | undefined => {
  if (SELF_EVIDENT.has(outcome)) return undefined
  const [failed, ...others] = past === undefined ? [] : failuresOf(past)
  if (failed !== undefined) {
    const more = others.length === 0 ? "" : ` (and ${countText(others.length, "more task")})`
    return `${failed.task}: ${failed.message.split("\n")[0]}${more}`
  }
  if (end?.signal != null) return `its process was ended by ${end.signal}`
  return end === undefined || end.words === "" ? undefined : end.words
}

/** Outcomes that say enough: which expectation was missed, the run tells. */
const SELF_EVIDENT = new Set<TickOutcome>(["success", "unmet", "interrupted", "replaced"])

/** Outcomes of which nobody is told: a run that somebody ended says nothing about the study. */
const UNSAID = new Set<TickOutcome>(["interrupted", "replaced"])

/** What hooks may be told. */
const eventsOf = (
  outcome: TickOutcome,
  { before }: Pick<EndedTick, "before">,
  findings: ReadonlyArray<Finding>
): ReadonlyArray<HookEvent> => {
  if (UNSAID.has(outcome)) return []
  const isGood = outcome === "success"
  return [
    isGood ? "success" : "failure",
    ...(isGood && before !== undefined && before !== "success" ? ["recovery" as const] : []),
    ...(findings.length > 0 ? ["drift" as const] : [])
  ]
}

/** One for each hook and each event that it wants to know of. */
const noticesOf = (
  { hooks }: ToldSchedule,
  events: ReadonlyArray<HookEvent>,
  bodyFor: (event: HookEvent, hook: number) => NoticeBody
): ReadonlyArray<Notice> =>
  hooks.flatMap(({ on }, hook) =>
    events
      .filter((event) => on.includes(event))
      .map((event): Notice => {
        const body = bodyFor(event, hook)
        return { id: body.id, hook, body }
      })
  )

interface Assessed {
  readonly past: PastRun | undefined
  readonly outcome: TickOutcome
  readonly detail: string | undefined
  readonly findings: ReadonlyArray<Finding>
}

const bodyOf =
  (schedule: ToldSchedule, ended: EndedTick, { detail, findings, outcome, past }: Assessed) =>
  (event: HookEvent, hook: number): NoticeBody => {
    const { cron, file, id, pipeline, timeZone } = schedule
    const tick = tickId(id, ended.tick)
    return {
      version: 1,
      id: `${tick}/${event}/${hook + 1}`,
      event,
      schedule: { id, pipeline, file, cron, timeZone },
      tick: {
        id: tick,
        at: new Date(ended.tick).toISOString(),
        startedAt: new Date(ended.startedAt).toISOString(),
        endedAt: new Date(ended.endedAt).toISOString(),
        outcome,
        before: ended.before ?? null,
        detail: detail ?? null
      },
      run: past === undefined ? null : runIn(past),
      drift: findings
    }
  }

/** Failures beyond this are not told: a broken source may fail thousands of tasks. */
const MOST_FAILURES = 20

const runIn = (past: PastRun): NonNullable<NoticeBody["run"]> => {
  const { folder, state } = past
  const judgements = judgementsOf(past)
  const missed = judgements.filter(({ verdict }) => verdict !== "met")
  return {
    id: folder.id,
    traceId: state.started?.traceId ?? "",
    ...state.counts,
    failures: failuresOf(past).slice(0, MOST_FAILURES),
    expectations: {
      met: judgements.length - missed.length,
      missed: missed.map(({ metric, verdict, words }) => ({ metric, verdict, words }))
    }
  }
}

/** Its tasks that failed, and why; the journal has no secret in it. */
const failuresOf = ({ state }: PastRun): NonNullable<NoticeBody["run"]>["failures"] =>
  [...state.tasks.values()]
    .filter(({ status }) => status === "failed")
    .map(({ attempts, task }) => {
      const { message = "", tag = "" } = attempts.at(-1)?.error ?? {}
      return { task, error: tag, message }
    })

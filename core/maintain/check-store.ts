/** Whether a store is healthy, as far as can be told without reading its content. */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { messageOf } from "../document/message-of.ts"
import { countText } from "../document/quantities.ts"
import { openCatalogue } from "../record/catalogue-file.ts"
import { firstEvent } from "../record/first-event.ts"
import { FILES, hasBegun, listRuns, nameOf, type RunFolder, timeOf } from "../record/RunFolder.ts"
import { inspectIndex } from "../store/inspect-index.ts"
import { livingIn } from "../store/Lease.ts"
import { namesIn } from "../store/list-folder.ts"
import { partsOf, readFormat, STORE_FORMAT } from "../store/StoreRoot.ts"
import { type CheckupLine, good, problem, warning } from "./Checkup.ts"
import { findAbandoned } from "./find-temporaries.ts"

type Parts = ReturnType<typeof partsOf>

export interface StoreCheckup {
  readonly path: string
  /** Where the index lies, if not in the store. */
  readonly index: string | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Format, index, catalogue, runs, what was left behind, and the clock. */
export const checkStore = Effect.fnUntraced(function* ({ path, index, now }: StoreCheckup) {
  const parts = partsOf(path)
  const format = yield* Effect.result(readFormat(path))
  if (format._tag === "Failure") {
    return [problem("store", format.failure.message, "no command can use the store before")]
  }
  const found = format.success
  if (found === undefined) return [good("store", `${path} is not there yet: the first run makes it`)]
  const older = found.store < STORE_FORMAT ? `, which the next run marks as ${STORE_FORMAT}` : ""
  const opened = good("store", `${path}, format ${found.store}${older}, id ${found.id ?? "none yet"}`)
  const catalogue = yield* Effect.promise(() => catalogueLine(parts))
  const rest = readable(path, () => [
    indexLine(parts, index ?? join(path, "index.sqlite"), found.id),
    catalogue,
    runsLine(parts),
    ...leftoverLines(parts, now),
    clockLine(parts, now)
  ])
  return [opened, ...rest]
})

/** A part of the store that cannot be read is a problem of its own. */
const readable = (path: string, run: () => ReadonlyArray<CheckupLine>): ReadonlyArray<CheckupLine> => {
  try {
    return run()
  } catch (cause) {
    return [problem("store", `${path} cannot be read: ${messageOf(cause)}`, "give this user the right to read it")]
  }
}

const indexLine = ({ actions }: Parts, file: string, store: string | undefined): CheckupLine => {
  const condition = inspectIndex(file, { segments: actions, store: store ?? "" })
  switch (condition._tag) {
    case "Absent":
      return good("index", "none: the next command makes it from the segments")
    case "Void":
      return warning("index", condition.reason, "nothing: the next command makes it anew from the segments")
    case "InStep":
      return good(
        "index",
        condition.behind === 0 ? "in step with the segments" : `${condition.behind} bytes of the segments to take in`
      )
  }
}

const catalogueLine = async ({ catalogue }: Parts): Promise<CheckupLine> => {
  if (!existsSync(catalogue)) return good("catalogue", "none: the next run makes it from the journals")
  try {
    const { data } = await openCatalogue(catalogue)
    const [pipelines, pins] = [Object.keys(data.pipelines).length, Object.keys(data.pins).length]
    return good("catalogue", `${countText(pipelines, "pipeline")}, ${countText(pins, "pin")}`)
  } catch (cause) {
    const [fact = "", advice = ""] = messageOf(cause).split("; ")
    return problem("catalogue", fact, advice)
  }
}

/** Runs whose ends are looked for, the latest. */
const MOST_RUNS = 500

const runsLine = ({ locks, runs }: Parts): CheckupLine => {
  const all = listRuns(runs)
  const unfinished = all.slice(0, MOST_RUNS).filter((run) => hasBegun(run) && !hasEnd(run))
  const living = new Set(livingIn(locks))
  const fact = `${all.length}${living.size === 0 ? "" : `, ${countText(living.size, "process", "processes")} at work`}`
  const dead = deadOf(unfinished, living)
  if (dead.length === 0) return good("runs", fact)
  const names = dead.slice(0, 3).map(({ id }) => nameOf(id))
  return warning(
    "runs",
    `${fact}, ${dead.length} without an end (${names.join(", ")}${dead.length > 3 ? ", …" : ""})`,
    "nothing, or run the same again: what had finished is not computed again"
  )
}

/** Those of runs without an end whose processes have died. */
const deadOf = (unfinished: ReadonlyArray<RunFolder>, living: ReadonlySet<string>): ReadonlyArray<RunFolder> => {
  const told = unfinished.map((run) => ({ run, holder: holderOf(run) }))
  const known = told.filter(({ holder }) => holder !== undefined && living.has(holder)).length
  // A version that wrote no lease may have begun the others: of these, whoever else is at work has the latest ones.
  const latest = new Set(told.filter(({ holder }) => holder === undefined).slice(0, Math.max(0, living.size - known)))
  return told.flatMap((one) => {
    const isDead = one.holder === undefined ? !latest.has(one) : !living.has(one.holder)
    return isDead ? [one.run] : []
  })
}

/** The lease of the process that began a run; `undefined` where its journal does not tell. */
const holderOf = ({ path }: RunFolder): string | undefined => {
  const beginning = firstEvent(join(path, FILES.journal))
  return beginning?._tag === "RunStarted" ? beginning.holder : undefined
}

/** Bytes at the end of a journal in which its last line begins. */
const TAIL = 4096

const hasEnd = ({ path }: RunFolder): boolean => {
  const descriptor = openSync(join(path, FILES.journal), "r")
  try {
    const { size } = fstatSync(descriptor)
    const bytes = Buffer.alloc(Math.min(TAIL, size))
    readSync(descriptor, bytes, 0, bytes.length, size - bytes.length)
    return bytes.includes('"RunFinished"')
  } finally {
    closeSync(descriptor)
  }
}

const leftoverLines = (parts: Parts, now: number): ReadonlyArray<CheckupLine> => {
  const damaged = namesIn(parts.quarantine).length
  const abandoned = findAbandoned(parts, now).length
  return [
    ...(damaged === 0
      ? []
      : [
          warning(
            "quarantine",
            `${countText(damaged, "file")} that had been damaged`,
            "`pipeline cache verify` says whether anything lacks them; if not, `pipeline cache gc --older-than 30d --apply` removes those that old"
          )
        ]),
    ...(abandoned === 0
      ? []
      : [
          warning(
            "leftovers",
            `${countText(abandoned, "half-written file")} of processes that were killed`,
            "`pipeline cache verify --repair` removes them"
          )
        ])
  ]
}

/** Milliseconds by which clocks may differ that wrote into one store. */
const TOLERANCE = 60_000

const clockLine = ({ actions, runs }: Parts, now: number): CheckupLine => {
  const latest = latestTime(actions, runs)
  const instant = new Date(now).toISOString().slice(0, 19)
  if (latest - now <= TOLERANCE) return good("clock", `${instant} UTC`)
  const fact = `it went back: it is ${instant} UTC, and the store has something of ${new Date(latest).toISOString().slice(0, 19)}`
  return warning(
    "clock",
    fact,
    "set the clock: runs are listed by their time, and `latest` is the one of the latest time"
  )
}

/** The latest time that a run's name or a segment tells, in milliseconds since 1970. */
const latestTime = (actions: string, runs: string): number => {
  const run = timeOf(listRuns(runs)[0]?.id ?? "")
  const written = namesIn(actions).map((name) => statSync(join(actions, name), { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return Math.max(Number.isNaN(run) ? 0 : run, ...written)
}

/** A schedule that can be served: what a pipeline file says of it, under a name that it keeps. */
import { createHash } from "node:crypto"
import { Result } from "effect"
import { type CronLine, parseCron } from "../document/CronLine.ts"
import type { PipelineDocument, ScheduleDocument } from "../document/PipelineDocument.ts"

/** Milliseconds since 1970. */
export type Instant = number

export interface Schedule extends Omit<ScheduleDocument, "name" | "span"> {
  /** `ntk-study/weekly`: the pipeline, and the name of the schedule if it has one. */
  readonly id: string
  readonly pipeline: string
  /** The pipeline file, absolute. */
  readonly file: string
  /** Ids of its stages. */
  readonly stages: ReadonlyArray<string>
  readonly line: CronLine
  /** By which its starts are put off, in milliseconds: always the same. */
  readonly delay: number
}

/** The schedules of a pipeline file. */
export const schedulesOf = (document: PipelineDocument, file: string): ReadonlyArray<Schedule> =>
  document.schedules.flatMap(({ name, span, ...schedule }, index) => {
    const line = parseCron(schedule.cron, schedule.timeZone)
    // The decoder has looked at it; a time that will never come again has nothing to be served.
    if (Result.isFailure(line)) return []
    const id = idOf(document.name.value, name?.value, index)
    const delay = delayOf(id, schedule.jitter)
    const stages = document.stages.map((stage) => stage.id)
    return [{ ...schedule, id, pipeline: document.name.value, file, stages, line: line.success, delay }]
  })

/** The first without a name goes by the name of its pipeline, others by their place. */
const idOf = (pipeline: string, name: string | undefined, index: number): string => {
  if (name !== undefined) return `${pipeline}/${name}`
  return index === 0 ? pipeline : `${pipeline}/${index + 1}`
}

/** A share of the jitter, in whole seconds, that the name decides: runs keep their distance, and machines do not start all at once. */
export const delayOf = (id: string, jitter: number): number => {
  const share = createHash("sha256").update(id).digest().readUInt32BE() / 2 ** 32
  return Math.floor((share * jitter) / 1000) * 1000
}

/** What decides its times: where this changes, it begins anew. */
export const signatureOf = ({ cron, timeZone }: Pick<Schedule, "cron" | "timeZone">): string => `${cron} ${timeZone}`

/** The name of one of its times: `ntk-study/weekly@2026-11-30T02:30:00Z`. */
export const tickId = (schedule: string, tick: Instant): string =>
  `${schedule}@${new Date(tick).toISOString().replace(".000Z", "Z")}`

/** Says what a port reads that it did not read for an earlier result, asking the runs of the pipeline what they read. */
import type { ArrivingPart } from "../plan/arriving.ts"
import type { EarlierResult } from "../plan/EarlierResult.ts"
import { readingOf } from "../plan/reading.ts"
import { readingPhrase } from "../plan/reading-phrase.ts"
import type { LatestRuns, PlannedTask } from "../record/LatestRuns.ts"

/** What arrives at a port of a task. */
export interface ArrivingPort {
  readonly port: string
  readonly part: ArrivingPart | undefined
}

type Records = Pick<LatestRuns, "taskOf" | "contentIn">

/** By what arrives. Tasks may share that, thousands of them a fan-in of thousands, of which the same is said for all. */
const told = new WeakMap<ArrivingPart, Map<string, string | undefined>>()

export const changedReading = (
  now: PlannedTask,
  { port, part }: ArrivingPort,
  before: EarlierResult,
  latest: Records
): string | undefined => {
  if (part?._tag !== "Many") return part && phraseOf(now, { port, part }, before, latest)
  const phrases = told.get(part) ?? new Map<string, string | undefined>()
  told.set(part, phrases)
  const key = `${before.runId} ${port} ${before.record.parts.inputs[port]?.digest}`
  if (!phrases.has(key)) phrases.set(key, phraseOf(now, { port, part }, before, latest))
  return phrases.get(key)
}

const phraseOf = (
  { plan, task }: PlannedTask,
  { port, part }: ArrivingPort & { readonly part: ArrivingPart },
  { runId, task: had, record }: EarlierResult,
  latest: Records
): string | undefined => {
  const [input, before] = [task.inputs[port], record.parts.inputs[port]]
  if (input === undefined || before === undefined) return undefined
  return readingPhrase(
    { reader: task.id, port, part, reading: readingOf(plan, input) },
    {
      part: before,
      reading: () => {
        const then = latest.taskOf({ runId, task: had })
        const was = then?.task.inputs[port]
        return then && was && readingOf(then.plan, was)
      },
      contentOf: (output) => (output.task === undefined ? undefined : latest.contentIn(runId, output.task, output.port))
    }
  )
}

/** What happens to schedules, a line each for whoever follows the daemon. */
import { countText } from "../document/quantities.ts"
import { durationText } from "../observe/duration.ts"
import { instantText } from "../report/quantity-text.ts"
import { type Schedule, tickId } from "./Schedule.ts"
import type { OwnEvent, TickOutcome } from "./ScheduleEvent.ts"

/** How much a line matters. */
export type Weight = "info" | "warning" | "error"

export interface Line {
  readonly weight: Weight
  readonly text: string
}

/** What a person calls the end of a tick. */
export const OUTCOMES: { readonly [outcome in TickOutcome]: string } = {
  success: "succeeded",
  unmet: "missed an expectation",
  failure: "failed",
  refused: "could not begin: its file or its command is wrong",
  unusable: "could not go on: the store or the engine cannot be used",
  interrupted: "was interrupted",
  replaced: "was ended for a later one",
  lost: "died"
}

/** A line for an event; none for what nobody has to know. */
export const lineOf = (event: OwnEvent, schedule: Schedule | undefined): Line | undefined => {
  const { at, schedule: id } = event
  switch (event._tag) {
    case "Adopted": {
      const next = schedule?.line.after(event.considered)
      const first = next === undefined ? "" : `; it comes at ${instantText(next + (schedule?.delay ?? 0))} next`
      return info(`${id}  new, or changed: "${event.signature}"${first}`)
    }
    case "Dropped":
      return info(`${id}  no longer in its file`)
    case "Passed":
      return { weight: event.reason === "overlap" ? "info" : "warning", text: passedText(event) }
    case "Queued":
      return info(`${tickId(id, event.tick)}  waits${event.why === "replacing" ? " for the run that it replaces" : ""}`)
    case "Started": {
      const late = at - event.tick - (schedule?.delay ?? 0)
      return info(`${tickId(id, event.tick)}  starting${late > LATE ? `, ${durationText(late)} late` : ""}`)
    }
    case "Unbegun":
      return { weight: "warning", text: `${tickId(id, event.tick)}  never began: counts as missed` }
    case "Ended":
      return endedLine(event)
    case "Snapshot":
      return undefined
    case "Notified":
      return event.outcome === "delivered"
        ? undefined
        : { weight: "error", text: `${event.notice}  nobody could be told: ${event.detail ?? "no reason is known"}` }
  }
}

/** Milliseconds of lateness that are worth a word. */
const LATE = 5000

const info = (text: string): Line => ({ weight: "info", text })

const endedLine = ({
  detail,
  drift = [],
  outcome,
  run,
  schedule,
  tick
}: Extract<OwnEvent, { readonly _tag: "Ended" }>): Line => {
  const parts = [
    `${OUTCOMES[outcome]}${run === undefined ? "" : ` (${run})`}`,
    ...(detail === undefined ? [] : [detail]),
    ...(drift.length === 0 ? [] : [`drift: ${drift.join("; ")}`])
  ]
  const isUsual = outcome === "success" || outcome === "replaced" || outcome === "interrupted"
  const weight = isUsual ? (drift.length === 0 ? "info" : "warning") : "error"
  return { weight, text: `${tickId(schedule, tick)}  ${parts.join("; ")}` }
}

const passedText = ({
  count,
  first,
  last,
  reason,
  schedule
}: Extract<OwnEvent, { readonly _tag: "Passed" }>): string => {
  if (count === 1) return `${tickId(schedule, first)}  does not run: ${reason}`
  const times = count === undefined ? "very many times" : countText(count, "time")
  return `${schedule}  ${times} from ${instantText(first)} to ${instantText(last)} do not run: ${reason}`
}

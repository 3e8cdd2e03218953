/** What became of ticks: one row each, from the journal. */
import type { Instant } from "./Schedule.ts"
import type { PassReason, ScheduleEvent, TickOutcome } from "./ScheduleEvent.ts"

/** `unfinished` is one whose process has gone, and of which nobody has written down the end. */
export type TickFate = TickOutcome | PassReason | "running" | "waiting" | "unfinished"

export interface TickRow {
  readonly schedule: string
  readonly tick: Instant
  /** The last of several that did not run for one reason. */
  readonly until: Instant
  /** How many; `undefined` where nobody has counted. */
  readonly count: number | undefined
  readonly fate: TickFate
  /** Of one that runs: by it others see whether its process lives. */
  readonly token?: string
  /** Somebody has asked for it. */
  readonly byHand?: true
  readonly startedAt?: Instant
  readonly endedAt?: Instant
  readonly run?: string
  readonly detail?: string
  readonly drift: ReadonlyArray<string>
}

/** The rows as they are now: what runs according to the journal may have died since. */
export const currentRows = (
  rows: ReadonlyArray<TickRow>,
  isAlive: (token: string) => boolean
): ReadonlyArray<TickRow> =>
  rows.map(({ token, ...row }) =>
    row.fate === "running" && token !== undefined && !isAlive(token) ? { ...row, fate: "unfinished" } : row
  )

/** Rows in the order in which things happened to their ticks last. */
export const tickRows = (events: Iterable<ScheduleEvent>): ReadonlyArray<TickRow> => {
  const rows = new Map<string, TickRow>()
  const put = (key: string, row: TickRow): void => {
    rows.delete(key)
    rows.set(key, row)
  }
  for (const event of events) {
    if (event._tag === "Passed") {
      const { count, first, last, reason, schedule } = event
      const key = `${schedule} ${first}`
      put(key, { schedule, tick: first, until: last, count, fate: reason, drift: [] })
      continue
    }
    if (!("tick" in event)) continue
    const { schedule, tick } = event
    const key = `${schedule} ${tick}`
    const row = rows.get(key) ?? { schedule, tick, until: tick, count: 1, fate: "waiting", drift: [] }
    if (event._tag === "Started")
      put(key, { ...row, fate: "running", startedAt: event.at, token: event.token, ...handIn(event) })
    else if (event._tag === "Ended") {
      const { at: endedAt, detail, drift = [], outcome: fate, run } = event
      const told = { ...(run === undefined ? {} : { run }), ...(detail === undefined ? {} : { detail }) }
      put(key, { ...row, fate, endedAt, drift, ...told })
    } else put(key, { ...row, fate: "waiting" })
  }
  return [...rows.values()]
}

const handIn = ({ byHand }: { readonly byHand?: true }) => (byHand === undefined ? {} : { byHand })

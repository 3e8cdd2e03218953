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
  /** Of hooks that have not been told, in a few words each. */
  readonly untold: ReadonlyArray<string>
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
  const rows = new Map<string, Omit<TickRow, "untold">>()
  const untold = new Map<string, Map<string, string>>()
  const keys = new Map<string, string>()
  const put = (key: string, row: Omit<TickRow, "untold">): void => {
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
    if (event._tag === "Notified") noteTelling(untold.get(keys.get(event.notice) ?? ""), event)
    if (!("tick" in event)) continue
    const { schedule, tick } = event
    const key = `${schedule} ${tick}`
    const row = rows.get(key) ?? { schedule, tick, until: tick, count: 1, fate: "waiting", drift: [] }
    if (event._tag === "Started")
      put(key, { ...row, fate: "running", startedAt: event.at, token: event.token, ...handIn(event) })
    else if (event._tag === "Ended") {
      const { at: endedAt, detail, drift = [], notices = [], outcome: fate, run } = event
      const told = { ...(run === undefined ? {} : { run }), ...(detail === undefined ? {} : { detail }) }
      put(key, { ...row, fate, endedAt, drift, ...told })
      untold.set(key, new Map(notices.map(({ id }) => [id, "not yet"])))
      for (const { id } of notices) keys.set(id, key)
    } else put(key, { ...row, fate: "waiting" })
  }
  return [...rows].map(([key, row]) => ({ ...row, untold: [...(untold.get(key) ?? [])].map(untoldText) }))
}

/** Takes note of what came of telling a hook. */
const noteTelling = (
  notices: Map<string, string> | undefined,
  { detail, notice, outcome }: Extract<ScheduleEvent, { readonly _tag: "Notified" }>
): void => {
  if (outcome === "delivered") notices?.delete(notice)
  else notices?.set(notice, detail ?? "no reason is known")
}

/** Of `study/weekly@2026-11-30T01:30:00Z/failure/2`: what the second hook was to be told. */
const untoldText = ([notice, why]: readonly [notice: string, why: string]): string => {
  const [event = "", hook = ""] = notice.split("/").slice(-2)
  return `hook ${hook} of ${event}: ${why}`
}

const handIn = ({ byHand }: { readonly byHand?: true }) => (byHand === undefined ? {} : { byHand })

/** Where a schedule stands: its events, folded. */
import type { Instant } from "./Schedule.ts"
import type { OwnEvent, ScheduleEvent, TickOutcome, WaitReason } from "./ScheduleEvent.ts"

export interface WaitingTick {
  readonly tick: Instant
  readonly why: WaitReason
}

export interface RunningTick {
  readonly tick: Instant
  readonly startedAt: Instant
  readonly token: string
}

export interface ScheduleState {
  readonly file: string
  /** Its cron line and zone; `undefined` once it was dropped. */
  readonly signature: string | undefined
  /** Every tick up to this instant has run, runs, waits or was passed: none of them is looked at again. */
  readonly considered: Instant
  /** In the order of their ticks. */
  readonly queue: ReadonlyArray<WaitingTick>
  readonly running: ReadonlyArray<RunningTick>
  /** Of the run that ended last; replaced and interrupted ones tell nothing. */
  readonly last: TickOutcome | undefined
}

const NEW: ScheduleState = {
  file: "",
  signature: undefined,
  considered: 0,
  queue: [],
  running: [],
  last: undefined
}

/** The state after an event. */
export const apply = (state: ScheduleState = NEW, event: OwnEvent): ScheduleState => {
  const { queue, running } = state
  const considered = (tick: Instant): Instant => Math.max(state.considered, tick)
  switch (event._tag) {
    case "Adopted":
      return { ...state, file: event.file, signature: event.signature, considered: considered(event.considered) }
    case "Dropped":
      return { ...state, signature: undefined }
    case "Passed": {
      const left = queue.filter(({ tick }) => tick < event.first || tick > event.last)
      return { ...state, queue: left, considered: considered(event.last) }
    }
    case "Queued":
      return { ...state, queue: insert(queue, event), considered: considered(event.tick) }
    case "Started": {
      if (event.byHand) return state
      const { at: startedAt, tick, token } = event
      const begun = [...running.filter((other) => other.tick !== tick), { tick, startedAt, token }]
      return { ...state, queue: without(queue, tick), running: begun, considered: considered(tick) }
    }
    case "Unbegun":
      return { ...state, running: without(running, event.tick), queue: insert(queue, { ...event, why: "missed" }) }
    case "Ended": {
      const isTelling = event.outcome !== "interrupted" && event.outcome !== "replaced"
      const left = event.byHand ? running : without(running, event.tick)
      return { ...state, running: left, last: isTelling ? event.outcome : state.last }
    }
    case "Notified":
      return state
    case "Snapshot":
      return event.state
  }
}

const without = <A extends { readonly tick: Instant }>(ticks: ReadonlyArray<A>, tick: Instant): ReadonlyArray<A> =>
  ticks.filter((other) => other.tick !== tick)

const insert = (queue: ReadonlyArray<WaitingTick>, { tick, why }: WaitingTick): ReadonlyArray<WaitingTick> =>
  [...without(queue, tick), { tick, why }].sort((a, b) => a.tick - b.tick)

/** The states of all schedules of which a journal tells. */
export const foldSchedules = (events: Iterable<ScheduleEvent>): Map<string, ScheduleState> => {
  const states = new Map<string, ScheduleState>()
  for (const event of events) {
    if (event._tag !== "Serving") states.set(event.schedule, apply(states.get(event.schedule), event))
  }
  return states
}

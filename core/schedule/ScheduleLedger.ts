/** What the daemon knows: the journal of the schedules, and the states that it leads to. */
import { Effect, type Scope } from "effect"
import { attemptSync } from "../store/durable.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { compactJournal } from "./compact-journal.ts"
import { type OpenNotice, openNotices } from "./open-notices.ts"
import type { OwnEvent } from "./ScheduleEvent.ts"
import {
  openJournal,
  placesIn,
  type ReadSchedules,
  readEvents,
  readJournal,
  type ScheduleJournal
} from "./ScheduleJournal.ts"
import { apply, foldSchedules, type ScheduleState } from "./ScheduleState.ts"

export class ScheduleLedger {
  states: Map<string, ScheduleState>
  /** Lines of the journal that could not be read when it was opened. */
  readonly unread: number
  /** By their ids. */
  notices: Map<string, OpenNotice>
  private readonly store: string
  private readonly journal: ScheduleJournal
  /** The disk has refused something: what it has taken of it is not known. */
  private isDoubtful = false
  /** Bytes of the journal that it goes by. */
  private known: number

  private constructor(store: string, journal: ScheduleJournal, { events, size, unread }: ReadSchedules) {
    this.unread = unread
    this.known = size
    this.store = store
    this.journal = journal
    this.states = foldSchedules(events)
    this.notices = openNotices(events)
  }

  static readonly open = (store: string): Effect.Effect<ScheduleLedger, StoreUnavailable, Scope.Scope> =>
    Effect.gen(function* () {
      yield* compactJournal(store)
      const journal = yield* openJournal(store)
      return new ScheduleLedger(store, journal, yield* readJournal(store))
    })

  /** Writes events down, and goes by them from then on. Throws `StoreUnavailable`, and goes by none then. */
  record(events: ReadonlyArray<OwnEvent>): void {
    try {
      this.known += this.journal.append(events)
    } catch (cause) {
      this.isDoubtful = true
      throw cause
    }
    for (const event of events) this.states.set(event.schedule, apply(this.states.get(event.schedule), event))
    for (const [id, notice] of openNotices(events)) this.notices.set(id, notice)
    for (const event of events) if (event._tag === "Notified") this.notices.delete(event.notice)
  }

  /** Throws `StoreUnavailable` where others would not find what is written down. */
  ensure(): void {
    this.journal.ensure()
  }

  /** Writes down who looks after the schedules from now on. Throws `StoreUnavailable`. */
  serving(who: { readonly at: number; readonly pid: number; readonly host: string }): void {
    this.known += this.journal.append([{ _tag: "Serving", ...who }])
  }

  /**
   * Reads the journal again where it may hold other than what is known: where the disk has refused something, or somebody who has run a
   * schedule by hand has written beside. In one step, for others write meanwhile.
   */
  readonly settle: Effect.Effect<void, StoreUnavailable> = Effect.suspend(() =>
    attemptSync("read", placesIn(this.store).journal, () => {
      if (!this.isDoubtful && this.journal.size() === this.known) return
      const { events, size } = readEvents(this.store)
      this.states = foldSchedules(events)
      this.notices = openNotices(events)
      this.isDoubtful = false
      this.known = size
    })
  )
}

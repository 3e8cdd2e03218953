/** What the parts of the daemon share: what they go by, and how they say what they do. */
import { Effect, type Layer, Queue } from "effect"
import type { RunHistory } from "../record/RunHistory.ts"
import { attemptSync } from "../store/durable.ts"
import type { StoreTooNew, StoreUnavailable } from "../store/StoreError.ts"
import { type Line, lineOf } from "./event-text.ts"
import type { Schedule } from "./Schedule.ts"
import type { OwnEvent } from "./ScheduleEvent.ts"
import type { ScheduleFiles } from "./ScheduleFiles.ts"
import { placesIn } from "./ScheduleJournal.ts"
import type { ScheduleLedger } from "./ScheduleLedger.ts"
import type { Launcher } from "./TickProcess.ts"

/** Milliseconds after which what the disk has refused is written again. */
const WRITE_AGAIN = 30_000

export interface ServeOptions {
  /** The folder of the store. */
  readonly store: string
  readonly files: ScheduleFiles
  readonly launcher: Launcher
  /** Opened for each look at what runs have left: whoever has it open keeps collections from emptying the trash. */
  readonly history: Layer.Layer<RunHistory, StoreUnavailable | StoreTooNew>
  /** Looks once, and ends when what that has started has ended. */
  readonly isVisit: boolean
  readonly say: (line: Line) => void
}

export class Desk {
  readonly options: ServeOptions
  readonly ledger: ScheduleLedger
  readonly places: ReturnType<typeof placesIn>
  private readonly wakes: Queue.Queue<void>
  /** What has been said and still holds: it is not said again each minute. */
  private readonly said = new Map<string, string>()

  constructor(options: ServeOptions, ledger: ScheduleLedger, wakes: Queue.Queue<void>) {
    this.options = options
    this.ledger = ledger
    this.places = placesIn(options.store)
    this.wakes = wakes
  }

  /** Has the daemon look around at once. */
  wake(): void {
    Queue.offerUnsafe(this.wakes, undefined)
  }

  /** Done when somebody wakes it, or after so many milliseconds. */
  sleep(millis: number): Effect.Effect<void> {
    return Effect.raceFirst(Queue.take(this.wakes), Effect.sleep(millis))
  }

  /** Writes events down, in one step, and says what is worth it. */
  record(events: ReadonlyArray<OwnEvent>): Effect.Effect<void, StoreUnavailable> {
    return attemptSync("write to", this.places.journal, () => {
      this.ledger.record(events)
      for (const event of events) {
        const line = lineOf(event, this.scheduleOf(event.schedule))
        if (line !== undefined) this.options.say(line)
      }
    })
  }

  /**
   * Writes down what has happened, however long the disk refuses it, and says that it does. Each time `events` is done anew, after
   * the journal was read where it is in doubt.
   */
  recordAtLast(events: Effect.Effect<ReadonlyArray<OwnEvent>, StoreUnavailable | StoreTooNew>): Effect.Effect<void> {
    const record = Effect.andThen(
      this.ledger.settle,
      Effect.flatMap(events, (happened) => this.record(happened))
    )
    return Effect.gen({ self: this }, function* () {
      for (;;) {
        const recorded = yield* Effect.result(record)
        if (recorded._tag === "Success") return this.sayOnce("end", undefined)
        this.sayOnce("end", { weight: "error", text: recorded.failure.message })
        yield* Effect.sleep(WRITE_AGAIN)
      }
    })
  }

  scheduleOf(id: string): Schedule | undefined {
    return this.options.files.schedules.find((schedule) => schedule.id === id)
  }

  /** Whether a schedule is served here, or was and is no longer in its file. What others serve waits for them. */
  isOurs(id: string): boolean {
    const { file = "" } = this.ledger.states.get(id) ?? {}
    return this.scheduleOf(id) !== undefined || this.options.files.isKnown(file)
  }

  /** Says something about a topic, unless it has been said; `undefined` where there is nothing to be said any more. */
  sayOnce(topic: string, line: Line | undefined): void {
    if (line === undefined) this.said.delete(topic)
    else if (this.said.get(topic) !== line.text) {
      this.said.set(topic, line.text)
      this.options.say(line)
    }
  }
}

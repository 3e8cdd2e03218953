/** Sees to it that hooks are told, beside everything else: none of them holds up a run or the daemon. */
import { Clock, Effect, Fiber } from "effect"
import { durationText } from "../observe/duration.ts"
import { attemptSync } from "../store/durable.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import type { Desk } from "./Desk.ts"
import { isBeingTold, type OpenNotice } from "./open-notices.ts"
import { notifiedBy, PATIENT, type Persistence, quick, tellNotice } from "./tell-hook.ts"

export class HookKeeper {
  private readonly desk: Desk
  private readonly fibers = new Map<string, Fiber.Fiber<void>>()
  /** Ids of what was open before this one came. */
  private readonly old: ReadonlySet<string>
  /** Ids of what a visit leaves to the next. */
  private readonly putOff = new Set<string>()

  constructor(desk: Desk) {
    this.desk = desk
    this.old = new Set(desk.ledger.notices.keys())
  }

  /** Nothing is being told. */
  get isIdle(): boolean {
    return this.fibers.size === 0
  }

  /** Tells what nobody has been told yet; what an earlier daemon may have told already has the same id. */
  tellAll(): Effect.Effect<void, StoreUnavailable> {
    return Effect.flatMap(this.untold, (untold) =>
      Effect.forEach(untold, ([id, notice]) => this.tell(id, notice), { discard: true })
    )
  }

  private get untold() {
    const { ledger, options, places } = this.desk
    return attemptSync("look after hooks in", places.starts, () =>
      [...ledger.notices].filter(
        ([id, open]) =>
          !this.fibers.has(id) &&
          !this.putOff.has(id) &&
          this.desk.isOurs(open.schedule) &&
          !isBeingTold(options.store, open)
      )
    )
  }

  /** A visit ends when it has told its hooks, and whoever has it come again and again waits for that. */
  private persistence(id: string): Persistence {
    return this.desk.options.isVisit ? quick(this.old.has(id)) : PATIENT
  }

  private tell(id: string, open: OpenNotice): Effect.Effect<void> {
    const onRefusal = (why: string, pause: number): void => {
      const text = `${id}  its hook could not be told: ${why}; trying again in ${durationText(pause)}`
      this.desk.options.say({ weight: "warning", text })
    }
    const told = Effect.gen({ self: this }, function* () {
      const { hooks } = this.desk.scheduleOf(open.schedule) ?? { hooks: [] }
      const telling = yield* tellNotice({ hooks }, open.notice, { ...this.persistence(id), onRefusal })
      if (telling.outcome === "put off") {
        this.putOff.add(id)
        const text = `${id}  not told yet: ${telling.detail}; the next visit or daemon tells it again`
        this.desk.options.say({ weight: "warning", text })
      }
      const at = yield* Clock.currentTimeMillis
      // Until the disk takes this nobody tells it again but the next daemon: for that it has its id.
      yield* this.desk.recordAtLast(Effect.succeed(notifiedBy(telling, open, at)))
      this.fibers.delete(id)
      this.desk.wake()
    })
    return Effect.map(Effect.forkDetach(told), (fiber) => {
      this.fibers.set(id, fiber)
    })
  }

  /** Stops telling: the next daemon goes on with it. */
  readonly end = Effect.suspend(() => Fiber.interruptAll([...this.fibers.values()]))
}

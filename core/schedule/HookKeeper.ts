/** Sees to it that hooks are told, beside everything else: none of them holds up a run or the daemon. */
import { Clock, Effect, Fiber } from "effect"
import { durationText } from "../observe/duration.ts"
import type { Desk } from "./Desk.ts"
import type { OpenNotice } from "./open-notices.ts"
import { notifiedBy, PATIENT, tellNotice } from "./tell-hook.ts"

export class HookKeeper {
  private readonly desk: Desk
  private readonly fibers = new Map<string, Fiber.Fiber<void>>()

  constructor(desk: Desk) {
    this.desk = desk
  }

  get isIdle(): boolean {
    return this.open.length === 0
  }

  /** Tells what nobody has been told yet; what an earlier daemon may have told already has the same id. */
  tellAll(): Effect.Effect<void> {
    const untold = this.open.filter(([id]) => !this.fibers.has(id))
    return Effect.forEach(untold, ([id, notice]) => this.tell(id, notice), { discard: true })
  }

  private get open(): ReadonlyArray<readonly [id: string, notice: OpenNotice]> {
    return [...this.desk.ledger.notices].filter(([, { schedule }]) => this.desk.isOurs(schedule))
  }

  private tell(id: string, open: OpenNotice): Effect.Effect<void> {
    const onRefusal = (why: string, pause: number): void => {
      const text = `${id}  its hook could not be told: ${why}; trying again in ${durationText(pause)}`
      this.desk.options.say({ weight: "warning", text })
    }
    const told = Effect.gen({ self: this }, function* () {
      const { hooks } = this.desk.scheduleOf(open.schedule) ?? { hooks: [] }
      const telling = yield* tellNotice({ hooks }, open.notice, { ...PATIENT, onRefusal })
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

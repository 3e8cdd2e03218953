/** `pipeline schedule run`: a schedule now, by hand or from another program's timer. */
import { Effect, Layer } from "effect"
import { OUTCOMES } from "../schedule/event-text.ts"
import { runByHand, type Told } from "../schedule/run-by-hand.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { launcher } from "./launcher.ts"
import { printError } from "./output.ts"
import { cacheFolder } from "./Settings.ts"
import { unknownSchedule } from "./schedule-history.ts"
import { readSchedules } from "./schedule-places.ts"
import { historyLayer } from "./services.ts"

export interface RunScheduleChoices {
  readonly schedule: string
  readonly places: ReadonlyArray<string>
}

const STATUSES = new Set<number>(Object.values(EXIT))

/** Runs a schedule; ends as its run does. */
export const runSchedule = ({ places, schedule: name }: RunScheduleChoices) =>
  Effect.gen(function* () {
    const schedules = yield* readSchedules(places)
    const schedule = schedules.find(({ id }) => id === name)
    if (schedule === undefined) {
      return yield* unknownSchedule(
        name,
        schedules.map(({ id }) => id)
      )
    }
    yield* Effect.scoped(Layer.build(StoreRoot.layer(cacheFolder())))
    const ran = yield* Effect.provide(runByHand(schedule, { launcher, store: cacheFolder() }), historyLayer)
    const { detail, drift = [], outcome } = ran.event
    printError([`${name} ${OUTCOMES[outcome]}`, ...(detail === undefined ? [] : [detail])].join(": "))
    for (const words of drift) printError(`drift: ${words}`)
    for (const told of ran.told) {
      const line = tellingText(told)
      if (line !== undefined) printError(`warning: ${line}`)
    }
    return statusOf(ran.end.status)
  })

/** What a person has to know of a hook; nothing of one that was told. */
const tellingText = ({ notice, telling: { detail, outcome } }: Told): string | undefined => {
  if (outcome === "delivered") return undefined
  const later = outcome === "put off" ? "; the next run or daemon tells it again" : ""
  return `${notice.id}  ${outcome === "put off" ? "not told yet" : "nobody could be told"}: ${detail}${later}`
}

const statusOf = (status: number | null): ExitStatus =>
  status !== null && STATUSES.has(status) ? (status as ExitStatus) : EXIT.unusable

/** `pipeline schedule next`: what will run when. */
import { Effect } from "effect"
import { durationText } from "../observe/duration.ts"
import { comingTicks } from "../schedule/coming-ticks.ts"
import { tickId } from "../schedule/Schedule.ts"
import { zonedText } from "../schedule/zoned-text.ts"
import { EXIT } from "./exit-status.ts"
import { print, printJson, table } from "./output.ts"
import { readSchedules } from "./schedule-places.ts"

export interface NextChoices {
  readonly places: ReadonlyArray<string>
  readonly number: number
  readonly json: boolean
}

/** Prints the next ticks of all schedules, the first first. */
export const nextTicks = ({ json, number, places }: NextChoices) =>
  Effect.gen(function* () {
    const schedules = yield* readSchedules(places)
    const coming = comingTicks(schedules, Date.now(), number)
    if (json) {
      printJson(
        coming.map(({ schedule: { delay, file, id, timeZone }, tick }) => ({
          ...{ tick: tickId(id, tick), schedule: id, file, timeZone },
          ...{ at: tick, jitterMillis: delay, startsAt: tick + delay, local: zonedText(tick + delay, timeZone) }
        }))
      )
    } else print(coming.length === 0 ? "nothing is scheduled here" : nextTable(coming))
    return EXIT.success
  })

const nextTable = (coming: ReturnType<typeof comingTicks>): string =>
  table([
    ["schedule", "starts", "UTC", ""],
    ...coming.map(({ schedule: { delay, id, timeZone }, tick }) => [
      id,
      zonedText(tick + delay, timeZone),
      new Date(tick + delay).toISOString().replace("T", " ").replace(".000Z", "Z"),
      delay === 0 ? "" : `${durationText(delay)} of jitter`
    ])
  ])

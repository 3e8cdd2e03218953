/** Which schedules a command means: those of the files and folders that it names. */
import { existsSync } from "node:fs"
import { Effect } from "effect"
import { ScheduleFiles } from "../schedule/ScheduleFiles.ts"
import { printError } from "./output.ts"
import { UsageError } from "./UsageError.ts"

/** Where pipeline files lie when nobody says. */
const USUAL = "pipelines"

/** The places, as they are named or usual; fails on one that is not there. */
export const usualPlaces = (places: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>, UsageError> => {
  const missing = places.find((place) => !existsSync(place))
  if (missing !== undefined)
    return Effect.fail(new UsageError({ reason: `${missing}: there is no such file or folder` }))
  return Effect.succeed(places.length > 0 ? places : [existsSync(USUAL) ? USUAL : "."])
}

/** The schedules there; fails where a place that was named cannot be read, other files are complained of. */
export const readSchedules = Effect.fnUntraced(function* (places: ReadonlyArray<string>) {
  const files = new ScheduleFiles(yield* usualPlaces(places))
  const remarks = files.refresh()
  const unusable = places.length > 0 ? files.unusable : []
  const [first] = unusable
  if (first !== undefined) return yield* new UsageError({ reason: unusable.map(({ message }) => message).join("\n") })
  for (const { file, message } of [...remarks, ...files.clashes]) printError(`warning: ${file}: ${message}`)
  return files.schedules
})

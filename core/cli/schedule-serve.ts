/** `pipeline schedule serve`: the process that starts runs by itself. */
import { fstatSync } from "node:fs"
import { Effect, Layer } from "effect"
import type { Line, Weight } from "../schedule/event-text.ts"
import { ScheduleFiles } from "../schedule/ScheduleFiles.ts"
import { serve } from "../schedule/serve.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { launcher } from "./launcher.ts"
import { printError } from "./output.ts"
import { cacheFolder } from "./Settings.ts"
import { usualPlaces } from "./schedule-places.ts"
import { historyLayer } from "./services.ts"

export interface ServeChoices {
  readonly places: ReadonlyArray<string>
  readonly once: boolean
}

/** Serves schedules until it is interrupted; with `once`, until what is due has run. */
export const serveSchedules = ({ once, places }: ServeChoices) =>
  Effect.gen(function* () {
    const files = new ScheduleFiles(yield* usualPlaces(places))
    // It is made where there is none, and left at once: a daemon that held it open would keep collections waiting.
    yield* Effect.scoped(Layer.build(StoreRoot.layer(cacheFolder())))
    const served = yield* serve({
      store: cacheFolder(),
      files,
      launcher,
      history: historyLayer,
      isVisit: once,
      say
    })
    if (served === "hindered") return EXIT.unusable
    // Those that could be read were looked at all the same.
    const status: ExitStatus = places.length > 0 && files.unusable.length > 0 ? EXIT.usage : EXIT.success
    return status
  })

/**
 * Whether journald reads standard error: by device and inode (systemd.exec(5)). A terminal that a service has started has the variable
 * too, of a stream that is not its own.
 */
const isJournal = (): boolean => {
  const stream = process.env["JOURNAL_STREAM"]
  if (stream === undefined) return false
  const { dev, ino } = fstatSync(2)
  return stream === `${dev}:${ino}`
}

/** Levels as journald reads them at the beginning of a line. */
const PRIORITIES: { readonly [weight in Weight]: number } = { info: 6, warning: 4, error: 3 }

/** One line each: for journald with its level, which has the time itself; elsewhere with the time. */
const say = ({ text, weight }: Line): void => {
  const line = text.replaceAll("\n", " ")
  const time = new Date().toISOString().replace("T", " ").slice(0, 19)
  const level = weight === "info" ? "" : `${weight}: `
  printError(isJournal() ? `<${PRIORITIES[weight]}>${line}` : `${time}Z  ${level}${line}`)
}

/** `pipeline schedule export`: schedules for systemd, cron, Kubernetes or GitHub. */
import { join } from "node:path"
import { Clock, Effect, Option, Result } from "effect"
import { type ExportedFile, plainName } from "../schedule/Exported.ts"
import { exportCrontab } from "../schedule/export-crontab.ts"
import { exportGithub } from "../schedule/export-github.ts"
import { exportKubernetes } from "../schedule/export-kubernetes.ts"
import { exportSystemd } from "../schedule/export-systemd.ts"
import type { Schedule } from "../schedule/Schedule.ts"
import { writeDurably } from "../store/durable.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { launcher } from "./launcher.ts"
import { print, printError } from "./output.ts"
import { settings } from "./Settings.ts"
import { readSchedules } from "./schedule-places.ts"
import { UsageError } from "./UsageError.ts"

export interface ExportChoices {
  readonly places: ReadonlyArray<string>
  readonly format: "systemd" | "crontab" | "k8s" | "github"
  readonly out: Option.Option<string>
}

/** Prints the files of all schedules, or writes them; ends with 2 where one has none. */
export const exportSchedules = ({ format, out, places }: ExportChoices) =>
  Effect.gen(function* () {
    const schedules = yield* readSchedules(places)
    if (schedules.length === 0) return yield* new UsageError({ reason: "nothing is scheduled there" })
    const now = yield* Clock.currentTimeMillis
    const exported = schedules.map((schedule, index) => {
      const namesake = schedules.slice(0, index).find((other) => plainName(other) === plainName(schedule))
      const files = namesake === undefined ? exportAs(format, schedule, now) : Result.fail(takenBy(namesake))
      return { schedule, files }
    })
    for (const { files, schedule } of exported)
      if (Result.isFailure(files)) printError(`error: ${schedule.id} cannot be written for ${format}: ${files.failure}`)
    const files = exported.flatMap((one) => (Result.isSuccess(one.files) ? one.files.success : []))
    yield* Option.match(out, { onNone: () => printed(files), onSome: (folder) => written(folder, files) })
    const status: ExitStatus = exported.every((one) => Result.isSuccess(one.files)) ? EXIT.success : EXIT.usage
    return status
  })

const takenBy = (namesake: Schedule): string =>
  `its files would have the names of those of ${namesake.id}: give one of them another name`

const exportAs = (format: ExportChoices["format"], schedule: Schedule, now: number) => {
  const place = { launcher, folder: process.cwd(), settings: settings() }
  switch (format) {
    case "systemd":
      return exportSystemd(schedule, place)
    case "crontab":
      return exportCrontab(schedule, place)
    case "k8s":
      return exportKubernetes(schedule, place)
    case "github":
      return exportGithub(schedule, place, now)
  }
}

const printed = (files: ReadonlyArray<ExportedFile>) =>
  Effect.sync(() =>
    print(files.map(({ name, text }) => (files.length > 1 ? `# ${name}\n${text}` : text).trimEnd()).join("\n\n"))
  )

const written = (folder: string, files: ReadonlyArray<ExportedFile>) =>
  Effect.forEach(
    files,
    ({ name, text }) => {
      const file = join(folder, name)
      return Effect.map(writeDurably(file, text), () => print(file))
    },
    { discard: true }
  )

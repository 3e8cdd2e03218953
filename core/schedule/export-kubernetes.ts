/** A schedule as a CronJob of Kubernetes. */
import { Result } from "effect"
import { durationText } from "../observe/duration.ts"
import {
  commentOf,
  type ExportedFile,
  type ExportPlace,
  missedText,
  needsOf,
  origin,
  plainName,
  tickWords,
  unsaidJitter,
  unsaidSettings
} from "./Exported.ts"
import { plainCron } from "./export-crontab.ts"
import type { Schedule } from "./Schedule.ts"

/** Where the study lies in its container. */
const FOLDER = "/study"

/** Seconds by which a time that is not to be caught up may be late: its controller looks every ten. */
const PROMPT = 120

const POLICIES = { forbid: "Forbid", allow: "Allow", replace: "Replace" } as const

/** The manifest of a schedule; in words why there can be none. */
export const exportKubernetes = (
  schedule: Schedule,
  { folder, settings }: Pick<ExportPlace, "folder" | "settings">
): Result.Result<ReadonlyArray<ExportedFile>, string> =>
  Result.map(plainCron(schedule.cron), (cron) => {
    const { missed, overlap, startingDeadline, timeZone } = schedule
    const name = plainName(schedule)
    const deadline = missed === "skip" ? PROMPT : startingDeadline && Math.ceil(startingDeadline / 1000)
    const text = `${commentOf([...origin(schedule), ...needsOf(schedule), ...remarksOf(schedule), ...unsaidSettings(settings)])}apiVersion: batch/v1
kind: CronJob
metadata:
  name: ${name}
spec:
  schedule: ${JSON.stringify(cron)}
  timeZone: ${JSON.stringify(timeZone)}
  concurrencyPolicy: ${POLICIES[overlap]}
${deadline === undefined ? "" : `  startingDeadlineSeconds: ${deadline}\n`}  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: pipeline
              image: REPLACE-ME # an image with this program
              workingDir: ${FOLDER}
              command: ${JSON.stringify(tickWords(["pipeline"], schedule, folder))}
              volumeMounts:
                - { name: study, mountPath: ${FOLDER} }
          volumes:
            - name: study # the pipeline, its store and its reports: history and drift need what earlier runs left
              persistentVolumeClaim: { claimName: REPLACE-ME }
`
    return [{ name: `${name}.yaml`, text }]
  })

const remarksOf = (schedule: Schedule): ReadonlyArray<string> => {
  const { missed, startingDeadline } = schedule
  return [
    "Not tried on a cluster: only the shape of the manifest is checked. Replace what says REPLACE-ME.",
    "timeZone wants Kubernetes 1.27. What becomes of a time that a change of clocks takes out or brings twice is decided there.",
    ...(missed !== "skip" && startingDeadline === undefined
      ? [
          "Kubernetes starts nothing any more once it has missed a hundred times, unless startingDeadline says how late is too late."
        ]
      : []),
    ...(missed === "all"
      ? [`Not said here: ${missedText(schedule)}; Kubernetes catches up one missed time, the latest.`]
      : []),
    ...(missed === "skip" && startingDeadline !== undefined
      ? [
          `Not said here: startingDeadline, ${durationText(startingDeadline)}: what is missed is skipped, so ${PROMPT} seconds are all.`
        ]
      : []),
    ...unsaidJitter(schedule)
  ]
}

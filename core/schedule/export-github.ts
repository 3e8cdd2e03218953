/** A schedule as a workflow of GitHub Actions, whose times are UTC. */
import { Result } from "effect"
import {
  commentOf,
  type ExportedFile,
  type ExportPlace,
  missedText,
  plainName,
  unsaidDeadline,
  unsaidJitter,
  unsaidSettings
} from "./Exported.ts"
import { shellWord } from "./export-crontab.ts"
import type { Schedule } from "./Schedule.ts"
import { wordsOf } from "./TickProcess.ts"
import { type UtcCron, utcCrons } from "./utc-crons.ts"

/** The workflow of a schedule; in words why there can be none. `now` decides which offsets its zone has. */
export const exportGithub = (
  schedule: Schedule,
  { folder, settings }: Pick<ExportPlace, "folder" | "settings">,
  now: number
): Result.Result<ReadonlyArray<ExportedFile>, string> =>
  Result.map(utcCrons(schedule, now), (crons) => {
    const { overlap, timeZone } = schedule
    const name = plainName(schedule)
    const offsets = new Set(crons.map(({ offset }) => offset))
    const words = ["npx", "pipeline", ...wordsOf(schedule, folder)].map(shellWord).join(" ")
    const text = `${commentOf([...headOf(schedule), ...remarksOf(schedule, offsets.size), ...unsaidSettings(settings)])}name: ${JSON.stringify(schedule.id)}
on:
  workflow_dispatch:
  schedule:
${[...byCron(crons)].map(([cron, own]) => `    - cron: ${JSON.stringify(cron)}${offsets.size > 1 ? ` # while ${timeZone} is at ${own.join(" or ")}` : ""}\n`).join("")}${
  overlap === "allow" ? "" : `concurrency: { group: ${name}, cancel-in-progress: ${overlap === "replace"} }\n`
}jobs:
  reproduce:
    runs-on: ubuntu-latest
    steps:
${offsets.size > 1 ? guardOf(schedule, crons) : ""}      - uses: actions/checkout@v4
${offsets.size > 1 ? GUARDED : ""}      - uses: actions/cache@v4
${offsets.size > 1 ? GUARDED : ""}        with: { path: artifacts-cache, key: "${name}-\${{ github.run_id }}", restore-keys: "${name}-" }
      - run: npm ci
${offsets.size > 1 ? GUARDED : ""}      - run: ${JSON.stringify(words)}
${offsets.size > 1 ? GUARDED : ""}      - uses: actions/upload-artifact@v4
        if: always()
        with: { name: reports, path: reports, if-no-files-found: ignore }
`
    return [{ name: `${name}.yml`, text }]
  })

const GUARDED = "        if: steps.time.outputs.yes == 'true'\n"

/** The offsets of each line: of times an hour apart around midnight, two may have a line in common. */
const byCron = (crons: ReadonlyArray<UtcCron>): ReadonlyMap<string, ReadonlyArray<string>> =>
  new Map(
    [...Map.groupBy(crons, ({ cron }) => cron)].map(([cron, own]) => [cron, own.map(({ offset }) => offset)] as const)
  )

/** Of the lines that stand for one time at several offsets, only those of the offset of today go on. */
const guardOf = ({ timeZone }: Schedule, crons: ReadonlyArray<UtcCron>): string => {
  const cases = [...byCron(crons)]
    .map(([cron, own]) => `            ${JSON.stringify(cron)}) meant="${own.join(" ")}" ;;\n`)
    .join("")
  return `      - id: time
        env: { CRON: "\${{ github.event.schedule }}" }
        run: |
          now=$(TZ=${timeZone} date +%z)
          case "$CRON" in
${cases}            *) meant=$now ;;
          esac
          case " $meant " in *" $now "*) echo yes=true >> "$GITHUB_OUTPUT" ;; esac
`
}

const headOf = ({ cron, id, timeZone }: Schedule): ReadonlyArray<string> => [
  `Schedule ${id}: ${cron} in ${timeZone}.`,
  "Written by `pipeline schedule export`; do that again when the schedule changes.",
  "Not tried on GitHub: only the shape of the file is checked."
]

const remarksOf = (schedule: Schedule, offsets: number): ReadonlyArray<string> => {
  const { hooks, missed } = schedule
  return [
    "GitHub starts at best every five minutes, often late, now and then not at all, and never in a repository that nobody has touched for 60 days.",
    ...(offsets > 1
      ? [
          "Its times are UTC: each line stands for one offset of the zone, and the first step goes on with that of today alone.",
          "A time that a change of clocks takes out does not come that night; one that it brings twice may come twice."
        ]
      : []),
    ...(missed === "skip" ? [] : [`Not said here: ${missedText(schedule)}; GitHub forgets what it misses.`]),
    ...unsaidDeadline(schedule),
    ...unsaidJitter(schedule),
    ...(hooks.length > 0 ? ["Not said here: hooks; GitHub tells of failed workflows by itself."] : []),
    "Drift is not looked for: the cache of a workflow is no history to rely on."
  ]
}

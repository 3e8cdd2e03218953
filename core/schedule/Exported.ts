/** A schedule written down for another program. */
import { durationText } from "../observe/duration.ts"
import { variableNames } from "./hook-variables.ts"
import type { Schedule } from "./Schedule.ts"

/** A file of another program's. */
export interface ExportedFile {
  /** Its usual name. */
  readonly name: string
  readonly text: string
}

/** How the command is called where the file will be read. */
export interface ExportPlace {
  /** The program and its first arguments. */
  readonly launcher: ReadonlyArray<string>
  /** The folder in which it is called: store and reports are there. */
  readonly folder: string
  /** Variables that decide here how it runs, as `PIPELINE_CACHE`. */
  readonly settings: Settings
}

export type Settings = { readonly [name: string]: string }

/** A name that files, units and jobs of other programs may have: `ntk-study-weekly`. */
export const plainName = ({ id }: Pick<Schedule, "id">): string =>
  id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .slice(0, 52)
    .replaceAll(/^-|-$/gu, "")

/** The words by which another program has a tick run: recorded, compared and told as by the daemon. */
export const tickWords = (
  launcher: ReadonlyArray<string>,
  { id, file }: Schedule,
  folder: string
): ReadonlyArray<string> => [
  ...launcher,
  "schedule",
  "run",
  id,
  file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file
]

/** Lines of a comment, as all of these programs have them; what stands in it may have line breaks of its own. */
export const commentOf = (lines: ReadonlyArray<string>): string =>
  lines.map((line) => `# ${line.replaceAll(/\s*[\r\n]\s*/gu, " ")}\n`).join("")

/** How each file begins. */
export const origin = ({ cron, id, timeZone }: Schedule): ReadonlyArray<string> => [
  `Schedule ${id}: ${cron} in ${timeZone}.`,
  "Written by `pipeline schedule export`; do that again when the schedule changes.",
  "Hooks, history and the search for drift are those of `pipeline schedule run`, which this calls."
]

/** Which variables hooks want: a file that others read is no place for what they hold. */
export const needsOf = ({ hooks }: Pick<Schedule, "hooks">): ReadonlyArray<string> => {
  const names = new Set(hooks.flatMap(({ target }) => variableNames(target)))
  return names.size === 0 ? [] : [`Hooks need in its environment: ${[...names].join(", ")}.`]
}

/** Settings of here that mean nothing where the file will be read. */
export const unsaidSettings = (settings: Settings): ReadonlyArray<string> =>
  Object.entries(settings).map(
    ([name, value]) => `Not said here: ${name}=${value}, which is set where this was written.`
  )

/** What `missed` and `maxCatchUp` ask for, in words. */
export const missedText = ({ maxCatchUp, missed }: Schedule): string =>
  missed === "all" ? `missed: all, ${maxCatchUp} at most` : `missed: ${missed}`

/** How late a run may begin, for a program that cannot be told. */
export const unsaidDeadline = ({ startingDeadline }: Pick<Schedule, "startingDeadline">): ReadonlyArray<string> =>
  startingDeadline === undefined ? [] : [`Not said here: startingDeadline, ${durationText(startingDeadline)}.`]

/** By how much starts are put off, for a program that cannot be told. */
export const unsaidJitter = ({ jitter }: Pick<Schedule, "jitter">): ReadonlyArray<string> =>
  jitter > 0 ? [`Not said here: jitter, ${durationText(jitter)}.`] : []

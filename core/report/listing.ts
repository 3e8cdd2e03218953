/** How much of a long study a page lists: a browser opens what a person can read, and commands tell the rest. */

import { countText } from "../document/quantities.ts"
import { type Markup, markup } from "./Markup.ts"
import { shorten } from "./text-width.ts"

/** Tasks that are listed, and of one stage; the rest is counted and named as left out. */
const [MAX_LISTED_TASKS, MAX_OF_STAGE] = [1000, 500]

/** Stages that are listed. */
export const MAX_LISTED_STAGES = 300

/** Items of an input, expectations, failures, and metrics of a stage that are listed. */
export const [MAX_ITEMS, MAX_EXPECTATIONS, MAX_FAILURES, MAX_METRICS] = [100, 500, 50, 40]

/** How many tasks of each stage are listed, so that no stage goes without for the sake of another. */
export const tasksPerStage = (sizes: ReadonlyArray<number>): number => {
  let [room, stages] = [MAX_LISTED_TASKS, Math.min(sizes.length, MAX_LISTED_STAGES)]
  for (const size of sizes.slice(0, MAX_LISTED_STAGES).toSorted((a, b) => a - b)) {
    const share = Math.floor(room / stages)
    if (size > share) return Math.min(MAX_OF_STAGE, Math.max(1, share))
    room -= size
    stages -= 1
  }
  return MAX_OF_STAGE
}

/** Characters of a value that are shown; both its ends tell it apart. */
const MAX_VALUE = 300

/** A parameter or a message as far as anybody reads it. */
export const cutText = (text: string): string => shorten(text, MAX_VALUE)

/** `… and 1200 more tasks`, where a list ends early. */
export const leftOut = (count: number, listed: number, noun: string): Markup | undefined =>
  count <= listed
    ? undefined
    : markup`<p class="hint">… and ${countText(count - listed, `more ${noun}`)}: <code>pipeline show --json</code> has them all.</p>`

/** The same where a list of stages ends early. */
export const stagesLeftOut = (count: number): Markup | undefined => leftOut(count, MAX_LISTED_STAGES, "stage")

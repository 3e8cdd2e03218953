/** How much of a long study a page lists: a browser opens what a person can read, and commands tell the rest. */

import { countText } from "../document/quantities.ts"
import { type Markup, markup } from "./Markup.ts"

/** Tasks of a stage that are listed, and items of an input; the rest is counted and named as left out. */
export const MAX_LISTED_TASKS = 500

/** Stages that are listed. */
export const MAX_LISTED_STAGES = 300

/** `… and 1200 more tasks`, where a list of tasks ends early. */
export const tasksLeftOut = (count: number): Markup | undefined => leftOut(count, MAX_LISTED_TASKS, "more task")

/** `… and 1200 more stages`, where a list of stages ends early. */
export const stagesLeftOut = (count: number): Markup | undefined => leftOut(count, MAX_LISTED_STAGES, "more stage")

const leftOut = (count: number, listed: number, noun: string): Markup | undefined =>
  count <= listed
    ? undefined
    : markup`<p class="hint">… and ${countText(count - listed, noun)}: <code>pipeline show --json</code> has them all.</p>`

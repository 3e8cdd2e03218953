/** Why a task has to run, in one phrase, from what ran before. */
import type { ActionRecord } from "../store/ActionRecord.ts"
import { asComputed, type EarlierResult } from "./EarlierResult.ts"
import { stageOf } from "./task-id.ts"
import { closest, type Difference, differences, type Explained, phrase, type Setting } from "./why.ts"

/** Why a key is not in the store. */
export interface Explanation {
  /** The earlier result that it was compared with. */
  readonly against: EarlierResult | undefined
  readonly differences: ReadonlyArray<Difference>
  /** `never run`, `new task`, `param width 500→512`, `code of a/b: function f changed; input circle.points changed`. */
  readonly text: string
}

/** Differences named in one phrase. */
const NAMED = 3

/** What a key is explained with. */
export interface Evidence {
  /** The result that the task itself had last. */
  readonly own: EarlierResult | undefined
  /** Records of its like, of its stage type or its command, the latest first. */
  readonly ofLike: () => ReadonlyArray<ActionRecord>
  /** What the code is called, as `titleOf` has it; the stage type's own name when absent. */
  readonly title?: string
  /** What feeds each port. */
  readonly feeders?: Setting["feeders"]
  /** Ports whose content is not known yet: nothing is said about them. */
  readonly open?: ReadonlySet<string>
}

/** Explains against the last result of the task itself, or else the nearest result of its like. */
export const explain = (now: Explained, evidence: Evidence): Explanation => {
  const { own, ofLike, title = now.parts.stageType, feeders = {}, open = new Set() } = evidence
  const against = own ?? nearestOf(now, ofLike())
  if (against === undefined) return { against, differences: [], text: "never run" }
  const found = differences(against.record, now).filter(({ part, name }) => part !== "input" || !open.has(name))
  if (own === undefined) return { against, differences: found, text: "new task" }
  return { against, differences: found, text: phrases(found, { stageType: title, feeders }) || LOST }
}

const nearestOf = (now: Explained, records: ReadonlyArray<ActionRecord>): EarlierResult | undefined => {
  const nearest = closest(now, records)
  return nearest && asComputed(nearest)
}

/** Nothing that decides the result differs, and the store has none. */
const LOST = "its result was lost"

/** The first differences in words, and how many there are besides. */
const phrases = (found: ReadonlyArray<Difference>, setting: Setting): string => {
  const named = found.slice(0, NAMED).map((difference) => phrase(difference, setting))
  return [...named, ...(found.length > NAMED ? [`${found.length - NAMED} more`] : [])].join("; ")
}

/** `split has run`, `split, grid have run`. */
export const haveRun = (names: ReadonlyArray<string>): string =>
  `${names.join(", ")} ${names.length === 1 ? "has" : "have"} run`

/**
 * Says that a task's result was made under another name: `same key as numbers`; nothing when it was its own.
 *
 * Names do not enter keys. A stage that was renamed finds its results, and the phrase is one for all its tasks.
 */
export const reuse = (task: string, madeAs: string): string => {
  if (task === madeAs) return ""
  const stage = stageOf(madeAs)
  const isRenamed = task.slice(stageOf(task).length) === madeAs.slice(stage.length)
  return `same key as ${isRenamed ? stage : madeAs}`
}

/** The same in words that tasks of one stage share: `same key as others of numbers`. */
export const reuseOfMany = (task: string, madeAs: string): string => {
  const text = reuse(task, madeAs)
  return text === `same key as ${madeAs}` && madeAs.includes("@") ? `same key as others of ${stageOf(madeAs)}` : text
}

/** Why a task has to run, in one phrase, from what ran before. */
import type { ActionRecord } from "../store/ActionRecord.ts"
import { type ArrivingPart, certainChange } from "./arriving.ts"
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
  /** What a port reads that it did not read for an earlier result. */
  readonly reading?: (port: string, before: EarlierResult) => string | undefined
  /** Ports whose content is not known yet, or only in part: of them is said what is certain. */
  readonly open?: { readonly [port: string]: ArrivingPart }
}

/** Explains against the last result of the task itself, or else the nearest result of its like. */
export const explain = (now: Explained, evidence: Evidence): Explanation => {
  const { own, ofLike, title = now.parts.stageType, feeders = {}, reading, open = {} } = evidence
  const against = own ?? nearestOf(now, ofLike())
  if (against === undefined) return { against, differences: [], text: "never run" }
  const isOpen = ({ part, name }: Difference): boolean => part === "input" && Object.hasOwn(open, name)
  const found = [
    ...differences(against.record, now).filter((difference) => !isOpen(difference)),
    ...openDifferences(against.record, open)
  ]
  if (own === undefined) return { against, differences: found, text: "new task" }
  const setting = { stageType: title, feeders, reading: (port: string) => reading?.(port, own) }
  return { against, differences: found, text: phrases(found, setting) || LOST }
}

/** Of ports that are not known in full those that are certainly others than before. */
const openDifferences = ({ parts }: ActionRecord, open: Evidence["open"] & {}): ReadonlyArray<Difference> =>
  Object.entries(open).flatMap(([name, now]): ReadonlyArray<Difference> => {
    const before = parts.inputs[name]
    const after = before === undefined ? "is new" : certainChange(before, now)
    return after === undefined ? [] : [{ part: "input", name, before: before?.digest, after }]
  })

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

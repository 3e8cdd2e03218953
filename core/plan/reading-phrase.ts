/** Says in few words what a port reads that it did not read for an earlier result. */
import type { InputPart } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"
import type { ArrivingPart } from "./arriving.ts"
import { writtenId } from "./asked-values.ts"
import { fanInChanges, type ItemChanges } from "./fan-in-change.ts"
import { nameTasks } from "./name-tasks.ts"
import { outputText, type Reading, type ReadOutput } from "./reading.ts"
import { parseTaskId, type WrittenValue } from "./task-id.ts"

/** A port of a task now. */
export interface PortNow {
  /** The task whose port it is. */
  readonly reader: string
  readonly port: string
  readonly part: ArrivingPart
  readonly reading: Reading
}

/** The same port for an earlier result of that task. */
export interface PortBefore {
  readonly part: InputPart
  /** Asked for only where contents do not tell; `undefined` where nothing tells any more. */
  readonly reading: () => Reading | undefined
  /** What an output was in the run that had that result; `undefined` where nothing tells. */
  readonly contentOf: (output: ReadOutput) => Digest | undefined
}

/**
 * `model fit@method=a.model→fit@method=b.model`, `fit.*.model has 3 gone (fit@seed=3)`; `undefined` of one output that was read
 * before, and has another content.
 */
export const readingPhrase = (now: PortNow, before: PortBefore): string | undefined => {
  const items =
    now.part._tag === "Many" && before.part._tag === "Many" ? fanInChanges(before.part, now.part) : undefined
  const then = isAsBefore(now, before, items) ? undefined : before.reading()
  const moved =
    then && otherReading(then, now.reading, (output, other) => briefText(output, [now.reader, other.task ?? ""]))
  if (moved !== undefined) return `${now.port} ${moved.join("→")}`
  return items && `${now.reading.feeder || now.port} ${itemsText(items, now.reading, then)}`
}

/** Whether what differs has been read before, by what it was then. */
const isAsBefore = ({ part, reading }: PortNow, before: PortBefore, items: ItemChanges | undefined): boolean => {
  const was = (index: number): Digest | undefined => {
    const output = reading.outputs[index]
    return output && before.contentOf(output)
  }
  const then = before.part
  if (part._tag === "One" && then._tag === "One") return was(0) === then.digest
  if (items === undefined || then._tag === "One") return false
  return items.gone.length === 0 && items.changed.every(([old, now]) => was(now) === then.items[old]?.digest)
}

/** What was read and what is, where that is something else; `textOf` is what one output is called beside another. */
export const otherReading = (
  was: Reading,
  is: Reading,
  textOf: (output: ReadOutput, other: ReadOutput) => string = outputText
): readonly [was: string, is: string] | undefined => {
  const [[old], [now]] = [was.outputs, is.outputs]
  // Of a fan-in without items nobody knows any more what would have fed it.
  if (old === undefined || now === undefined) return undefined
  if (was.isFanIn && is.isFanIn) {
    if (was.feeder === is.feeder) return undefined
    const had = new Set(was.outputs.map(outputText))
    return is.outputs.some((output) => had.has(outputText(output))) ? undefined : [was.feeder, is.feeder]
  }
  if (was.isFanIn || is.isFanIn) return [was.feeder, is.feeder]
  return outputText(old) === outputText(now) ? undefined : [textOf(old, now), textOf(now, old)]
}

/** An output without the values of its task that those beside it have too. */
const briefText = ({ task, port }: ReadOutput, others: ReadonlyArray<string>): string => {
  if (task === undefined) return port
  const known = new Set(others.flatMap((other) => parseTaskId(other).values).map(valueText))
  const { stage, values } = parseTaskId(task)
  return `${writtenId(
    stage,
    values.filter((value) => !known.has(valueText(value)))
  )}.${port}`
}

const valueText = ({ name, text }: WrittenValue): string => `${name}=${text}`

/** How many items are new, changed or gone, and which: by the names of tasks, where those of before are known. */
const itemsText = (changes: ItemChanges, now: Reading, then: Reading | undefined): string => {
  const [are, were] = [now.outputs.map(nameOf), then?.outputs.map(nameOf) ?? []]
  // Other tasks may have the same matrix values, and one may have come back with others.
  const isReplaced = ([before, index]: readonly [number, number]): boolean =>
    then !== undefined && were[before] !== are[index]
  const replaced = changes.changed.filter(isReplaced)
  const came = [...changes.added, ...replaced.map(([, index]) => index)].map((index) => are[index] ?? "")
  const went = [...changes.gone, ...replaced.map(([index]) => index)].map((index) => were[index] ?? "")
  const lost = new Set(went)
  const again = new Set(came.filter((name) => lost.has(name)))
  const changed = changes.changed.filter((pair) => !isReplaced(pair)).map(([, index]) => are[index] ?? "")
  const isOther = (name: string): boolean => !again.has(name)
  const parts = [
    itemText("new", came.filter(isOther), went.length > 0 ? [...are, ...were] : are),
    itemText("changed", [...changed, ...again], are),
    itemText("gone", went.filter(isOther), are)
  ].filter((text) => text !== "")
  return parts.length === 0 ? "changed in order" : `has ${parts.join(", ")}`
}

/** Where they are all that there is beside them, or nothing tells their names, their number is enough. */
const itemText = (what: string, names: ReadonlyArray<string>, all: ReadonlyArray<string>): string => {
  if (names.length === 0) return ""
  const told = new Set(names)
  const others = all.filter((name) => !told.has(name))
  const isEnough = others.length === 0 || told.has("")
  return `${names.length} ${what}${isEnough ? "" : ` (${nameTasks([...told], others)})`}`
}

const nameOf = ({ task, port }: ReadOutput): string => task ?? port

/** A port of a task beside what it was for an earlier result. */
import { arrivingPart } from "../plan/arriving.ts"
import type { Origin, Plan, PlanInput, PlanTask } from "../plan/Plan.ts"
import { type Reading, readingOf } from "../plan/reading.ts"
import { otherReading, readingPhrase } from "../plan/reading-phrase.ts"
import { stageOf } from "../plan/task-id.ts"
import type { ActionRecord, InputPart } from "../store/ActionRecord.ts"
import { canonicalText, type Digest } from "../store/Digest.ts"
import { type EarlierTask, makersIn } from "./EarlierTask.ts"

/** An earlier result, whose task read other inputs. */
export interface Reader {
  readonly record: ActionRecord
  /** The task that made it, where it is known. */
  readonly before: EarlierTask | undefined
}

/** Content at a port that was not there before, with who made it. */
export interface NewContent {
  readonly origin: Origin
  /** What was there before; `undefined` for an item that is new in a fan-in. */
  readonly before: Digest | undefined
}

export interface PortSettings {
  readonly plan: Plan
  /** The result that a task has; `undefined` while it has none. */
  readonly resultOf: (task: number) => ActionRecord | undefined
  readonly task: PlanTask
  readonly port: string
  /** What arrives; `undefined` while some of it has yet to be made. */
  readonly part: InputPart | undefined
  readonly reader: Reader
}

export class ComparedPort {
  private readonly settings: PortSettings
  private readonly input: PlanInput | undefined
  private readonly is: Reading | undefined
  private readonly was: Reading | undefined
  private readonly had: InputPart | undefined

  constructor(settings: PortSettings) {
    this.settings = settings
    const { plan, task, port, reader } = settings
    this.input = task.inputs[port]
    this.is = this.input && readingOf(plan, this.input)
    this.was = reader.before?.readings[port]
    this.had = reader.record.parts.inputs[port]
  }

  /** Where it comes from elsewhere what it was, and what it is. */
  elsewhere(): readonly [was: string, is: string] | undefined {
    if (this.is === undefined || this.was === undefined) return undefined
    const { task, reader } = this.settings
    // Another task reads others of the same stage: that explains nothing.
    const tells = reader.before?.id === task.id || this.was.feeder !== this.is.feeder
    return tells ? otherReading(this.was, this.is) : undefined
  }

  /** Whether its reference is another one: it reads what was there before, or does not read what is still there. */
  get isRewritten(): boolean {
    const { plan, reader } = this.settings
    const [came, gone] = [
      without(makersIn(this.is), makersIn(this.was)),
      without(makersIn(this.was), makersIn(this.is))
    ]
    const isMade = [...(this.is?.outputs ?? []), ...(this.was?.outputs ?? [])].every(({ task }) => task !== undefined)
    const known = new Set(gone.length === 0 ? [] : plan.tasks.map(({ id }) => id))
    return !isMade || came.some((task) => reader.before?.isPart(task) === true) || gone.some((task) => known.has(task))
  }

  /** Which items of a fan-in are others, in words. */
  itemsPhrase(): string | undefined {
    const { task, port, part, resultOf } = this.settings
    if (this.input?._tag !== "Many" || this.is === undefined || this.had === undefined) return undefined
    const made = (origin: Origin): Digest | undefined =>
      origin._tag === "Task" ? resultOf(origin.task)?.outputs[origin.port]?.digest : undefined
    return readingPhrase(
      { reader: task.id, port, part: part ?? arrivingPart(this.input, made), reading: this.is },
      { part: this.had, reading: () => this.was, contentOf: () => undefined }
    )
  }

  /** Whether it waits for some of the tasks that it read before, and reads no others. */
  get isAwaited(): boolean {
    const [had, now] = [new Set(makersIn(this.was)), new Set(makersIn(this.is))]
    return this.settings.part === undefined && had.size === now.size && [...had].every((task) => now.has(task))
  }

  /** What arrives and did not before; not what was there, and was only not read: that is the reference's doing. */
  newContents(): ReadonlyArray<NewContent> {
    const { plan, part } = this.settings
    const had = this.contentsByTask()
    return newContentsAt(this.input, this.had, part).flatMap(({ origin, before }) => {
      if (before !== undefined || origin._tag === "Source") return [{ origin, before }]
      const { id = "" } = plan.tasks[origin.task] ?? {}
      // Its matrix values may have become others behind the same name.
      const byName = had.get(id)
      return byName === undefined && this.wasThere(id, origin.task) ? [] : [{ origin, before: byName }]
    })
  }

  /** Whether a task was part of the plan before; where nobody knows that any more, whether it had a result by then. */
  private wasThere(id: string, index: number): boolean {
    const { reader, resultOf } = this.settings
    if (reader.before !== undefined) return reader.before.isPart(id)
    const made = resultOf(index)
    return made !== undefined && made.startedAt <= reader.record.startedAt
  }

  private contentsByTask(): ReadonlyMap<string | undefined, Digest | undefined> {
    const items = this.had?._tag === "Many" ? this.had.items : []
    return new Map(this.was?.outputs.map(({ task }, index) => [task, items[index]?.digest]))
  }

  /** Of tasks that it reads, and that were not part of the plan before, the first of each stage. */
  came(): ReadonlyArray<string> {
    const { before } = this.settings.reader
    if (before === undefined) return []
    return firstOfStages(without(makersIn(this.is), makersIn(this.was))).filter((task) => !before.isPart(task))
  }

  /** Of tasks that it read, and that are not part of the plan any more, the first of each stage. */
  gone(): ReadonlyArray<string> {
    const first = firstOfStages(without(makersIn(this.was), makersIn(this.is)))
    const known = new Set(first.length === 0 ? [] : this.settings.plan.tasks.map(({ id }) => id))
    return first.filter((task) => !known.has(task))
  }
}

const without = (tasks: ReadonlyArray<string>, others: ReadonlyArray<string>): ReadonlyArray<string> => {
  const known = new Set(others)
  return tasks.filter((task) => !known.has(task))
}

const firstOfStages = (tasks: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...Map.groupBy(tasks, stageOf).values()].flatMap(([first]) => first ?? [])

/** What arrives at a port now and did not before, in the order of the port. */
const newContentsAt = (
  input: PlanInput | undefined,
  before: InputPart | undefined,
  now: InputPart | undefined
): ReadonlyArray<NewContent> => {
  if (input === undefined || now === undefined) return []
  if (input._tag === "One" || now._tag === "One") {
    return input._tag === "One" ? [{ origin: input.origin, before: before?.digest }] : []
  }
  const left = Map.groupBy(before?._tag === "Many" ? before.items : [], ({ matrix }) => canonicalText(matrix))
  return input.items.flatMap(({ matrix, origin }, index): ReadonlyArray<NewContent> => {
    const digest = now.items[index]?.digest
    const were = left.get(canonicalText(matrix)) ?? []
    if (digest === undefined || were.some((item) => item.digest === digest)) return []
    return [{ origin, before: were[0]?.digest }]
  })
}

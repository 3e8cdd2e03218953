/** Follows a change from the key of a task back to what caused it: input by input, to whoever made that input. */
import { Effect } from "effect"
import type { EarlierResult } from "../plan/EarlierResult.ts"
import { feedersOf } from "../plan/feeder.ts"
import { behind, CONDITION_FALSE } from "../plan/left-out.ts"
import type { Plan, PlanStage, PlanTask } from "../plan/Plan.ts"
import { shortTexts } from "../plan/short-texts.ts"
import { stageOf } from "../plan/task-id.ts"
import { type Difference, differences, phrase, titleOf } from "../plan/why.ts"
import type { ActionRecord, KeyParts } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { type Account, type Change, UNEXPLAINED } from "./Account.ts"
import { ComparedPort, type NewContent, type Reader } from "./ComparedPort.ts"
import type { EarlierTask, FindEarlierTask } from "./EarlierTask.ts"
import type { Places } from "./Places.ts"

/** What is known about the results of a plan. */
export interface Witness {
  readonly plan: Plan
  readonly places: Places
  /** The result that a task has; `undefined` while it has none. */
  readonly resultOf: (task: number) => ActionRecord | undefined
  /** Of the results of a task before this one, under any of these names, the one with some content at a port, or the last. */
  readonly earlier: (
    now: ActionRecord,
    names: ReadonlyArray<string>,
    content?: { readonly port: string; readonly digest: Digest }
  ) => EarlierResult | undefined
  readonly taskOf: FindEarlierTask
}

/** Tasks that one answer explains. */
const MAX_ACCOUNTS = 100

/** What arrives at a task, what arrived there for an earlier result, and how the two keys differ. */
export interface Comparison extends Reader {
  readonly inputs: KeyParts["inputs"]
  readonly found: ReadonlyArray<Difference>
}

export class Inquiry {
  private readonly witness: Witness
  private readonly explained = new Set<number>()

  constructor(witness: Witness) {
    this.witness = witness
  }

  /** Notes that a task is being explained; the state of one that is not to be. */
  enter(index: number): string | undefined {
    if (this.explained.has(index)) return UNEXPLAINED.above
    if (this.explained.size >= MAX_ACCOUNTS) return UNEXPLAINED.beyond
    this.explained.add(index)
    return undefined
  }

  /**
   * The differences of a task's key from that of an earlier result, each with its place and its cause.
   *
   * Where it is known what fed the ports then, an input that comes from elsewhere is explained by that.
   */
  changes(
    index: number,
    { inputs, found, ...reader }: Comparison
  ): Effect.Effect<ReadonlyArray<Change>, StoreUnavailable> {
    const [task, stage] = this.taskAt(index)
    const { places } = this.witness
    const { before } = reader
    return Effect.forEach(
      found,
      Effect.fnUntraced({ self: this }, function* (difference) {
        if (difference.part === "input") return yield* this.portChange(task, stage, { difference, inputs, reader })
        const at = places.of(task, difference, before)
        return { ...difference, phrase: phrase(difference, { stageType: titleOf(stage) }), at, because: [] }
      })
    )
  }

  /** The change of an input. */
  private portChange(
    task: PlanTask,
    stage: PlanStage,
    { difference, inputs, reader }: { difference: Difference; inputs: KeyParts["inputs"]; reader: Reader }
  ): Effect.Effect<Change, StoreUnavailable> {
    return Effect.gen({ self: this }, function* () {
      const { plan, places, resultOf } = this.witness
      const { name } = difference
      const port = new ComparedPort({ plan, resultOf, task, port: name, part: inputs[name], reader })
      const written = (): string | undefined => places.of(task, difference, reader.before)
      const elsewhere = port.elsewhere()
      if (elsewhere !== undefined) {
        const [was, is] = elsewhere
        // Another task has other references.
        const isWritten = reader.before?.id !== task.id || port.isRewritten
        const causes = isWritten ? [] : yield* this.accountsOfOthers(port, reader)
        const at = causes.length > 0 ? undefined : written()
        return { ...difference, before: was, after: is, phrase: `input ${name} ${was}→${is}`, at, because: causes }
      }
      // Of what is there the new contents tell who came.
      const others =
        inputs[name] === undefined ? yield* this.accountsOfOthers(port, reader) : yield* this.goneFrom(port, reader)
      const because = [...(yield* this.causes(port.newContents(), reader)), ...others]
      const setting = { stageType: titleOf(stage), feeders: feedersOf(plan, task), reading: () => port.itemsPhrase() }
      const told = { ...difference, phrase: phrase(difference, setting), because }
      if (because.length === 0 && port.isAwaited) return { ...told, at: undefined, awaited: true }
      return { ...told, at: this.sourceOf(task, difference) ?? (because.length > 0 ? undefined : written()) }
    })
  }

  /**
   * Why a task that has a result has another one than before; `madeBefore` is the content of a port then, `reader` the
   * earlier result that was made from it.
   */
  private accountOf(
    index: number,
    port: string,
    madeBefore: Digest | undefined,
    reader: Reader
  ): Effect.Effect<Account, StoreUnavailable> {
    return Effect.gen({ self: this }, function* () {
      const [task, stage] = this.taskAt(index)
      const head = { task: task.id, against: undefined, differences: [], waitsFor: [] }
      const unexplained = this.enter(index)
      if (unexplained !== undefined) return { ...head, state: unexplained }
      const { resultOf, earlier, taskOf } = this.witness
      const now = resultOf(index)
      if (now === undefined) return { ...head, state: "its record is no longer in the store" }
      const state = `computed in run ${now.runId}`
      const then = madeBefore && earlier(now, [task.id, now.task], { port, digest: madeBefore })
      if (then === undefined) return { ...head, state, differences: yield* this.newTask(task, stage, reader) }
      const { record } = then
      const found = differences(record, now)
      if (found.length === 0)
        return { ...head, state: `${state} anew, with other bytes than in run ${record.runId} from the same key` }
      const comparison = { inputs: now.parts.inputs, record, found, before: yield* taskOf(then) }
      const against = `${then.task} of run ${then.runId}`
      return { ...head, state, against, differences: yield* this.changes(index, comparison) }
    })
  }

  /** That a task has come into the pipeline is decided by a condition, by its matrix, and by who made the lists for that. */
  private newTask(
    { id }: PlanTask,
    stage: PlanStage,
    reader: Reader
  ): Effect.Effect<ReadonlyArray<Change>, StoreUnavailable> {
    const letThrough = this.letThrough(id, reader.before)
    if (letThrough.length > 0) return Effect.succeed(letThrough)
    const at = this.witness.places.matrix(stage, reader.before?.params)
    return Effect.map(this.causes(this.newLists(stage, reader), reader), (because) => [
      { ...taskChange(id, `task ${id} is new`, because.length > 0 ? undefined : at), because }
    ])
  }

  /** Why a task that a condition left out is part now; empty where none did. */
  letThrough(id: string, before: EarlierTask | undefined): ReadonlyArray<Change> {
    const wasOut = behind(before?.leftOut ?? [], id)
    if (wasOut?.because !== CONDITION_FALSE) return []
    return this.conditionCauses(wasOut.task, before).map(({ text, at }) =>
      taskChange(
        id,
        `task ${id} is new: ${text ?? `no condition leaves ${wasOut.task === id ? "it" : wasOut.task} out any more`}`,
        at
      )
    )
  }

  /** The accounts of tasks that came to a port, or are gone from it. */
  private accountsOfOthers(port: ComparedPort, reader: Reader) {
    return Effect.map(
      Effect.all([Effect.forEach(port.came(), (task) => this.accountOfNew(task, reader)), this.goneFrom(port, reader)]),
      ([came, gone]) => [...came, ...gone]
    )
  }

  private goneFrom(port: ComparedPort, reader: Reader): Effect.Effect<ReadonlyArray<Account>, StoreUnavailable> {
    return Effect.forEach(port.gone(), (task) => this.accountOfGone(task, reader))
  }

  /** Why a task is there that was not part before. */
  private accountOfNew(task: string, reader: Reader): Effect.Effect<Account, StoreUnavailable> {
    const { plan } = this.witness
    const [found, stage] = this.taskAt(plan.tasks.findIndex(({ id }) => id === task))
    const head = { task, state: "new", against: undefined, waitsFor: [] }
    return Effect.map(this.newTask(found, stage, reader), (differences) => ({ ...head, differences }))
  }

  /** Why a task is not part any more. */
  private accountOfGone(task: string, reader: Reader): Effect.Effect<Account, StoreUnavailable> {
    const { plan, places } = this.witness
    const isOut = behind(plan.leftOut ?? [], task)
    const reason = plan.leftOut?.find((one) => one.task === task)?.because
    const head = {
      task,
      state: `not part of this run${reason === undefined ? "" : `: ${reason}`}`,
      against: undefined,
      waitsFor: []
    }
    if (isOut?.because === CONDITION_FALSE) {
      const differences = this.conditionCauses(isOut.task, reader.before).map(({ text, at }) =>
        taskChange(task, text ?? `the condition of ${isOut.task} is false`, at)
      )
      return Effect.succeed({ ...head, differences })
    }
    const id = stageOf(task)
    const stage = plan.stages.find((one) => one.id === id)
    const at = places.matrix({ id }, reader.before?.params)
    return Effect.map(this.causes(stage === undefined ? [] : this.newLists(stage, reader), reader), (because) => ({
      ...head,
      differences: [{ ...taskChange(task, `task ${task} is gone`, because.length > 0 ? undefined : at), because }]
    }))
  }

  /** What makes the condition of a task another: parameters of the pipeline, each in words; none where the file does. */
  private conditionCauses(
    task: string,
    before: EarlierTask | undefined
  ): ReadonlyArray<{ readonly text: string | undefined; readonly at: string | undefined }> {
    const { plan, places } = this.witness
    return places.condition(stageOf(task), before?.params).map(({ param, at }) => {
      if (param === undefined) return { text: undefined, at }
      const [was, is] = shortTexts([before?.params[param], plan.params[param]])
      return { text: `param ${param} ${was}→${is}`, at }
    })
  }

  /** The lists that decide the tasks of a stage and were made, with another content than before, after an earlier result. */
  private newLists({ listsFrom = [] }: PlanStage, { record }: Reader): ReadonlyArray<NewContent> {
    const { resultOf, earlier } = this.witness
    return listsFrom.flatMap(({ task, port }) => {
      const now = resultOf(task)
      if (now === undefined || now.startedAt < record.startedAt) return []
      const before = earlier(now, [this.taskAt(task)[0].id, now.task])?.record.outputs[port]?.digest
      return before === now.outputs[port]?.digest ? [] : [{ origin: { _tag: "Task", task, port }, before }]
    })
  }

  /** The accounts of those who made new contents, one for each stage. */
  private causes(
    contents: ReadonlyArray<NewContent>,
    reader: Reader
  ): Effect.Effect<ReadonlyArray<Account>, StoreUnavailable> {
    const first = new Map<number, Effect.Effect<Account, StoreUnavailable>>()
    for (const { origin, before } of contents) {
      if (origin._tag === "Source") continue
      const { stage } = this.taskAt(origin.task)[0]
      if (!first.has(stage)) first.set(stage, this.accountOf(origin.task, origin.port, before, reader))
    }
    return Effect.all([...first.values()])
  }

  /** The path of the source behind an input. */
  private sourceOf({ inputs }: PlanTask, { part, name }: Difference): string | undefined {
    const input = part === "input" ? inputs[name] : undefined
    const origin = input?._tag === "One" ? input.origin : undefined
    return origin?._tag === "Source" ? this.witness.places.source(origin.source) : undefined
  }

  private taskAt(index: number): readonly [PlanTask, PlanStage] {
    const { tasks, stages } = this.witness.plan
    const task = tasks[index]
    const stage = stages[task?.stage ?? -1]
    if (task === undefined || stage === undefined) throw new RangeError(`the plan has no task ${index}`)
    return [task, stage]
  }
}

const taskChange = (name: string, text: string, at: string | undefined): Change => ({
  part: "task",
  name,
  before: undefined,
  after: undefined,
  phrase: text,
  at,
  because: []
})

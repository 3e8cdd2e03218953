/** Follows a change from the key of a task back to what caused it: input by input, to whoever made that input. */
import { feedersOf } from "../plan/feeder.ts"
import type { Origin, Plan, PlanInput, PlanStage, PlanTask } from "../plan/Plan.ts"
import { type Difference, differences, phrase, titleOf } from "../plan/why.ts"
import type { ActionRecord, InputPart, KeyParts } from "../store/ActionRecord.ts"
import { canonicalText, type Digest } from "../store/Digest.ts"
import { type Account, type Change, UNEXPLAINED } from "./Account.ts"
import type { Places } from "./Places.ts"

/** What is known about the results of a plan. */
export interface Witness {
  readonly plan: Plan
  readonly places: Places
  /** The result that a task has; `undefined` while it has none. */
  readonly resultOf: (task: number) => ActionRecord | undefined
  /** Of the results of a task before this one, under any of these names, the one with this content at a port, or the last. */
  readonly earlier: (
    now: ActionRecord,
    names: ReadonlyArray<string>,
    content: { readonly port: string; readonly digest: Digest }
  ) => ActionRecord | undefined
}

/** Tasks that one answer explains. */
const MAX_ACCOUNTS = 100

/** Content at a port that was not there before, with who made it. */
interface NewContent {
  readonly origin: Origin
  /** What was there before; `undefined` for an item that is new in a fan-in. */
  readonly before: Digest | undefined
}

/** What arrives at a task, what arrived there for an earlier result, and how the two keys differ. */
export interface Comparison {
  readonly inputs: KeyParts["inputs"]
  readonly inputsBefore: KeyParts["inputs"]
  readonly found: ReadonlyArray<Difference>
  readonly fedBefore?: { readonly [port: string]: string } | undefined
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
   * `fedBefore` is what fed its ports then, where it is known: an input that comes from elsewhere is explained by that.
   */
  changes(index: number, { inputs, inputsBefore, found, fedBefore = {} }: Comparison): ReadonlyArray<Change> {
    const [task, stage] = this.taskAt(index)
    const setting = { stageType: titleOf(stage), feeders: feedersOf(this.witness.plan, task) }
    return found.map((difference): Change => {
      const { part, name } = difference
      const [was, is] = [fedBefore[name], setting.feeders[name]]
      if (part === "input" && was !== undefined && is !== undefined && was !== is) {
        const at = this.placeOf(stage, difference)
        return { ...difference, before: was, after: is, phrase: `input ${name} ${was}→${is}`, at, because: [] }
      }
      const because = part === "input" ? this.causes(task.inputs[name], inputsBefore[name], inputs[name]) : []
      const at = this.sourceOf(task, difference) ?? (because.length > 0 ? undefined : this.placeOf(stage, difference))
      return { ...difference, phrase: phrase(difference, setting), at, because }
    })
  }

  /** Why a task that has a result has another one than before; `madeBefore` is the content of a port then. */
  private accountOf(index: number, port: string, madeBefore: Digest | undefined): Account {
    const [task, stage] = this.taskAt(index)
    const head = { task: task.id, against: undefined, differences: [], waitsFor: [] }
    const unexplained = this.enter(index)
    if (unexplained !== undefined) return { ...head, state: unexplained }
    const { resultOf, earlier } = this.witness
    const now = resultOf(index)
    if (now === undefined) return { ...head, state: "its record is no longer in the store" }
    const state = `computed in run ${now.runId}`
    const before = madeBefore && earlier(now, [task.id, now.task], { port, digest: madeBefore })
    if (before === undefined) return { ...head, state, differences: [this.newTask(task, stage)] }
    const found = differences(before, now)
    if (found.length === 0)
      return { ...head, state: `${state} anew, with other bytes than in run ${before.runId} from the same key` }
    const against = `${before.task} of run ${before.runId}`
    return {
      ...head,
      state,
      against,
      differences: this.changes(index, { inputs: now.parts.inputs, inputsBefore: before.parts.inputs, found })
    }
  }

  /** That a task has come into the pipeline is decided by its matrix. */
  private newTask(task: PlanTask, stage: PlanStage): Change {
    const at = this.witness.places.matrix(stage)
    return {
      part: "task",
      name: task.id,
      before: undefined,
      after: undefined,
      phrase: `task ${task.id} is new`,
      at,
      because: []
    }
  }

  private causes(
    input: PlanInput | undefined,
    before: InputPart | undefined,
    now: InputPart | undefined
  ): ReadonlyArray<Account> {
    if (input === undefined || now === undefined) return []
    const first = new Map<number, Account>()
    for (const { origin, before: old } of newContents(input, before, now)) {
      if (origin._tag === "Source") continue
      const [, stage] = this.taskAt(origin.task)
      const key = this.witness.plan.stages.indexOf(stage)
      if (!first.has(key)) first.set(key, this.accountOf(origin.task, origin.port, old))
    }
    return [...first.values()]
  }

  /** The path of the source behind an input. */
  private sourceOf({ inputs }: PlanTask, { part, name }: Difference): string | undefined {
    const input = part === "input" ? inputs[name] : undefined
    const origin = input?._tag === "One" ? input.origin : undefined
    return origin?._tag === "Source" ? this.witness.places.source(origin.source) : undefined
  }

  private placeOf(stage: PlanStage, difference: Difference): string | undefined {
    return this.witness.places.of(stage, difference)
  }

  private taskAt(index: number): readonly [PlanTask, PlanStage] {
    const { tasks, stages } = this.witness.plan
    const task = tasks[index]
    const stage = stages[task?.stage ?? -1]
    if (task === undefined || stage === undefined) throw new RangeError(`the plan has no task ${index}`)
    return [task, stage]
  }
}

/** What arrives at a port now and did not before, in the order of the port. */
const newContents = (input: PlanInput, before: InputPart | undefined, now: InputPart): ReadonlyArray<NewContent> => {
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

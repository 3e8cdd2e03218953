/** Expands every matrix, and numbers the tasks so that each follows those it needs. */
import { Result } from "effect"
import { Budget } from "../document/Budget.ts"
import type { PipelineInvalid } from "../document/Diagnostic.ts"
import type { Scope } from "../document/evaluate.ts"
import { evaluateTemplate } from "../document/evaluate-template.ts"
import { dimensionsOf, type PipelineDocument, referencesOf } from "../document/PipelineDocument.ts"
import { seenParams } from "../document/resolve-params.ts"
import type { Template } from "../document/Template.ts"
import { isGuarded } from "../fault/hooks.ts"
import { canonicalText } from "../store/Digest.ts"
import type { BoundStage } from "./bind.ts"
import { type Checked, refuse } from "./Checked.ts"
import { expandMatrix } from "./expand-matrix.ts"
import { type Fault, faultOf } from "./Fault.ts"
import { CONDITION_FALSE, EXCLUDED, needing } from "./left-out.ts"
import { type KnownLists, listName, MadeLists } from "./MadeLists.ts"
import { missingNeed } from "./missing-need.ts"
import type { NamedPort, Names, NumberedStage } from "./Names.ts"
import type { JsonMap, PendingStage, PlanPort } from "./Plan.ts"
import { stageOf, taskId } from "./task-id.ts"

/** Tasks of a pipeline, with those that are left out: so many are planned within a second or two. */
const MOST_TASKS = 120_000

/** What stages are numbered from, whatever lists are known. */
export interface Unnumbered {
  readonly document: PipelineDocument
  readonly params: JsonMap
  /** What a matrix may go over of the machine. */
  readonly machine: JsonMap
  readonly bound: ReadonlyMap<string, Checked<BoundStage>>
  /** Each stage after those it needs. */
  readonly order: ReadonlyArray<string>
}

export interface NumberedStages {
  /** Its stages stand in the order of their numbers. */
  readonly names: Names
  /** Stages without numbers by their names, each after those it needs. */
  readonly waiting: ReadonlyMap<string, Waiting>
  /** Those that cannot be made from their lists, and why: they stay without. */
  readonly refused: ReadonlyMap<string, PipelineInvalid>
  readonly faults: ReadonlyArray<Fault>
}

/** A stage whose tasks are not known yet. */
interface Waiting {
  readonly stage: BoundStage
  readonly waitsFor: ReadonlyArray<NamedPort>
  readonly after: ReadonlyArray<string>
  /** Tasks that it may need, of the stages that have numbers. */
  readonly needs: ReadonlyArray<number>
}

/**
 * Numbers stages and tasks: all whose tasks the known lists decide.
 *
 * Those that had numbers before keep them, and are not looked at again: what further lists decide follows.
 */
export const numberStages = (ground: Unnumbered, known: KnownLists, before?: NumberedStages): NumberedStages => {
  const expansion = new Expansion(ground, known, before)
  for (const id of before?.waiting.keys() ?? ground.order) expansion.add(id)
  return expansion.numbered()
}

class Expansion {
  private readonly ground: Unnumbered
  private readonly known: KnownLists
  private readonly before: Pick<NumberedStages, "waiting" | "refused">
  private readonly sources: Names["sources"]
  private readonly faults: Array<Fault> = []
  private readonly unbound = new Set<string>()
  private readonly stages: Map<string, NumberedStage>
  private readonly pending = new Map<string, BoundStage>()
  private readonly waiting = new Map<string, Waiting>()
  /** Numbers of the stage and of the task that come next. */
  private index = 0
  private first = 0
  /** Combinations that were made, whether they become tasks or not. */
  private made = 0
  private readonly budget = new Budget()

  constructor(ground: Unnumbered, known: KnownLists, before: NumberedStages | undefined) {
    this.ground = ground
    this.known = known
    this.before = before ?? { waiting: new Map(), refused: new Map() }
    this.sources = before?.names.sources ?? sourcesOf(ground.document)
    this.stages = new Map(before?.names.stages)
    for (const stage of this.stages.values()) {
      this.count(stage)
      this.made += stage.ids.length + stage.leftOut.size + stage.absent.size
    }
  }

  /** Expands a stage; those it needs have been added. */
  add(id: string): void {
    const still = this.stillWaiting(id)
    const bound = this.ground.bound.get(id) ?? Result.fail([])
    const expanded = still === undefined ? Result.flatMap(bound, (stage) => this.expand(stage)) : Result.succeed(still)
    if (Result.isFailure(expanded)) {
      this.faults.push(...faultOf(id, expanded))
      this.unbound.add(id)
    } else if ("waitsFor" in expanded.success) {
      this.waiting.set(id, expanded.success)
      this.pending.set(id, expanded.success.stage)
    } else {
      this.stages.set(id, expanded.success)
      this.count(expanded.success)
    }
  }

  numbered(): NumberedStages {
    return { names: this.names(), waiting: this.waiting, refused: this.before.refused, faults: this.faults }
  }

  /** Stages without tasks are as if they did not stand there. */
  private count({ ids }: NumberedStage): void {
    this.first += ids.length
    if (ids.length > 0) this.index++
  }

  /** What a stage of before waits for still; `undefined` where more can be told of its tasks by now. */
  private stillWaiting(id: string): Waiting | undefined {
    const waiting = this.before.waiting.get(id)
    if (waiting === undefined) return undefined
    const after = waiting.after.filter((stage) => this.pending.has(stage))
    if (this.before.refused.has(id)) return { ...waiting, after }
    const waitsFor = waiting.waitsFor.filter((output) => !this.known.has(listName(output)))
    const isSame = after.length === waiting.after.length && after.length + waitsFor.length > 0
    return isSame ? { ...waiting, waitsFor } : undefined
  }

  private isFull(): boolean {
    return this.made > MOST_TASKS && isGuarded("bound-matrix")
  }

  private names(): Names {
    return { stages: this.stages, unbound: this.unbound, pending: this.pending, sources: this.sources }
  }

  private expand(stage: BoundStage): Checked<NumberedStage | Waiting> {
    const { id, matrix } = stage.document
    const params = seenParams(this.ground.params, stage.document.view)
    const lists = new MadeLists(id, this.names(), this.known)
    for (const reference of referencesOf(stage.document)) {
      if (reference._tag !== "Source" && this.pending.has(reference.stage)) lists.after.add(reference.stage)
    }
    return Result.gen(this, function* () {
      // The stage with which there are too many has the complaint.
      if (this.isFull()) return yield* Result.fail([])
      const { combinations, excluded } = yield* expandMatrix(
        id,
        matrix,
        { params, machine: this.ground.machine },
        lists.find,
        this.budget
      )
      this.made += combinations.length + excluded.length
      if (this.isFull()) {
        const message = `stage "${id}": with its ${combinations.length + excluded.length} tasks the pipeline has more than ${MOST_TASKS}`
        return yield* refuse(matrix?.span ?? stage.document.idSpan, message, "make several pipelines of it")
      }
      if (lists.waitsFor.size > 0 || lists.after.size > 0) {
        const needs = mayNeed(stage, this.stages)
        return { stage, waitsFor: [...lists.waitsFor.values()], after: [...lists.after], needs }
      }
      const chosen = yield* chosenTasks(stage, combinations, this.stages, { params, budget: this.budget })
      const missing = lists.missing.map(({ above, task }): readonly [string, string] => [
        taskId(id, above),
        needing(task)
      ])
      const ids = chosen.combinations.map((values) => taskId(id, values))
      const leftOut = new Map([...missing, ...chosen.leftOut])
      const listsFrom = [...lists.found.values()]
      return {
        ...stage,
        index: this.index,
        first: this.first,
        combinations: chosen.combinations,
        leftOut,
        absent: absentTasks(id, excluded, { ids, isEmpty: ids.length + leftOut.size === 0, listsFrom }),
        ids,
        positions: new Map(ids.map((task, position) => [task, position])),
        listsFrom
      }
    })
  }
}

const sourcesOf = ({ sources }: PipelineDocument): Names["sources"] =>
  sources.map(({ name, nameSpan, path, kind }) => ({ name, path: path.value, kind: kind.value, span: nameSpan }))

/** The combinations that `when:` lets through, and whose inputs it lets through. */
const chosenTasks = (
  stage: BoundStage,
  every: ReadonlyArray<JsonMap>,
  earlier: ReadonlyMap<string, NumberedStage>,
  scope: Scope
): Checked<Pick<NumberedStage, "combinations" | "leftOut">> =>
  Result.gen(function* () {
    const { id, when } = stage.document
    const leftOut = new Map<string, string>()
    const combinations: Array<JsonMap> = []
    for (const values of every) {
      const own = { ...scope, matrix: values }
      const isWanted = when === undefined || (yield* condition(id, when, own))
      const missing = isWanted ? yield* missingNeed(stage, own, earlier) : undefined
      if (isWanted && missing === undefined) combinations.push(values)
      else leftOut.set(taskId(id, values), missing === undefined ? CONDITION_FALSE : needing(missing))
    }
    return { combinations, leftOut }
  })

/** What `exclude` takes away and nothing brings back; the stage itself, where the lists that tasks made have nothing for it. */
const absentTasks = (
  stage: string,
  excluded: ReadonlyArray<JsonMap>,
  { ids, isEmpty, listsFrom }: Pick<NumberedStage, "ids" | "listsFrom"> & { readonly isEmpty: boolean }
): ReadonlyMap<string, string> => {
  if (isEmpty && excluded.length === 0) {
    const [only, ...others] = listsFrom.map(listName)
    return new Map([[stage, others.length === 0 ? `${only} is an empty list` : "its lists are empty"]])
  }
  const known = new Set(excluded.length === 0 ? [] : ids)
  const names = excluded.map((values) => taskId(stage, values)).filter((task) => !known.has(task))
  return new Map(names.map((task) => [task, EXCLUDED]))
}

const condition = (id: string, when: Template, scope: Scope): Checked<boolean> =>
  Result.flatMap(evaluateTemplate(when, scope), (value) =>
    typeof value === "boolean"
      ? Result.succeed(value)
      : refuse(when.span, `stage "${id}": when is ${canonicalText(value)}, expected true or false`)
  )

/** An output by the number of its task. */
export const numberedPort = ({ task, port }: NamedPort, stages: ReadonlyMap<string, NumberedStage>): PlanPort => {
  const producer = stages.get(stageOf(task))
  return { task: (producer?.first ?? 0) + (producer?.positions.get(task) ?? 0), port }
}

/** Every task that a stage may need, of those that have numbers. */
const mayNeed = ({ document }: BoundStage, stages: ReadonlyMap<string, NumberedStage>): ReadonlyArray<number> => {
  const needs = referencesOf(document).flatMap((reference) => {
    const producer = reference._tag === "Source" ? undefined : stages.get(reference.stage)
    if (producer === undefined) return []
    const exact = reference._tag === "One" ? producer.positions.get(reference.task) : undefined
    return exact === undefined ? producer.ids.map((_, position) => producer.first + position) : [producer.first + exact]
  })
  return [...new Set(needs)].sort((a, b) => a - b)
}

/** The stages without numbers, as the plan has them. */
export const pendingStages = ({ names: { stages, sources }, waiting }: NumberedStages): ReadonlyArray<PendingStage> =>
  Array.from(waiting.values(), ({ stage: { document, type }, waitsFor, after, needs }) => ({
    id: document.id,
    span: document.idSpan,
    stageType: type.name,
    waitsFor: waitsFor.map((output) => numberedPort(output, stages)),
    after,
    needs,
    dimensions: dimensionsOf(document.matrix),
    sources: referencesOf(document).flatMap((reference) => {
      const index = reference._tag === "Source" ? sources.findIndex(({ name }) => name === reference.source) : -1
      return index < 0 ? [] : [index]
    })
  }))

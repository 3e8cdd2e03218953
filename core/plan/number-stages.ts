/** Expands every matrix, and numbers the tasks so that each follows those it needs. */
import { Result } from "effect"
import type { Diagnostic } from "../document/Diagnostic.ts"
import type { Scope } from "../document/evaluate.ts"
import { evaluateTemplate } from "../document/evaluate-template.ts"
import { type PipelineDocument, referencesOf } from "../document/PipelineDocument.ts"
import { seenParams } from "../document/resolve-params.ts"
import type { Template } from "../document/Template.ts"
import { canonicalText } from "../store/Digest.ts"
import type { BoundStage } from "./bind.ts"
import { type Checked, refuse } from "./Checked.ts"
import { missingNeed } from "./connect.ts"
import { expandMatrix } from "./expand-matrix.ts"
import { type KnownLists, type ListRanks, MadeLists, ranksOf } from "./MadeLists.ts"
import type { NamedPort, Names, NumberedStage } from "./Names.ts"
import type { JsonMap, PendingStage, PlanPort } from "./Plan.ts"
import { stageOf, taskId } from "./task-id.ts"

export interface NumberedStages {
  /** Its stages stand in the order of their numbers. */
  readonly names: Names
  readonly pending: ReadonlyArray<PendingStage>
  readonly complaints: ReadonlyArray<Diagnostic>
}

/**
 * Numbers stages and tasks.
 *
 * Stages whose tasks are known without any list that a task makes come first, then those that the first known list
 * decides, and so on: with more lists known, the tasks of before keep their numbers.
 */
export const numberStages = (
  document: PipelineDocument,
  bound: ReadonlyMap<string, Checked<BoundStage>>,
  order: ReadonlyArray<string>,
  params: JsonMap,
  known: KnownLists
): NumberedStages => {
  const expansion = new Expansion(document, params, known)
  for (const id of order) expansion.add(id, bound.get(id) ?? Result.fail([]))
  return expansion.numbered()
}

interface Waiting {
  readonly stage: BoundStage
  readonly waitsFor: ReadonlyArray<NamedPort>
  readonly after: ReadonlyArray<string>
}

class Expansion {
  private readonly params: JsonMap
  private readonly known: KnownLists
  private readonly ranks: ListRanks
  private readonly sources: Names["sources"]
  private readonly complaints: Array<Diagnostic> = []
  private readonly unbound = new Set<string>()
  private readonly stages = new Map<string, NumberedStage>()
  private readonly pending = new Map<string, BoundStage>()
  private readonly waiting: Array<Waiting> = []

  constructor(document: PipelineDocument, params: JsonMap, known: KnownLists) {
    this.params = params
    this.known = known
    this.ranks = ranksOf(known)
    this.sources = document.sources.map(({ name, nameSpan, path, kind }) => ({
      name,
      path: path.value,
      kind: kind.value,
      span: nameSpan
    }))
  }

  /** Expands a stage; those it needs have been added. */
  add(id: string, bound: Checked<BoundStage>): void {
    const expanded = Result.flatMap(bound, (stage) => this.expand(stage))
    if (Result.isFailure(expanded)) {
      this.complaints.push(...expanded.failure)
      this.unbound.add(id)
    } else if ("waitsFor" in expanded.success) {
      this.waiting.push(expanded.success)
      this.pending.set(id, expanded.success.stage)
    } else this.stages.set(id, expanded.success)
  }

  numbered(): NumberedStages {
    const stages = new Map<string, NumberedStage>()
    let [index, first] = [0, 0]
    for (const stage of [...this.stages.values()].sort((a, b) => a.wave - b.wave)) {
      stages.set(stage.document.id, { ...stage, index, first })
      first += stage.ids.length
      if (stage.ids.length > 0) index++
    }
    return {
      names: { ...this.names(), stages },
      pending: this.waiting.map((waiting) => pendingStage(waiting, stages, this.sources)),
      complaints: this.complaints
    }
  }

  private names(): Names {
    return { stages: this.stages, unbound: this.unbound, pending: this.pending, sources: this.sources }
  }

  private expand(stage: BoundStage): Checked<NumberedStage | Waiting> {
    const { id, matrix } = stage.document
    const params = seenParams(this.params, stage.document.view)
    const lists = new MadeLists(id, this.names(), this.known, this.ranks)
    for (const reference of referencesOf(stage.document)) {
      if (reference._tag !== "Source" && this.pending.has(reference.stage)) lists.after.add(reference.stage)
    }
    return Result.gen(this, function* () {
      const combinations = yield* expandMatrix(id, matrix, params, lists.find)
      if (lists.waitsFor.size > 0 || lists.after.size > 0) {
        return { stage, waitsFor: [...lists.waitsFor.values()], after: [...lists.after] }
      }
      const chosen = yield* chosenTasks(stage, combinations, this.stages, params)
      const missing = lists.missing.map(({ above, task }): readonly [string, string] => [
        taskId(id, above),
        `it needs ${task}`
      ])
      const ids = chosen.combinations.map((values) => taskId(id, values))
      return {
        ...stage,
        // The numbers follow when all waves are known.
        index: 0,
        first: 0,
        combinations: chosen.combinations,
        leftOut: new Map([...missing, ...chosen.leftOut]),
        ids,
        positions: new Map(ids.map((task, position) => [task, position])),
        listsFrom: [...lists.found.values()],
        wave: Math.max(lists.wave, ...this.producers(stage).map((producer) => producer.wave))
      }
    })
  }

  private producers({ document }: BoundStage): ReadonlyArray<NumberedStage> {
    return referencesOf(document).flatMap((reference) =>
      reference._tag === "Source" ? [] : (this.stages.get(reference.stage) ?? [])
    )
  }
}

/** The combinations that `when:` lets through, and whose inputs it lets through. */
const chosenTasks = (
  stage: BoundStage,
  every: ReadonlyArray<JsonMap>,
  earlier: ReadonlyMap<string, NumberedStage>,
  params: JsonMap
): Checked<Pick<NumberedStage, "combinations" | "leftOut">> =>
  Result.gen(function* () {
    const { id, when } = stage.document
    const leftOut = new Map<string, string>()
    const combinations: Array<JsonMap> = []
    for (const values of every) {
      const isWanted = when === undefined || (yield* condition(id, when, { params, matrix: values }))
      const missing = isWanted ? missingNeed(stage, values, earlier) : undefined
      if (isWanted && missing === undefined) combinations.push(values)
      else leftOut.set(taskId(id, values), missing === undefined ? "its condition is false" : `it needs ${missing}`)
    }
    return { combinations, leftOut }
  })

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

const pendingStage = (
  { stage, waitsFor, after }: Waiting,
  stages: ReadonlyMap<string, NumberedStage>,
  sources: Names["sources"]
): PendingStage => {
  const { document, type } = stage
  const references = referencesOf(document)
  const needs = references.flatMap((reference) => {
    const producer = reference._tag === "Source" ? undefined : stages.get(reference.stage)
    if (producer === undefined) return []
    const exact = reference._tag === "One" ? producer.positions.get(reference.task) : undefined
    return exact === undefined ? producer.ids.map((_, position) => producer.first + position) : [producer.first + exact]
  })
  return {
    id: document.id,
    span: document.idSpan,
    stageType: type.name,
    waitsFor: waitsFor.map((output) => numberedPort(output, stages)),
    after,
    needs: [...new Set(needs)].sort((a, b) => a - b),
    sources: references.flatMap((reference) => {
      const index = reference._tag === "Source" ? sources.findIndex(({ name }) => name === reference.source) : -1
      return index < 0 ? [] : [index]
    })
  }
}

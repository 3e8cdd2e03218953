/** Which tasks of a plan have a result, which wait, and what each key is: plain bookkeeping over integer arrays. */
import { type ArrivingPart, arrivingPart } from "../plan/arriving.ts"
import { decidedParts, type Host, inputPart, keyOf, keyParts } from "../plan/key.ts"
import { needsOf, type Origin, originsOf, type Plan, type PlanInput, type PlanTask } from "../plan/Plan.ts"
import { compile, dependentsOf, type TaskGraph } from "../plan/TaskGraph.ts"
import type { ActionRecord, InputPart, KeyParts } from "../store/ActionRecord.ts"
import type { Artifact } from "../store/Artifact.ts"
import type { Digest } from "../store/Digest.ts"
import type { StoredObject } from "../store/ObjectStore.ts"

/** The artifacts of a task, by port. */
export type TaskOutputs = ActionRecord["outputs"]

/** A task whose inputs are all known. */
export interface KeyedTask {
  readonly index: number
  readonly task: PlanTask
  readonly key: Digest
  readonly parts: KeyParts
}

export class Ledger {
  private growing: Plan
  private edges: TaskGraph
  private readonly sources: ReadonlyArray<Artifact | undefined>
  private readonly host: Host
  private missing: Int32Array
  private readonly outputs: Array<TaskOutputs | undefined>
  private parts = new WeakMap<PlanInput, InputPart>()

  constructor(plan: Plan, sources: ReadonlyArray<Artifact | undefined>, host: Host) {
    this.growing = plan
    this.edges = compile(plan)
    this.sources = sources
    this.host = host
    this.missing = this.edges.needCounts.slice()
    this.outputs = new Array(plan.tasks.length)
  }

  get plan(): Plan {
    return this.growing
  }

  get graph(): TaskGraph {
    return this.edges
  }

  /** Goes on with a larger plan that begins with the tasks of this one; the new tasks that have all that they need. */
  extend(plan: Plan): ReadonlyArray<number> {
    const before = this.outputs.length
    this.growing = plan
    this.edges = compile(plan)
    this.outputs.length = plan.tasks.length
    const missing = this.edges.needCounts.slice()
    missing.set(this.missing)
    this.missing = missing
    const ready: Array<number> = []
    for (let index = before; index < plan.tasks.length; index++) {
      const task = plan.tasks[index]
      const needs = task === undefined ? [] : needsOf(task)
      missing[index] = needs.filter((need) => this.outputs[need] === undefined).length
      if (missing[index] === 0) ready.push(index)
    }
    return ready
  }

  /** What of an input enters a key; tasks may share their inputs, thousands of them a fan-in of thousands. */
  private readonly partOf = (input: PlanInput): InputPart => {
    const known = this.parts.get(input)
    if (known !== undefined) return known
    const part = inputPart(input, (origin) => this.artifact(origin).digest)
    this.parts.set(input, part)
    return part
  }

  /** Tasks that need no other. */
  roots(): ReadonlyArray<number> {
    return this.plan.tasks.flatMap((_, index) => (this.missing[index] === 0 ? [index] : []))
  }

  /** The task with its key. All that it needs must have a result. */
  keyed(index: number): KeyedTask {
    const task = this.plan.tasks[index]
    if (task === undefined) throw new RangeError(`the plan has no task ${index}`)
    const parts = keyParts(this.plan, task, this.partOf, this.host)
    return { index, task, key: keyOf(parts), parts }
  }

  /** What is known of a task's key while something that it needs has no result. */
  decided(index: number): KeyParts {
    const task = this.plan.tasks[index]
    if (task === undefined) throw new RangeError(`the plan has no task ${index}`)
    return decidedParts(this.plan, task, (origin) => this.known(origin)?.digest, this.host)
  }

  /** What is known of the content of an input. */
  arriving(input: PlanInput): ArrivingPart {
    return arrivingPart(input, (origin) => this.known(origin)?.digest)
  }

  private known(origin: Origin): Artifact | undefined {
    return origin._tag === "Source" ? this.sources[origin.source] : this.outputs[origin.task]?.[origin.port]
  }

  /** The artifact behind an origin whose task has a result. */
  artifact(origin: Origin): Artifact {
    const found = this.known(origin)
    if (found === undefined) throw new RangeError(`nothing has come from ${JSON.stringify(origin)} yet`)
    return found
  }

  outputsOf(index: number): TaskOutputs | undefined {
    return this.outputs[index]
  }

  /** The objects that the results so far consist of, each once; small files live in their records. */
  objects(): ReadonlyArray<StoredObject> {
    const found = new Map<Digest, StoredObject>()
    for (const outputs of this.outputs)
      for (const { files } of Object.values(outputs ?? {}))
        for (const { digest, bytes, inline } of files) if (inline === undefined) found.set(digest, { digest, bytes })
    return [...found.values()]
  }

  /** Where a task's inputs come from that have a file of this digest. */
  originsWith(index: number, digest: Digest): ReadonlyArray<Origin> {
    const task = this.plan.tasks[index]
    if (task === undefined) return []
    return originsOf(task).filter((origin) => this.artifact(origin).files.some((file) => file.digest === digest))
  }

  /** Enters another result for a task that had one. */
  replace(index: number, outputs: TaskOutputs): void {
    this.outputs[index] = outputs
    this.parts = new WeakMap()
  }

  /** Enters the result of a task; the tasks that now have all that they need. */
  settle(index: number, outputs: TaskOutputs): ReadonlyArray<number> {
    this.outputs[index] = outputs
    const ready: Array<number> = []
    for (const dependent of dependentsOf(this.graph, index)) {
      if (--this.missing[dependent]! === 0) ready.push(dependent)
    }
    return ready
  }

  /** The tasks that wait for the result of this one alone. */
  waitingFor(index: number): ReadonlyArray<number> {
    return [...dependentsOf(this.graph, index)].filter((dependent) => this.missing[dependent] === 1)
  }

  /** Every task that needs a task, directly or not; without closed ones, and what only these lead to. */
  dependentsOf(index: number, isClosed: (task: number) => boolean = () => false): ReadonlySet<number> {
    const found = new Set<number>()
    const queue = [index]
    for (let task = queue.pop(); task !== undefined; task = queue.pop()) {
      for (const dependent of dependentsOf(this.graph, task)) {
        if (found.has(dependent) || isClosed(dependent)) continue
        found.add(dependent)
        queue.push(dependent)
      }
    }
    return found
  }
}

/** The lists that a run waits for: over them go stages whose tasks are not known yet. */
import { type KnownLists, listName } from "../plan/MadeLists.ts"
import type { PendingStage, PlanPort } from "../plan/Plan.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import type { Ledger } from "./Ledger.ts"

export class AwaitedLists {
  private readonly ledger: Ledger
  private readonly lists = new Map<string, Json>()
  private awaited: ReadonlyMap<number, ReadonlyArray<PlanPort>> = new Map()
  private made: Array<PlanPort> = []

  constructor(ledger: Ledger) {
    this.ledger = ledger
    this.look()
  }

  get known(): KnownLists {
    return this.lists
  }

  /** Notes that a task has its result. */
  settled(task: number): void {
    this.made.push(...(this.awaited.get(task) ?? []))
  }

  /** Outputs that hold lists which are not known yet, each once. */
  take(): ReadonlyArray<PlanPort> {
    const made = new Map(this.made.map((port) => [this.nameOf(port), port]))
    this.made = []
    return [...made].flatMap(([name, port]) => (this.lists.has(name) ? [] : [port]))
  }

  enter(port: PlanPort, list: Json): void {
    this.lists.set(this.nameOf(port), list)
  }

  /** Stages whose lists are all known. */
  decided(): ReadonlyArray<PendingStage> {
    return (this.ledger.plan.pending ?? []).filter(
      ({ after, waitsFor }) => after.length === 0 && waitsFor.every((port) => this.lists.has(this.nameOf(port)))
    )
  }

  /** The plan has grown by what is known: looks which lists are waited for now. */
  look(): void {
    const ports = (this.ledger.plan.pending ?? []).flatMap(({ waitsFor }) => waitsFor)
    this.awaited = Map.groupBy(ports, ({ task }) => task)
    for (const task of this.awaited.keys()) if (this.ledger.outputsOf(task) !== undefined) this.settled(task)
  }

  private nameOf({ task, port }: PlanPort): string {
    return listName({ task: this.ledger.plan.tasks[task]?.id ?? "", port })
  }
}

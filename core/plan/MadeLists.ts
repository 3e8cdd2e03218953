/** Lists that tasks make, by which the matrix of another stage is expanded. */
import { Result } from "effect"
import type { OneReference } from "../document/PipelineDocument.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { type Checked, refuse } from "./Checked.ts"
import { findOutput, findTask } from "./find-task.ts"
import type { NamedPort, Names } from "./Names.ts"
import type { JsonMap } from "./Plan.ts"

/** What tasks have made, by `task.port`: the value of a Json, which should be a list, or the paths of a Directory. */
export type KnownLists = ReadonlyMap<string, Json>

/** The key of an output among the known lists. */
export const listName = ({ task, port }: NamedPort): string => `${task}.${port}`

/** Finds the lists for the matrix of one stage, and notes what is still missing. */
export class MadeLists {
  /** Outputs whose lists were found, by their names. */
  readonly found = new Map<string, NamedPort>()
  /** Outputs that have to come first. */
  readonly waitsFor = new Map<string, NamedPort>()
  /** Stages whose own tasks are not known yet. */
  readonly after = new Set<string>()
  /** Tasks that a condition leaves out, by the values of the dimensions above their lists. */
  readonly missing: Array<{ readonly above: JsonMap; readonly task: string }> = []
  private readonly title: string
  private readonly names: Names
  private readonly known: KnownLists

  constructor(stage: string, names: Names, known: KnownLists) {
    this.title = `stage "${stage}"`
    this.names = names
    this.known = known
  }

  /** The list that a reference means for a task with these values; `undefined` where there is none, or none yet. */
  readonly find = (reference: OneReference, above: JsonMap): Checked<ReadonlyArray<Json> | undefined> => {
    const { stage: id, task, port, span } = reference
    if (this.names.unbound.has(id)) return Result.fail([])
    const pending = this.names.pending.get(id)
    const stage = this.names.stages.get(id)
    const { title, known } = this
    const lists = this
    return Result.gen(function* () {
      const producer = stage ?? pending
      if (producer !== undefined) {
        const kind = yield* findOutput(title, producer, port, span)
        if (kind !== "Json" && kind !== "Directory") {
          return yield* refuse(
            span,
            `${title}: matrix: ${id}.${port} is a ${kind}`,
            "a list comes from a Json, or from the files of a Directory"
          )
        }
      }
      // In a circle the producer may come later; that has its own complaint.
      if (stage === undefined) {
        lists.after.add(id)
        return undefined
      }
      const found = yield* findTask(title, stage, reference, above)
      if (typeof found === "string") {
        lists.missing.push({ above, task })
        return undefined
      }
      const output = { task: stage.ids[found] ?? id, port }
      const name = listName(output)
      const list = known.get(name)
      if (list === undefined) {
        lists.waitsFor.set(name, output)
        return undefined
      }
      if (!Array.isArray(list)) return yield* refuse(span, `${title}: matrix: ${name} is no list`)
      lists.found.set(name, output)
      return list as ReadonlyArray<Json>
    })
  }
}

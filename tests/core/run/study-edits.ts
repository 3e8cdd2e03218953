/** Random studies and edits, from plain numbers that a property draws and shrinks. */
import { Schema } from "effect"
import { type Code, failing, paramOf, type Study, type StudyTask, stageOf } from "./Study.ts"

const STAGES = 4

const Number12 = Schema.Literals([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])

/** A task as drawn: needs are counted back from it. */
const DrawnTask = Schema.Struct({
  stage: Schema.Literals([0, 1, 2, 3]),
  value: Number12,
  isLarge: Schema.Boolean,
  needs: Schema.Array(Number12).check(Schema.isMaxLength(3))
})

export const DrawnStudy = Schema.Array(DrawnTask).check(Schema.isMinLength(1), Schema.isMaxLength(8))

export const EDITS = [
  "value",
  "preserving",
  "revert",
  "code",
  "add",
  "remove",
  "rewire",
  "lose",
  "fail",
  "mend",
  "nothing"
] as const

export const DrawnEdit = Schema.Struct({ kind: Schema.Literals(EDITS), at: Number12, to: Number12, task: DrawnTask })

export type DrawnEdit = (typeof DrawnEdit)["Type"]

/** Of a list the entry that a number means; there must be one. */
export const pick = <A>(list: ReadonlyArray<A>, at: number): A => list[at % list.length]!

const taskOf = (drawn: (typeof DrawnTask)["Type"], id: number, earlier: ReadonlyArray<StudyTask>): StudyTask => ({
  id: `s${drawn.stage}@n=${id}`,
  value: drawn.value,
  isLarge: drawn.isLarge,
  needs: earlier.length === 0 ? [] : [...new Set(drawn.needs.map((back) => pick(earlier.toReversed(), back).id))]
})

export const studyOf = (drawn: (typeof DrawnStudy)["Type"]): Study => {
  const tasks: Array<StudyTask> = []
  for (const [index, task] of drawn.entries()) tasks.push(taskOf(task, index, tasks))
  return { tasks, codes: Array.from({ length: STAGES }, (): Code => "plain"), failing: new Set() }
}

const changed = (study: Study, at: number, change: (task: StudyTask, index: number) => StudyTask): Study => {
  const chosen = pick(study.tasks, at)
  return { ...study, tasks: study.tasks.map((task, index) => (task === chosen ? change(task, index) : task)) }
}

/** The study after an edit; `earlier` are the studies before it. What is lost from the store is no edit of the study. */
export const edited = (study: Study, { kind, at, to, task }: DrawnEdit, earlier: ReadonlyArray<Study>): Study => {
  switch (kind) {
    case "value":
      return changed(study, at, (each) => ({ ...each, value: to }))
    case "preserving":
      return changed(study, at, (each) => ({ ...each, value: each.value ^ 1 }))
    case "revert":
      return pick([study, ...earlier], at)
    case "code": {
      const codes = pick(["plain", "renamed", "other"] as const, to)
      return { ...study, codes: study.codes.map((code, stage) => (stage === at % STAGES ? codes : code)) }
    }
    case "add": {
      // A number that no task has had: the study of an earlier edit may come back.
      const id = 100 + earlier.length
      return { ...study, tasks: [...study.tasks, taskOf(task, id, study.tasks)] }
    }
    case "remove": {
      const { id } = pick(study.tasks, at)
      const tasks = study.tasks.filter((each) => each.id !== id)
      if (tasks.length === 0) return study
      return { ...study, tasks: tasks.map((each) => ({ ...each, needs: each.needs.filter((need) => need !== id) })) }
    }
    case "rewire":
      return changed(study, at, (each, index) => ({
        ...each,
        needs: taskOf(task, 0, study.tasks.slice(0, index)).needs
      }))
    case "fail": {
      const { id, ...chosen } = pick(study.tasks, at)
      return { ...study, failing: new Set([...study.failing, failing(stageOf(id), paramOf({ id, ...chosen }))]) }
    }
    case "mend":
      return { ...study, failing: new Set() }
    default:
      return study
  }
}

/** The study after several edits. */
export const afterEdits = (study: Study, edits: ReadonlyArray<DrawnEdit>): Study => {
  const studies = [study]
  for (const edit of edits) studies.unshift(edited(studies[0]!, edit, studies))
  return studies[0]!
}

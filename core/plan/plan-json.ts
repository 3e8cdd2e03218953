/** The stored form of a plan: what stages have in common stands there once. An older version may have written it. */
import { type BundleCode, PLAN_FORMAT, type Plan, type PlanStage } from "./Plan.ts"

/** What a stage has of its stage type: thousands may be of one. */
type StageKind = Omit<PlanStage, "id" | "span" | "listsFrom" | "mayLack" | "tasks">

interface StoredStage extends Omit<PlanStage, keyof StageKind> {
  /** Index of its kind. */
  readonly kind: number
}

/** A plan as JSON has it. */
export interface StoredPlan extends Omit<Plan, "stages"> {
  readonly kinds: ReadonlyArray<StageKind>
  readonly stages: ReadonlyArray<StoredStage>
}

/** The stored form; it shares its parts with the plan. */
export const storedPlan = (plan: Plan): StoredPlan => {
  const kinds: Array<StageKind> = []
  const known = new Map<PlanStage["code"], Array<number>>()
  const numberOf = (kind: StageKind): number => {
    const alike = known.get(kind.code) ?? []
    const found = alike.find((index) => isSame(kinds[index]!, kind))
    if (found !== undefined) return found
    known.set(kind.code, [...alike, kinds.length])
    return kinds.push(kind) - 1
  }
  const stages = plan.stages.map(({ id, span, listsFrom, mayLack, tasks, ...kind }) => ({
    ...{ id, span, kind: numberOf(kind), tasks },
    ...(listsFrom === undefined ? {} : { listsFrom }),
    ...(mayLack === undefined ? {} : { mayLack })
  }))
  return { ...plan, kinds, stages }
}

/** The plan of a stored form, whose stages share what they have in common. */
export const fromStored = ({ kinds, ...stored }: StoredPlan): Plan => ({
  ...stored,
  stages: stored.stages.map(({ kind, ...stage }) => ({ ...stage, ...kinds[kind]! }))
})

/** Reads the plan of a run's folder. Throws on what is no JSON. */
export const readPlan = (text: string): Plan => {
  const stored: StoredPlan | Plan = JSON.parse(text)
  return "kinds" in stored ? fromStored(stored) : withTags(stored)
}

/** Fills in what plans of before did not tell: all code was that of stage types then. */
const withTags = (plan: Plan): Plan => ({
  ...plan,
  format: PLAN_FORMAT,
  stages: plan.stages.map((stage) =>
    "_tag" in stage.code
      ? stage
      : { ...stage, code: { ...(stage.code as Omit<BundleCode, "_tag">), _tag: "Bundle" as const } }
  )
})

/** Whether two kinds have the same parts: stages of one stage type share these. */
const isSame = (a: StageKind, b: StageKind): boolean => {
  const names = Object.keys(a) as Array<keyof StageKind>
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

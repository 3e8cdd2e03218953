/** A plan from the folder of a run, which an older version may have written. */
import type { BundleCode, Plan } from "./Plan.ts"

/** Fills in what plans of before did not tell: all code was that of stage types then. Throws on what is no JSON. */
export const readPlan = (text: string): Plan => {
  const plan: Plan = JSON.parse(text)
  const stages = plan.stages.map((stage) =>
    "_tag" in stage.code
      ? stage
      : { ...stage, code: { ...(stage.code as Omit<BundleCode, "_tag">), _tag: "Bundle" as const } }
  )
  return { ...plan, stages }
}

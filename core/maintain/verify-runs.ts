/** Whether the folders of runs hold what was written: journals and plans. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { readPlan } from "../plan/plan-json.ts"
import { lossText } from "../record/JournalFlaws.ts"
import { FILES, listRuns, type RunFolder } from "../record/RunFolder.ts"
import { RunJournals } from "../record/RunJournals.ts"
import { type Damage, damage } from "./Damage.ts"

/** Reads the journal and the plan of each run. Throws what the disk throws. */
export const verifyRuns = (runs: string): ReadonlyArray<Damage> => {
  const journals = new RunJournals()
  return listRuns(runs).flatMap((run) => {
    const { started, flaws } = journals.state(run)
    const lost = lossText(flaws)
    return [
      ...(lost === undefined ? [] : [damage("journal", run.id, lost)]),
      ...(started === undefined ? [] : planDamage(run))
    ]
  })
}

/** A plan is written before the journal begins. */
const planDamage = ({ id, path }: RunFolder): ReadonlyArray<Damage> => {
  const file = join(path, FILES.plan)
  // A collection may have taken the whole run meanwhile.
  if (!existsSync(file)) return existsSync(path) ? [damage("plan", id, "it is missing")] : []
  try {
    readPlan(readFileSync(file, "utf8"))
    return []
  } catch {
    return [damage("plan", id, "it cannot be read")]
  }
}

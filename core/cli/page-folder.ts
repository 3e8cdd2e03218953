/** Where the page of a run lies. */
import { join } from "node:path"
import { REPORT_FILES } from "../document/report-files.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { reportsFolder } from "./Settings.ts"

export interface PageFolder {
  readonly folder: string
  /** Whether only some stages were asked for. */
  readonly isPart: boolean
}

/** A run of a part has a folder of its own below that of the study, whose page goes on to show all of it. */
export const pageFolder = ({ folder: { id }, plan, state }: PastRun): PageFolder => {
  const isPart = (state.started?.targets.length ?? 0) > 0
  const whole = reportsFolder(plan.name)
  return { isPart, folder: isPart ? join(whole, REPORT_FILES.parts, id) : whole }
}

/** What keeps one stage from being made, while others may be. */
import { Result } from "effect"
import type { Diagnostic } from "../document/Diagnostic.ts"
import type { Checked } from "./Checked.ts"

export interface Fault {
  /** The stage that is wrong, or is asked for what it does not have. */
  readonly stage: string
  /** At least one. */
  readonly complaints: ReadonlyArray<Diagnostic>
}

/** The fault of a stage of which something was checked; none where another stage has the complaint. */
export const faultOf = (stage: string, checked: Checked<unknown>): ReadonlyArray<Fault> =>
  Result.isFailure(checked) && checked.failure.length > 0 ? [{ stage, complaints: checked.failure }] : []

/** Everything that a page on several runs shows, as data. */
import type { ExpectationDocument, Tolerance } from "../document/PipelineDocument.ts"
import type { RunCauses } from "../explain/causes-between.ts"
import type { RunComparison } from "../explain/compare-runs.ts"
import type { RunOutcome } from "../record/JournalEvent.ts"
import type { RunState } from "../record/RunState.ts"
import type { Judgement } from "./judge-expectations.ts"
import type { FigureImage } from "./ReportModel.ts"

export interface ComparisonModel {
  /** Names of the pipelines, each once. */
  readonly pipelines: ReadonlyArray<string>
  readonly runs: ReadonlyArray<ComparedSide>
  readonly comparison: RunComparison
  /** What is expected of a metric, by its full name; the last of the runs that expect something has its way. */
  readonly goals: ReadonlyMap<string, Tolerance>
  readonly expectations: ReadonlyArray<ComparedExpectation>
  readonly figures: ReadonlyArray<ComparedFigure>
  /** References of figures beyond those that are drawn. */
  readonly undrawnFigures: ReadonlyArray<string>
}

/** One of the runs. */
export interface ComparedSide {
  /** `A`, `B`, … */
  readonly letter: string
  readonly id: string
  readonly pipeline: string
  readonly file: string
  readonly profile: string
  readonly outcome: RunOutcome | "unfinished"
  /** Milliseconds since 1970; `undefined` where its journal has no beginning. */
  readonly startedAt: number | undefined
  readonly durationMillis: number | undefined
  readonly counts: RunState["counts"]
  /** What its journal lacks to tell all of it, in words. */
  readonly flaws: string | undefined
  /** Why its results are others than those of the first run; `undefined` for that one. */
  readonly causes: RunCauses | undefined
}

/** An expectation of any of the runs, judged for each that has it. */
export interface ComparedExpectation {
  readonly expected: ExpectationDocument
  /** By run; `undefined` where it is not expected. */
  readonly judgements: ReadonlyArray<Judgement | undefined>
}

/** A figure that at least one run has. */
export interface ComparedFigure {
  /** `curves.figure`: the task and its port. */
  readonly reference: string
  readonly title: string | undefined
  readonly form: "same" | "overlaid" | "panels" | "beside"
  /** One for all; where they stand beside each other, one for each content. */
  readonly pictures: ReadonlyArray<ComparedPicture>
  /** Letters of the runs that do not have it, and of those for whose picture there is no room. */
  readonly absent: ReadonlyArray<string>
  readonly undrawn: ReadonlyArray<string>
}

export interface ComparedPicture {
  /** Letters of the runs that it shows. */
  readonly letters: ReadonlyArray<string>
  readonly image: FigureImage
}

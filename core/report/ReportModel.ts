/** Everything that a report shows, as data: made once from journal, plan and store, drawn by pure functions. */
import type { JsonMap, PlanStage } from "../plan/Plan.ts"
import type { RunOutcome } from "../record/JournalEvent.ts"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import type { Digest } from "../store/Digest.ts"
import type { ReportSweep } from "./collect-sweeps.ts"
import type { ReportTimes } from "./collect-task-times.ts"
import type { FigureSeries } from "./figure-series.ts"
import type { GraphModel, ShownStatus } from "./GraphModel.ts"
import type { Judgement } from "./judge-expectations.ts"
import type { Reproduction } from "./reproduce.ts"
import type { UnwrittenFile } from "./unwritten-file.ts"

export interface ReportModel {
  /** Name of the pipeline. */
  readonly name: string
  /** The pipeline file as the user named it. */
  readonly file: string
  readonly description: string | undefined
  readonly paper: { readonly title: string; readonly arxiv?: string; readonly url?: string } | undefined
  readonly run: ReportRun
  readonly figures: ReadonlyArray<ReportFigure>
  readonly expectations: ReadonlyArray<ReportExpectation>
  readonly graph: GraphModel
  readonly stages: ReadonlyArray<ReportStage>
  readonly sweeps: ReadonlyArray<ReportSweep>
  readonly times: ReadonlyArray<ReportTimes>
  /** Written beside the page. */
  readonly figureFiles: ReadonlyArray<FigureFile>
  /** Pictures that should lie there too, of figures that have no drawing. */
  readonly undrawn: ReadonlyArray<UnwrittenFile>
  /** The tasks that the run waited for, one after the other. */
  readonly criticalPath: ReadonlyArray<CriticalStep>
  /** How the run is made again. */
  readonly reproduction: Reproduction
}

/** A task of the critical path. Milliseconds since 1970. */
export interface CriticalStep {
  readonly task: string
  readonly anchor: string | undefined
  readonly readyAt: number
  /** When its first attempt began. */
  readonly startedAt: number
  readonly endedAt: number
}

/** An expectation with where its two numbers come from. */
export interface ReportExpectation extends Judgement {
  /** Where the expected number is written: `pipelines/ntk-study.yaml:213`. */
  readonly place: string
  /** What measured ours; `undefined` where no task could. */
  readonly from: MetricOrigin | undefined
}

/** The execution that recorded a metric: named by its key, and found in the store by what else it gave. */
export interface MetricOrigin {
  readonly task: string
  readonly anchor: string | undefined
  readonly key: string | undefined
  /** Digest of each output of that execution. */
  readonly outputs: { readonly [port: string]: Digest }
}

export interface ReportRun {
  readonly id: string
  /** `running` when the journal has no end: the run goes on, or its process died. */
  readonly outcome: RunOutcome | "running"
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** The last event when the run has no end. */
  readonly finishedAt: number
  readonly profile: string
  readonly params: JsonMap
  readonly targets: ReadonlyArray<string>
  readonly jobs: number
  readonly traceId: string
  readonly environment: { readonly [name: string]: string }
  /** Digests of the files in the folder of the run, by name, as its journal has them. */
  readonly files: { readonly [name: string]: Digest }
  /** What its journal lacks to tell all of it, in words. */
  readonly flaws: string | undefined
}

/** A figure of the report, in its order. */
export interface ReportFigure {
  /** `curves.figure`: the task and its port. */
  readonly reference: string
  readonly title: string | undefined
  readonly caption: string | undefined
  readonly digest: string | undefined
  readonly image: FigureImage
  /** What it draws, line by line, for readers who do not see it. */
  readonly series: FigureSeries
  /** The task that made it, as expectations name theirs. */
  readonly task: string
  /** Where it lies beside the page, relative. */
  readonly files: ReadonlyArray<string>
}

/** A drawing, or why there is none. */
export type FigureImage =
  | { readonly _tag: "Svg"; readonly svg: string }
  | { readonly _tag: "Missing"; readonly reason: string }

/** A picture to be written as a file: PNG when the path ends so, else SVG. */
export interface FigureFile {
  /** Relative to the page, `/` between segments. */
  readonly path: string
  readonly svg: string
  readonly stage: string
  /** `curves.figure`: the task and its port. */
  readonly reference: string
  /** Whether `outputs:` asks for it by this name. */
  readonly isDeclared: boolean
}

export interface ReportStage {
  readonly id: string
  readonly stageType: string
  readonly summary: string
  readonly source: string | undefined
  readonly determinism: PlanStage["determinism"]
  /** Code identity; `undefined` where the stage never came to tasks. */
  readonly code: string | undefined
  /** What its code needs beside itself: integrity by `name@version`. */
  readonly packages: { readonly [name: string]: string }
  /** What the native library that its tasks used calls itself; `undefined` where they used none. */
  readonly library: string | undefined
  readonly tasks: ReadonlyArray<ReportTask>
}

export interface ReportTask {
  /** `empirical@width=500,init=3`. */
  readonly id: string
  /** Its element on the page, `task-12`; `undefined` where the page does not list it. */
  readonly anchor: string | undefined
  readonly matrix: JsonMap
  readonly params: JsonMap
  readonly status: ShownStatus
  /** Why it ran, or why it did not; empty when there is nothing to say. */
  readonly reason: string
  readonly key: string | undefined
  readonly metrics: { readonly [name: string]: number }
  /** What it trains on, and what that was in the words of its driver; absent where it does not train. */
  readonly device?: string
  /** Like `outputs` empty for a task that the page does not list. */
  readonly inputs: ReadonlyArray<ReportInput>
  readonly outputs: ReadonlyArray<ReportOutput>
  /** The attempt that made the result, in this run or an earlier one. */
  readonly computed: ComputedBy | undefined
  /** The attempts of this run. */
  readonly attempts: ReadonlyArray<ReportAttempt>
  readonly logs: ReadonlyArray<{ readonly level: string; readonly message: string }>
}

/** What arrived at a port, and which task or source it came from. */
export interface ReportInput {
  readonly port: string
  /** `circle.points`, or `20 items` for a fan-in. */
  readonly from: string
  readonly digest: string | undefined
  /** Of a fan-in, in order; empty otherwise. */
  readonly items: ReadonlyArray<{ readonly from: string; readonly digest: string | undefined }>
}

export interface ReportOutput {
  readonly port: string
  readonly kind: ArtifactKind
  readonly digest: string
  /** Size in bytes; `undefined` when the store no longer says. */
  readonly bytes: number | undefined
}

export interface ComputedBy {
  readonly runId: string
  readonly task: string
  readonly attempt: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMillis: number
  /** 0 when unknown. */
  readonly cpuMillis: number
  /** In bytes; 0 when unknown. */
  readonly peakMemory: number
  /** Whether it went on from an earlier result or a checkpoint: its times are those of the rest. */
  readonly isContinued: boolean
}

export interface ReportAttempt {
  readonly number: number
  readonly worker: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly finishedAt: number
  readonly error: { readonly tag: string; readonly message: string; readonly detail: string } | undefined
}

/** Every task, in the order of the stages. */
export const tasksOf = (model: ReportModel): ReadonlyArray<ReportTask> => model.stages.flatMap(({ tasks }) => tasks)

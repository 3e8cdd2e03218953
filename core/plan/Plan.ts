/** What a run will do: tasks, edges, and what they were made from. Pure data: it prints, diffs and travels as JSON. */
import type { CommandFile } from "../code/CommandCode.ts"
import type { Backoff } from "../document/Backoff.ts"
import type { ExpectationDocument } from "../document/PipelineDocument.ts"
import type { Span } from "../document/Span.ts"
import type { ArtifactKind, Json } from "../stage/ArtifactKind.ts"
import type { CompatibleCode, Determinism, Extension, Resources } from "../stage/StageType.ts"
import type { CodeParts } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"
import type { DeviceClass } from "./device-class.ts"
import type { LeftOut } from "./left-out.ts"
import type { BlasLibrary } from "./MachineBlas.ts"

/** Version of the plan's form in a run's folder. */
export const PLAN_FORMAT = 2

/** Named JSON values: parameters, or the matrix values of a task. */
export interface JsonMap {
  readonly [name: string]: Json
}

/** What runs for a stage: identified and stored when the plan is made, so that what was identified is what runs. */
export type PlanCode = BundleCode | CommandCode

/** The bundle of a stage type. */
export interface BundleCode {
  readonly _tag: "Bundle"
  /** Source file of the stage type. */
  readonly file: string
  readonly identity: Digest
  readonly parts: CodeParts
  readonly bundle: Digest
  /** Where the stored bundle can be read. */
  readonly bundleFile: string
}

/** The files and variables that commands see; the words, paths and own files of a task's command are among its parameters. */
export interface CommandCode {
  readonly _tag: "Command"
  readonly identity: Digest
  readonly parts: CodeParts
  /** Folder of its files, relative to that of the pipeline file. */
  readonly folder: string
  /** What lies in the working directory of each task besides its inputs, at paths from that folder; they are the identity. */
  readonly files: ReadonlyArray<CommandFile>
  /** Files by path that only those tasks have whose words name them, and whose parameters tell of them; none when absent. */
  readonly named?: { readonly [path: string]: CommandFile }
  /** Declared variables that were set, with their values. */
  readonly environment: { readonly [name: string]: string }
  /** Names of variables that it is given and that are kept nowhere. */
  readonly secrets: ReadonlyArray<string>
  /** Full paths in its words of what lies elsewhere, and on which no result depends; absent where there are none. */
  readonly outside?: ReadonlyArray<string>
}

/** An entry under `stages:`. */
export interface PlanStage {
  readonly id: string
  /** Place of its name in the pipeline file. */
  readonly span: Span
  /** Name of its stage type, `family/name`, or `command`. */
  readonly stageType: string
  readonly summary: string
  /** Paper, section, equation of the stage type. */
  readonly source?: string
  /** How far two executions may differ; a command does not say. */
  readonly determinism: Determinism | "unknown"
  /** The native library that its tasks use; absent where they use none. */
  readonly blas?: BlasLibrary
  readonly extends?: Extension
  /** Older code whose results hold too. */
  readonly compatibleWith?: ReadonlyArray<CompatibleCode>
  readonly outputs: { readonly [port: string]: ArtifactKind }
  readonly code: PlanCode
  /** Outputs whose lists its matrix goes over: none of its tasks was known before all of these were. Absent where there are none. */
  readonly listsFrom?: ReadonlyArray<PlanPort>
  /** Optional inputs that read a task by values which it need not have, `x@n=3.out?`; absent where there are none. */
  readonly mayLack?: ReadonlyArray<OptionalRead>
  /** Indices of its tasks, in the order of the matrix. */
  readonly tasks: ReadonlyArray<number>
}

/** An optional input, and the stage that it may read a task of. */
export interface OptionalRead {
  readonly port: string
  readonly stage: string
}

/** A stage whose tasks are known only when others have run: it goes over a list that a task makes, or needs such a stage. */
export interface PendingStage {
  readonly id: string
  readonly span: Span
  readonly stageType: string
  /** Outputs whose lists decide which tasks it has. */
  readonly waitsFor: ReadonlyArray<PlanPort>
  /** Pending stages that it needs. */
  readonly after: ReadonlyArray<string>
  /** Every task that one of its tasks may need. */
  readonly needs: ReadonlyArray<number>
  /** Dimensions of its matrix, which the names of its tasks give; plans of before do not tell. */
  readonly dimensions?: ReadonlyArray<string>
  /** Indices of the sources that they read. */
  readonly sources: ReadonlyArray<number>
}

/** Where an artifact comes from. */
export type Origin =
  | { readonly _tag: "Task"; readonly task: number; readonly port: string }
  | { readonly _tag: "Source"; readonly source: number }

/** What arrives at a port: one artifact, or a fan-in with the matrix values of each item. */
export type PlanInput =
  | { readonly _tag: "One"; readonly kind: ArtifactKind; readonly origin: Origin }
  | {
      readonly _tag: "Many"
      readonly kind: ArtifactKind
      readonly items: ReadonlyArray<{ readonly matrix: JsonMap; readonly origin: Origin }>
    }

/** What one attempt at a task takes. */
export interface TaskResources extends Resources {
  /** Memory of each further attempt as a multiple of that of the one before; 1 when absent. */
  readonly memoryFactor?: number
  /** Of each of the plan's limits that it holds while it runs, how many. */
  readonly tokens?: { readonly [limit: string]: number }
}

/** One executable instance of a stage. */
export interface PlanTask {
  /** `circle`, or `empirical@width=500,init=3`. */
  readonly id: string
  /** Index of its stage. */
  readonly stage: number
  readonly matrix: JsonMap
  /** Canonical: decoded by the stage type's schema and encoded again, defaults filled in. Of a command: `CommandLine.ts`. */
  readonly params: JsonMap
  readonly inputs: { readonly [port: string]: PlanInput }
  readonly resources: TaskResources
  /** What it trains on; absent where it does not train. */
  readonly device?: DeviceClass
  /** Further attempts after a failed one. */
  readonly retries: number
  /** The pauses before them; the usual ones when absent. */
  readonly backoff?: Backoff
  /** Milliseconds for one attempt. */
  readonly timeout?: number
}

/** A file or folder from outside. */
export interface PlanSource {
  readonly name: string
  readonly path: string
  readonly kind: ArtifactKind
  readonly span: Span
}

/** An output port of a task. */
export interface PlanPort {
  readonly task: number
  readonly port: string
}

/** An expectation bound to the task that records its metric. */
export interface PlanExpectation {
  /** The first, where it is expected of several. */
  readonly task: number
  /** All of these; absent where it is one. */
  readonly every?: ReadonlyArray<number>
  readonly metric: string
  readonly expected: ExpectationDocument
}

/** The tasks that have to meet an expectation. */
export const expectedOf = ({ task, every = [task] }: PlanExpectation): ReadonlyArray<number> => every

/** A figure of the time that tasks took. Stages whose tasks are not part of the plan have no line in it. */
export interface PlanTimes {
  readonly lines: ReadonlyArray<TimedTasks>
  /** The dimension that is its axis. */
  readonly against: string
  readonly title?: string
}

/** The tasks of a line: those of a stage that have these values, as task names write them. */
export interface TimedTasks {
  readonly stage: string
  readonly values: { readonly [dimension: string]: string }
}

/** What is asked of tasks that a list does not have this time, or of stages whose lists are not known. */
export interface Absences {
  readonly expectations: ReadonlyArray<ExpectationDocument>
  readonly outputs: ReadonlyArray<{ readonly destination: string; readonly task: string }>
}

export interface Plan {
  readonly format: typeof PLAN_FORMAT
  readonly name: string
  /** The pipeline file as the user named it. */
  readonly file: string
  readonly description?: string
  readonly paper?: { readonly title: string; readonly arxiv?: string; readonly url?: string }
  readonly profile: string
  readonly params: JsonMap
  /** Each stage after those it needs. */
  readonly stages: ReadonlyArray<PlanStage>
  /** Every task comes after the tasks that it needs. */
  readonly tasks: ReadonlyArray<PlanTask>
  /** What is not part of the plan, and why: tasks that a condition leaves out or `exclude` takes away, stages without any. */
  readonly leftOut?: ReadonlyArray<LeftOut>
  /** In an order in which each comes after those it needs; absent when all is known. */
  readonly pending?: ReadonlyArray<PendingStage>
  readonly sources: ReadonlyArray<PlanSource>
  /** How many there are of what tasks share by name; none when absent. */
  readonly limits?: { readonly [limit: string]: number }
  /** Files copied out after a run, relative to the pipeline's reports folder. */
  readonly outputs: ReadonlyArray<{ readonly destination: string; readonly from: PlanPort }>
  /** Those of the chosen profile. */
  readonly expectations: ReadonlyArray<PlanExpectation>
  /** Absent where all that is asked for has its task. */
  readonly absences?: Absences
  /** Shown in the report, in this order. */
  readonly figures: ReadonlyArray<PlanPort>
  /** Figures of times; absent where the file does not say which. */
  readonly times?: ReadonlyArray<PlanTimes>
}

/** Every origin of what arrives at a port. */
export const originsIn = (input: PlanInput): ReadonlyArray<Origin> =>
  input._tag === "One" ? [input.origin] : input.items.map((item) => item.origin)

/** Every origin of a task's inputs, in the order of the ports. */
export const originsOf = (task: PlanTask): ReadonlyArray<Origin> => Object.values(task.inputs).flatMap(originsIn)

/** Indices of the tasks from which a task takes something, each once, ascending. */
export const needsOf = (task: PlanTask): ReadonlyArray<number> => {
  const needs: Array<number> = []
  for (const input of Object.values(task.inputs)) {
    for (const origin of originsIn(input)) if (origin._tag === "Task") needs.push(origin.task)
  }
  return needs.length < 2 ? needs : [...new Set(needs)].sort((a, b) => a - b)
}

/** A pipeline file, decoded: every part with its place, expressions parsed and not yet evaluated. */
import type { ArtifactKind, Json } from "../stage/ArtifactKind.ts"
import type { Backoff } from "./Backoff.ts"
import type { Expression } from "./Expression.ts"
import type { Span, Spanned } from "./Span.ts"
import type { Template, TemplateEntry, TemplateMap } from "./Template.ts"

/** `@width=500,init=${{ matrix.init }}` of a reference, as it is written. */
export interface WrittenValues {
  readonly span: Span
  /** Text, and the expressions that give values. */
  readonly parts: ReadonlyArray<string | Expression>
}

/** `stage.port`, `stage@width=500.port`, `stage.*.port` (fan-in) or `sources.name`. */
export type Reference =
  | {
      readonly _tag: "One"
      /** The stage, with the values that are given. Those that are not are those of the task that asks. */
      readonly task: string
      readonly stage: string
      readonly port: string
      readonly span: Span
      /** `stage.port?`: there may be no such task. */
      readonly isOptional: boolean
      /** Absent where no values are given. */
      readonly written?: WrittenValues
    }
  | { readonly _tag: "All"; readonly stage: string; readonly port: string; readonly span: Span }
  | { readonly _tag: "Source"; readonly source: string; readonly span: Span }

export interface StageInput {
  readonly port: string
  readonly portSpan: Span
  /** One reference; or several, written as a list: a fan-in of their concatenation. */
  readonly references: ReadonlyArray<Reference>
  readonly isList: boolean
}

/** A reference to one output of one task. */
export type OneReference = Extract<Reference, { readonly _tag: "One" }>

/** A dimension of a matrix: its list is written in the file, or made by a task and known only when that has run. */
export type MatrixDimension =
  | (TemplateEntry & { readonly from?: undefined })
  | { readonly key: string; readonly keySpan: Span; readonly from: OneReference }

/** Lists of a matrix that advance together: one dimension, or the several of a `zip`. */
export type MatrixAxis = readonly [MatrixDimension, ...ReadonlyArray<MatrixDimension>]

/** `matrix:` as written: axes in order, and the combinations added or taken away. */
export interface MatrixDocument {
  readonly span: Span
  /** Expressions in one may use the dimensions of those before it. */
  readonly axes: ReadonlyArray<MatrixAxis>
  readonly include: ReadonlyArray<TemplateMap>
  readonly exclude: ReadonlyArray<TemplateMap>
}

/** Further attempts after a failed one. */
export interface RetryDocument {
  readonly most: number
  /** The usual pauses when absent. */
  readonly backoff: Backoff | undefined
}

/** Of a limit, how many a task holds while it runs; or, under `limits:`, how many there are. At least 1. */
export interface TokenDocument {
  readonly name: string
  readonly nameSpan: Span
  readonly count: number
}

/** What one attempt takes. */
export interface ResourcesDocument {
  readonly span: Span
  /** Cores. */
  readonly cpu?: number
  /** Bytes; of the first attempt. */
  readonly memory?: number
  /** What each further attempt takes as a multiple of the one before, at least 1. */
  readonly memoryFactor?: number
  /** Devices, whole. */
  readonly gpu?: number
  readonly tokens: ReadonlyArray<TokenDocument>
}

/** A file or folder that a command leaves in its working directory. */
export interface CommandOutput {
  readonly port: string
  readonly portSpan: Span
  /** Relative to the working directory; may hold expressions. */
  readonly path: Template
  readonly kind: Spanned<ArtifactKind>
}

/** What a stage that `uses: command` says beyond what every stage does. */
export interface CommandDocument {
  /** The list of program and arguments; with `shell`, one text. */
  readonly run: Template
  readonly shell: boolean
  readonly outputs: ReadonlyArray<CommandOutput>
  /** Folder that its files lie in: that of the file that says it, relative to that of the pipeline file. */
  readonly folder: string
  /** Files and folders there that it reads, besides those that `run` names. */
  readonly files: ReadonlyArray<Spanned<string>>
  /** Environment variables that it sees, and whose values are part of the key. */
  readonly environment: ReadonlyArray<Spanned<string>>
  /** Environment variables that it sees, and that are kept nowhere. */
  readonly secrets: ReadonlyArray<Spanned<string>>
}

export interface StageDocument {
  readonly id: string
  readonly idSpan: Span
  /** How its expressions see the parameters. */
  readonly view: ParamView
  /** `family/name`, a path relative to the pipeline file that starts with `.`, or `command`. */
  readonly uses: Spanned<string>
  /** Present where it `uses: command`. */
  readonly command: CommandDocument | undefined
  readonly with: TemplateMap | undefined
  readonly matrix: MatrixDocument | undefined
  /** Whether a task is part of the plan; always when absent. */
  readonly when: Template | undefined
  readonly inputs: ReadonlyArray<StageInput>
  readonly retries: RetryDocument | undefined
  /** Milliseconds. */
  readonly timeout: Spanned<number> | undefined
  /** The backend that it trains on. */
  readonly backend: Template | undefined
  readonly resources: ResourcesDocument | undefined
}

/** A file or folder from outside, relative to the pipeline file; its content is part of the keys. */
export interface SourceDocument {
  readonly name: string
  readonly nameSpan: Span
  readonly path: Spanned<string>
  readonly kind: Spanned<ArtifactKind>
}

export interface OutputDocument {
  /** Relative to the reports folder of the pipeline; may not leave it. */
  readonly destination: Spanned<string>
  readonly reference: Reference
}

export type Tolerance =
  | { readonly _tag: "Absolute"; readonly value: number; readonly tolerance: number }
  | { readonly _tag: "Relative"; readonly value: number; readonly tolerance: number }
  | { readonly _tag: "AtMost"; readonly bound: number }
  | { readonly _tag: "AtLeast"; readonly bound: number }
  /** Both bounds, the lower one no larger than the upper one. */
  | { readonly _tag: "Between"; readonly least: number; readonly most: number }

export interface ExpectationDocument {
  readonly span: Span
  /** `stage.metric`, as written. */
  readonly metric: Spanned<string>
  readonly tolerance: Tolerance
  readonly origin: "paper" | "reference"
  /** Where the number stands: section, table, figure. */
  readonly source: string | undefined
  /** What a reader should know about a miss. */
  readonly note: string | undefined
  /** Profiles in which it is checked; all when absent. */
  readonly profiles: ReadonlyArray<string> | undefined
}

/** What a hook can be told of. */
export const HOOK_EVENTS = ["failure", "recovery", "drift", "success"] as const

export type HookEvent = (typeof HOOK_EVENTS)[number]

/** Who is told: a program, or an address. Variables are named, and their values kept nowhere. */
export type HookTarget =
  | {
      readonly _tag: "Command"
      readonly run: ReadonlyArray<string>
      /** Variables that it sees besides those by which programs are found. */
      readonly environment: ReadonlyArray<string>
      readonly secrets: ReadonlyArray<string>
    }
  | {
      readonly _tag: "Webhook"
      readonly address: { readonly url: string } | { readonly variable: string }
      /** The variable that holds a bearer token. */
      readonly token: string | undefined
    }

export interface HookDocument {
  readonly span: Span
  readonly on: ReadonlyArray<HookEvent>
  readonly target: HookTarget
  /** Milliseconds. */
  readonly timeout: number
}

/** When a pipeline runs by itself. Lengths of time are in milliseconds. */
export interface ScheduleDocument {
  readonly span: Span
  readonly name: Spanned<string> | undefined
  readonly cron: string
  readonly timeZone: string
  /** What becomes of times at which nobody was there to start a run. */
  readonly missed: "skip" | "latest" | "all"
  /** How many of them run with `all`. */
  readonly maxCatchUp: number
  /** How late a run may begin; without it, at any time. */
  readonly startingDeadline: number | undefined
  /** What becomes of a time that comes while the run of an earlier one goes on. */
  readonly overlap: "forbid" | "allow" | "replace"
  /** The longest time by which starts are put off. */
  readonly jitter: number
  readonly profile: string | undefined
  readonly params: { readonly [name: string]: Json }
  /** Which tasks are computed anew, cached or not: a number is a sample of so many. */
  readonly recompute: "all" | "none" | number
  readonly hooks: ReadonlyArray<HookDocument>
}

export interface ProfileDocument {
  readonly name: string
  readonly nameSpan: Span
  readonly params: TemplateMap
}

/**
 * Names that the expressions of an included file give to parameters, with their whole names: `width` for `small-width`.
 * Those of the pipeline file see every parameter under its whole name, and have none.
 */
export type ParamView = ReadonlyMap<string, string> | undefined

/** A parameter with its default. */
export interface ParamEntry extends TemplateEntry {
  /** How its value sees the others. */
  readonly view: ParamView
}

/** A variable of the environment that parameters may use. */
export interface EnvDocument {
  readonly name: string
  readonly span: Span
  /** Its value where it is not set. */
  readonly otherwise: string | undefined
}

/** A figure of the time that tasks took. */
export interface TimesDocument {
  /** Its lines: a stage, or those of its tasks that have some values, as `train@method=adam`. */
  readonly stages: ReadonlyArray<Spanned<string>>
  /** The dimension of their matrices that is its axis. */
  readonly against: Spanned<string>
  readonly title: string | undefined
}

/** What the report of a run shows beside what it always shows. */
export interface ReportDocument {
  readonly figures: ReadonlyArray<Reference>
  /** `undefined` where nothing is said: the report chooses. */
  readonly times: ReadonlyArray<TimesDocument> | undefined
}

export interface PipelineDocument {
  readonly file: string
  readonly text: string
  /** Text of each file that it was read from by its name, the pipeline file first. */
  readonly texts: ReadonlyMap<string, string>
  readonly name: Spanned<string>
  readonly description: string | undefined
  readonly paper: { readonly title: string; readonly arxiv?: string; readonly url?: string } | undefined
  readonly env: ReadonlyArray<EnvDocument>
  /** Default parameters in order; a value may refer to earlier ones. */
  readonly params: ReadonlyArray<ParamEntry>
  readonly profiles: ReadonlyArray<ProfileDocument>
  readonly sources: ReadonlyArray<SourceDocument>
  /** What tasks share by name: licences, connections. */
  readonly limits: ReadonlyArray<TokenDocument>
  readonly stages: ReadonlyArray<StageDocument>
  readonly outputs: ReadonlyArray<OutputDocument>
  readonly expectations: ReadonlyArray<ExpectationDocument>
  readonly report: ReportDocument
  readonly schedules: ReadonlyArray<ScheduleDocument>
}

/** The value under a key of a template map. */
export const entry = (map: TemplateMap | undefined, key: string): Template | undefined =>
  map?.entries.find((candidate) => candidate.key === key)?.value

/** Names of the dimensions of a matrix, in order. */
export const dimensionsOf = (matrix: MatrixDocument | undefined): ReadonlyArray<string> => {
  if (matrix === undefined) return NO_DIMENSIONS
  const known = dimensions.get(matrix) ?? matrix.axes.flatMap((axis) => axis.map(({ key }) => key))
  dimensions.set(matrix, known)
  return known
}

/** Every task that refers to a stage asks for them. */
const dimensions = new WeakMap<MatrixDocument, ReadonlyArray<string>>()

const NO_DIMENSIONS: ReadonlyArray<string> = []

/** The outputs that lists of a matrix are taken from. */
export const listsOf = (matrix: MatrixDocument | undefined): ReadonlyArray<OneReference> =>
  matrix?.axes.flatMap((axis) => axis.flatMap(({ from }) => from ?? [])) ?? []

/** Everything that a stage takes from others: its inputs, and the lists of its matrix. */
export const referencesOf = ({ inputs, matrix }: StageDocument): ReadonlyArray<Reference> => [
  ...inputs.flatMap(({ references }) => references),
  ...listsOf(matrix)
]

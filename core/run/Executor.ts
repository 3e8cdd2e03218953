/** Where attempts are executed: threads and processes of this machine now, other places later. */
import { Context, Data, type Effect, type Scope } from "effect"
import type { CommandLine } from "../plan/CommandLine.ts"
import type { DeviceClass } from "../plan/device-class.ts"
import type { BlasLibrary } from "../plan/MachineBlas.ts"
import type { BundleCode, CommandCode, JsonMap } from "../plan/Plan.ts"
import type { ArtifactKind } from "../stage/ArtifactKind.ts"
import type { ProgressReport } from "../stage/Progress.ts"
import type { Continuation } from "../store/ActionRecord.ts"
import type { NewFile, OpenFile } from "../store/ArtifactStore.ts"
import type { Digest } from "../store/Digest.ts"
import type { WrittenMetrics } from "../store/WrittenMetrics.ts"
import type { AttemptSpans } from "./AttemptTrace.ts"

/** A file of an input: in the store, or inline. */
export interface LocatedFile {
  readonly path: string
  readonly digest: Digest
  /** Size in bytes. */
  readonly bytes: number
  /** Base64 of the content, or else the file to read. */
  readonly content:
    | { readonly _tag: "Inline"; readonly base64: string }
    | { readonly _tag: "File"; readonly file: string }
}

/** What arrives at a port, with where its bytes are. */
export type AttemptInput =
  | { readonly _tag: "One"; readonly kind: ArtifactKind; readonly files: ReadonlyArray<LocatedFile> }
  | {
      readonly _tag: "Many"
      readonly kind: ArtifactKind
      readonly items: ReadonlyArray<{ readonly matrix: JsonMap; readonly files: ReadonlyArray<LocatedFile> }>
    }

/** What an attempt may go on from: the outputs of an earlier result. */
export interface AttemptStart {
  readonly key: Digest
  /** Value of the extended parameter that they were made with. */
  readonly at: number
  readonly outputs: { readonly [port: string]: ReadonlyArray<LocatedFile> }
}

/** Everything that one try at a task needs; it can be sent to another thread or machine. */
export type AttemptRequest = StageRequest | CommandRequest

interface TaskRequest {
  readonly task: string
  readonly attempt: number
  /** Ids of the devices that it has for itself, as `CUDA_VISIBLE_DEVICES` has them; never part of a key. */
  readonly devices: ReadonlyArray<string>
  readonly inputs: { readonly [port: string]: AttemptInput }
  readonly outputs: { readonly [port: string]: ArtifactKind }
  /**
   * Of one that is over sooner than it is handed over: the part of a core that it takes, and the cores that all attempts may
   * keep busy together. It may wait for others, a few milliseconds long.
   */
  readonly brief?: { readonly share: number; readonly cores: number }
  /** Folder for what the task's attempts hand on to each other; made by whoever puts something there. */
  readonly checkpoints?: string
  readonly start?: AttemptStart
  /** Bytes that it may take; the usual bounds of where it runs when absent. */
  readonly memory?: number
}

/** A try at a task of a stage type. */
export interface StageRequest extends TaskRequest {
  readonly _tag: "Stage"
  readonly code: Pick<BundleCode, "file" | "bundle" | "bundleFile">
  readonly params: JsonMap
  /** What it trains on; absent where it does not train. */
  readonly device?: DeviceClass
  /** The native library that it uses; none when absent. */
  readonly blas?: BlasLibrary
  /** Threads that it may have beside its own; none when absent. */
  readonly helpers?: number
}

/** A try at a task that is a command. */
export interface CommandRequest extends TaskRequest, Pick<CommandCode, "files" | "environment" | "secrets"> {
  readonly _tag: "Command"
  readonly line: CommandLine
  /** Milliseconds; the failure of one that takes longer says what it has printed. */
  readonly timeout: number | undefined
  /** The span of the attempt, as W3C Trace Context has it. */
  readonly traceParent: string
}

/** A file that a stage made, in its stored form. */
export type MadeFile = OpenFile

export interface LogLine {
  readonly level: string
  readonly message: string
}

/** What a successful attempt hands over; the orchestrator checks, hashes and commits it. */
export interface AttemptResult<File extends NewFile = NewFile> extends WrittenMetrics {
  readonly outputs: { readonly [port: string]: ReadonlyArray<File> }
  readonly logs: ReadonlyArray<LogLine>
  /** Absent when it began anew. */
  readonly continuedFrom?: Continuation
  /** Objects of its start that were missing or damaged, so that it did without. */
  readonly damaged?: ReadonlyArray<Digest>
  /** What computed, in the words of its driver; absent where that is the processor. */
  readonly adapter?: string
  /** How long it took where it was executed; absent where only the caller can tell. */
  readonly millis?: number
  /** Processor time of the attempt, wherever it was executed; 0 when unknown. */
  readonly cpuMillis: number
  /** Largest memory seen, in bytes: heap and buffers of a stage, or what is resident of a command; 0 when unknown. */
  readonly peakMemory: number
}

/** What an attempt at a stage type hands over: all of it is in memory. */
export type StageResult = AttemptResult<MadeFile>

/** An attempt ended without outputs: the stage's own error, a crash, a timeout. */
export class AttemptFailed extends Data.TaggedError("AttemptFailed")<{
  /** Tag of the stage's error, or what happened to the attempt. */
  readonly tag: string
  readonly message: string
  /** Stack or cause, for the journal. */
  readonly detail: string
  /** An object of the store that could not be read, or does not have its digest: not the task's fault. */
  readonly damaged?: Digest
  /** It cannot be stopped, and would take all memory: the run must not go on. */
  readonly endsRun?: true
}> {}

/** Called while an attempt runs. */
export interface AttemptWatch {
  readonly onProgress: (report: ProgressReport) => void
  readonly onLog: (line: LogLine) => void
  /** Before the attempt ends, and now and then while it goes on. */
  readonly onSpans?: (spans: AttemptSpans) => void
  /** Called of an attempt that is given to a worker with others: the worker is at it now, or is not yet, or no more. */
  readonly onTurn?: (hasTurn: boolean) => void
  /** Called when an attempt that was taken for brief keeps a core busy for long. */
  readonly onOutgrown?: () => void
}

/**
 * Runs one attempt. Interruption stops it, also when its code never yields. Files that its result refers to are there until
 * the scope closes.
 */
export type Execute<Request, Result = AttemptResult> = (
  request: Request,
  watch: AttemptWatch
) => Effect.Effect<Result, AttemptFailed, Scope.Scope>

export class Executor extends Context.Service<
  Executor,
  {
    /** Names the place, for the journal: `thread`, `process`. */
    readonly placeOf: (request: AttemptRequest) => string
    readonly execute: Execute<AttemptRequest>
  }
>()("athanor/run/Executor") {}

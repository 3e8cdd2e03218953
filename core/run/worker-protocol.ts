/** Messages between the orchestrator and a worker, thread or process. */
import type { BlasLibrary } from "../plan/MachineBlas.ts"
import type { ProgressReport } from "../stage/Progress.ts"
import type { Digest } from "../store/Digest.ts"
import type { AttemptSpans } from "./AttemptTrace.ts"
import type { CheckpointContent } from "./checkpoint-file.ts"
import type { LogLine, StageRequest, StageResult } from "./Executor.ts"

/** What a worker is started with. */
export interface WorkerSettings {
  /** URL of the one `effect` that stages share with the framework. */
  readonly effectModule: string
  /** Whether what it writes is to be synced: it does not see the setting. */
  readonly mustSync: boolean
  /** Whether spans of stages are wanted. */
  readonly wantsSpans: boolean
  /** URL of the module that `helper.ts` was built to. */
  readonly helperModule: string
  /** Helper threads that are to be there before the first attempt: later a process may start none. */
  readonly helpers?: number
  /** The native library of a process, which is loaded before the first attempt. */
  readonly blas?: NativeSettings
}

export interface NativeSettings extends BlasLibrary {
  /** Files from which what loads it is looked up, in turn. */
  readonly from: ReadonlyArray<string>
  /** Whether no other native code is to be loaded afterwards. */
  readonly isLast: boolean
}

export type ToWorker =
  /** Attempts to be executed one after the other, those that are not taken back. `id` tells what is said of which. */
  | {
      readonly _tag: "Run"
      readonly attempts: ReadonlyArray<{ readonly id: number; readonly request: StageRequest }>
      /** States of `AttemptTurns`, in the order of the attempts. */
      readonly turns: Int32Array
    }
  /** Stop the attempt where it yields. */
  | { readonly _tag: "Interrupt"; readonly id: number }

/** What a worker says of an attempt. */
export type AttemptMessage =
  | { readonly _tag: "Progress"; readonly report: ProgressReport }
  | { readonly _tag: "Log"; readonly line: LogLine }
  | { readonly _tag: "Spans"; readonly spans: AttemptSpans }
  /** Of a worker that may not write: what is to be kept of the attempt. */
  | { readonly _tag: "Checkpoint"; readonly content: CheckpointContent }
  | { readonly _tag: "Succeeded"; readonly result: StageResult }
  | {
      readonly _tag: "Failed"
      readonly tag: string
      readonly message: string
      readonly detail: string
      readonly damaged?: Digest
    }
  | { readonly _tag: "Interrupted" }

export type FromWorker =
  /** It waits for attempts; bytes of memory that it has before any. Only of processes. */
  | { readonly _tag: "Ready"; readonly memory: number }
  | { readonly _tag: "About"; readonly id: number; readonly message: AttemptMessage }
  /** Nothing may follow in this worker: what attempts share in it is not what it was. */
  | { readonly _tag: "Spoilt" }

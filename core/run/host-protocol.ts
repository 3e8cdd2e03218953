/** Messages between the orchestrator and the process that starts commands: one JSON text a line. */
import type { Usage } from "./process-usage.ts"

/** How a process ended. */
export type ProcessEnd =
  | { readonly _tag: "Exited"; readonly status: number; readonly usage: Usage }
  | { readonly _tag: "Killed"; readonly signal: string; readonly usage: Usage }
  /** It was ended because it, and what it started, took more memory than it may: `used` bytes. */
  | { readonly _tag: "OutOfMemory"; readonly used: number; readonly usage: Usage }
  /** It never ran. */
  | { readonly _tag: "NotStarted"; readonly code: string; readonly message: string }
  /** Nobody tells: the process that runs it has ended before. */
  | { readonly _tag: "Lost" }

export interface ProcessSettings {
  readonly program: string
  readonly words: ReadonlyArray<string>
  readonly cwd: string
  readonly environment: { readonly [name: string]: string }
  /** Path for the file that takes what it prints. */
  readonly log: string
  /** Whether it may print a secret: the file has no name any more when the process starts. */
  readonly isSecret: boolean
  /** Bytes of memory that it may take with all that it starts. */
  readonly memory?: number
  /** Whether processes of an earlier attempt at its task may still run. */
  readonly mayMeetStrays: boolean
}

export type ToHost =
  | { readonly _tag: "Start"; readonly id: number; readonly settings: ProcessSettings }
  | { readonly _tag: "Stop"; readonly id: number }
  /** A process that it did not start, to be ended when the orchestrator is. */
  | { readonly _tag: "Guard"; readonly pid: number }
  /** It has ended. */
  | { readonly _tag: "Release"; readonly pid: number }
  /** Removes a folder, when it likes. */
  | { readonly _tag: "Remove"; readonly folder: string }
  /** Removes now what it was told to. */
  | { readonly _tag: "MakeRoom" }

export type FromHost =
  /** What was printed; `skipped` bytes before it were not read. */
  | { readonly _tag: "Output"; readonly id: number; readonly skipped: number; readonly text: string }
  | { readonly _tag: "Ended"; readonly id: number; readonly end: ProcessEnd }
  /** All is gone that was to be removed when `MakeRoom` came; one for each, in their order. */
  | { readonly _tag: "RoomMade" }

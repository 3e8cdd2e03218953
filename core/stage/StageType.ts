/** What a stage type is: parameters, inputs, outputs, and the effect that turns one into the other. */
import type { Effect, Schema } from "effect"
import type { ArtifactKind, Json, KindValues } from "./ArtifactKind.ts"
import type { Backend } from "./Compute.ts"
import type { PortDeclaration, PortValue } from "./Port.ts"

/** Parameters decode without services, so that a plan is made without running anything. */
export type ParamsSchema = Schema.Codec<unknown, unknown>

export interface InputPorts {
  readonly [port: string]: PortDeclaration
}

export interface OutputPorts {
  readonly [port: string]: ArtifactKind
}

/** A failure of a stage: any tagged error with a line for a person. */
export interface StageError {
  readonly _tag: string
  readonly message: string
}

/** What one attempt may use. */
export interface Resources {
  /** Cores kept busy, at least 1. */
  readonly cpu: number
  /** Peak memory in bytes, for scheduling; 0 when unknown. */
  readonly memory: number
  /** Devices that it has for itself, whole; none when left out. */
  readonly gpu?: number
}

/**
 * How far two executions of one task may differ: not at all, on any machine; not at all with one version of the
 * JavaScript engine (`libm`, for stages that call `Math.exp` and its like); or by a relative tolerance.
 */
export type Determinism = "bitwise" | "libm" | { readonly tolerance: number }

/**
 * How a stage type extends its own results: with a larger value of one parameter, it can go on from what it made with a
 * smaller one, all else being equal, and gives the bytes that a run from the beginning gives.
 */
export interface Extension {
  /** A numeric parameter that says how far a task goes: steps, iterations, samples. */
  readonly param: string
  /**
   * Parameters that are lists of numbers on the same scale, as the steps at which something is recorded. They may differ
   * too: an earlier result will do when it has all those below its own value that the later one asks for, and maybe more.
   */
  readonly along?: ReadonlyArray<string>
}

/**
 * Older code of a stage type whose results are those of later code. It says nothing of code that is later still: an edit of the
 * stage, or of a helper, ends what is said here until it is said of the new code.
 */
export interface CompatibleCode {
  /** The first digits of the older identity, at least 12, as `pipeline why` and `pipeline stages` print them. */
  readonly code: string
  /** The first digits of the later one. */
  readonly as: string
  /** Parameters that the older code did not have, each with the value with which the later code does what that did. */
  readonly without?: { readonly [param: string]: Json }
}

/** The opened inputs of a stage. */
export type InputValues<I extends InputPorts> = { readonly [P in keyof I]: PortValue<I[P]> }

/** What a stage returns: a value for every output port. */
export type OutputValues<O extends OutputPorts> = { readonly [P in keyof O]: KindValues[O[P]] }

/** Where a task may go on instead of beginning anew. */
export interface Start<O extends OutputPorts> {
  /** How far that had come, in the unit of the extended parameter, or of what saved it; never beyond the task's own end. */
  readonly at: number
  /** The outputs of an earlier result, or those that an earlier attempt saved with `Checkpoint`. */
  readonly outputs: OutputValues<O>
}

export interface StageType<
  P extends ParamsSchema = ParamsSchema,
  I extends InputPorts = InputPorts,
  O extends OutputPorts = OutputPorts
> {
  /** `family/name`, kebab-case. */
  readonly name: string
  /** One line. */
  readonly summary: string
  /** Paper, section, equation. */
  readonly source?: string
  /** Defaults, units and bounds are annotations. Unknown keys are refused. `Schema.Finite`, never `Schema.Number`. */
  readonly params: P
  readonly inputs: I
  readonly outputs: O
  readonly resources?: (params: P["Type"]) => Partial<Resources>
  /**
   * Backends that it can train on. With them it says that it trains: each task is computed on one of these, which is part of
   * its key, and finds it in `Compute.Current`.
   */
  readonly backends?: ReadonlyArray<Backend> | ((params: P["Type"]) => ReadonlyArray<Backend>)
  /**
   * It can use a native library for linear algebra, where `PIPELINE_BLAS` asks for one; it finds it in `Blas.Current`, and what the
   * library calls itself is part of the key.
   */
  readonly blas?: true
  readonly determinism: Determinism
  readonly extends?: Extension
  /** Written out in place, it is no part of the code identity. */
  readonly compatibleWith?: ReadonlyArray<CompatibleCode>
  readonly run: (task: {
    readonly params: P["Type"]
    readonly inputs: InputValues<I>
    /** `undefined` when there is nothing to go on from, and when a person asked for the task anew. */
    readonly start?: Start<O> | undefined
  }) => Effect.Effect<OutputValues<O>, StageError>
}

/** Marks the values that `make` returns, so that a module's default export can be recognised. */
const MARK = "athanor/StageType"

/**
 * Makes a stage type: the default export of its file.
 *
 * Progress, metrics and the like are references of this package (`Progress.steps`, `Metric.record`), so `run` needs no
 * context and can be called from a test as it stands.
 */
export const make = <const P extends ParamsSchema, const I extends InputPorts, const O extends OutputPorts>(
  definition: StageType<P, I, O>
): StageType<P, I, O> => Object.assign({ [MARK]: true }, definition)

/** Whether a value was made by `make`, by this copy of the module or another. */
export const isStageType = (value: unknown): value is StageType =>
  typeof value === "object" && value !== null && MARK in value

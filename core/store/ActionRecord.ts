/** The record of a finished task: what decided its result, and what came out. */
import type { Json } from "../stage/ArtifactKind.ts"
import type { Artifact } from "./Artifact.ts"
import type { Digest } from "./Digest.ts"
import type { WrittenMetrics } from "./WrittenMetrics.ts"

/** The content that arrives at a port. */
export type InputPart =
  | { readonly _tag: "One"; readonly digest: Digest }
  /** A fan-in enters the key as one digest of its items; the items are kept to explain a difference. */
  | {
      readonly _tag: "Many"
      readonly digest: Digest
      readonly items: ReadonlyArray<{ readonly matrix: { readonly [name: string]: Json }; readonly digest: Digest }>
    }

/** The digests that arrive at a port: one, or one of each item. */
export const digestsIn = (part: InputPart): ReadonlyArray<Digest> =>
  part._tag === "One" ? [part.digest] : part.items.map(({ digest }) => digest)

/** Everything that decides a task's result, by name. The key is the digest of these. */
export interface KeyParts {
  /** Version of the way in which parts become a key. */
  readonly format: number
  readonly stageType: string
  /** Code identity: every declaration that the stage reaches, normalised. */
  readonly code: Digest
  /** Decoded and encoded again, so that defaults and spellings do not matter. */
  readonly params: { readonly [name: string]: Json }
  readonly inputs: { readonly [port: string]: InputPart }
  /** Stored form of each output, as `Tensor/1`. */
  readonly outputs: { readonly [port: string]: string }
  /** Device class that was asked for. */
  readonly device: string
  /** What else the stage may depend on: the engine's version where it calls libm. */
  readonly environment: { readonly [name: string]: string }
}

/** What explains a code identity: a digest for each declaration and external package. Not part of the key. */
export interface CodeParts {
  readonly declarations: { readonly [name: string]: Digest }
  /** Integrity of each package reached, by `name@version`. */
  readonly packages: { readonly [name: string]: string }
}

/** Where a result stands among those that differ only in how far they go. */
export interface Family {
  /** Digest of all parts of the key but the parameters that may differ. */
  readonly digest: Digest
  /** Value of the extended parameter. */
  readonly at: number
}

/** What the computation of a result went on from. */
export interface Continuation {
  /** How far that had come. */
  readonly at: number
  /** Key of the earlier result; absent where all there was is a checkpoint of the task itself. */
  readonly key?: Digest
}

/**
 * Append-only and first writer wins: the first record of a key holds until a tombstone ends it, then the next one does.
 * One that has ended stays for the runs that refer to it, until a collection finds that nothing needs it.
 */
export interface ActionRecord extends WrittenMetrics {
  readonly format: number
  readonly key: Digest
  readonly parts: KeyParts
  readonly codeParts: CodeParts
  readonly outputs: { readonly [port: string]: Artifact }
  /** Of stage types that extend their results. */
  readonly family?: Family
  /** Absent when it was computed from the beginning. */
  readonly continuedFrom?: Continuation
  /** What computed, in the words of its driver; absent where that is the processor. No part of the key. */
  readonly adapter?: string
  /** Warnings and other messages of the stage, replayed when its result is reused. */
  readonly logs: ReadonlyArray<{ readonly level: string; readonly message: string }>
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMillis: number
  /** Processor time of the attempt, wherever it was executed; 0 when unknown. */
  readonly cpuMillis: number
  /** Largest memory of the attempt, in bytes: heap and buffers of a stage, or what is resident of a command; 0 when unknown. */
  readonly peakMemory: number
  readonly runId: string
  /** Task that first produced the result, for a reader. */
  readonly task: string
  readonly attempt: number
  readonly traceId: string
  readonly spanId: string
}

/** The digest of each output: what says which result it is. */
export const digestsOf = (outputs: {
  readonly [port: string]: { readonly digest: Digest }
}): { readonly [port: string]: Digest } =>
  Object.fromEntries(Object.entries(outputs).map(([port, { digest }]) => [port, digest]))

/** Version of the record's form on disk. */
export const RECORD_FORMAT = 2

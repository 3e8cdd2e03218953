/** What a machine has of native libraries for linear algebra. */
import { Effect } from "effect"

/** A library that can be loaded and computes what it should. */
export interface BlasLibrary {
  /** Its file, or the name by which the system finds it. */
  readonly library: string
  /** What it calls itself; part of the keys of what it computes. */
  readonly title: string
}

export type BlasState =
  /** Nobody asks for one. */
  | { readonly _tag: "Off" }
  | ({ readonly _tag: "Here" } & BlasLibrary)
  /** `isNamed` tells that a certain one is asked for, and not whichever there is. */
  | { readonly _tag: "Absent"; readonly reason: string; readonly isNamed: boolean }

/** To know it takes time: it is asked for when a stage type can use one. */
export type MachineBlas = Effect.Effect<BlasState>

export const noBlas: MachineBlas = Effect.succeed({ _tag: "Off" })

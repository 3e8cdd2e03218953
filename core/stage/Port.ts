/** Ports: the named inputs of a stage type, and how many artifacts each takes. */
import type { ArtifactKind, Json, KindValues } from "./ArtifactKind.ts"

/** How many artifacts a port takes: exactly one, none or one, or an ordered list. */
export type Arity = "one" | "optional" | "many"

/** A port with its kind and arity. */
export interface Port<Kind extends ArtifactKind = ArtifactKind, A extends Arity = Arity> {
  readonly kind: Kind
  readonly arity: A
}

/** What a stage type writes for a port: the bare kind means exactly one. */
export type PortDeclaration = ArtifactKind | Port

/** A port that may be left out; the stage then sees `undefined`. */
export const optional = <Kind extends ArtifactKind>(kind: Kind): Port<Kind, "optional"> => ({ kind, arity: "optional" })

/** A port that takes a fan-in: a list in the order of the matrix, each item with its matrix values. */
export const many = <Kind extends ArtifactKind>(kind: Kind): Port<Kind, "many"> => ({ kind, arity: "many" })

/** The full form of a declaration. */
export const ofDeclaration = (declaration: PortDeclaration): Port =>
  typeof declaration === "string" ? { kind: declaration, arity: "one" } : declaration

/** One item of a fan-in: the matrix values of the task that made it, and the value. */
export interface FanInItem<Value> {
  readonly matrix: { readonly [name: string]: Json }
  readonly value: Value
}

/** The value a stage sees at a port. */
export type PortValue<Declaration extends PortDeclaration> = Declaration extends ArtifactKind
  ? KindValues[Declaration]
  : Declaration extends Port<infer Kind, infer A>
    ? A extends "many"
      ? ReadonlyArray<FanInItem<KindValues[Kind]>>
      : A extends "optional"
        ? KindValues[Kind] | undefined
        : KindValues[Kind]
    : never

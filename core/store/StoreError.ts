/** Failures of the store. */
import { Data } from "effect"
import { reasonOf } from "./system-words.ts"

/** The store could not be read or written: disk full, no permission, not a store. */
export class StoreUnavailable extends Data.TaggedError("StoreUnavailable")<{
  readonly operation: string
  readonly path: string
  readonly cause: unknown
}> {
  /** Taken when it happened: what is half written is removed then, and the disk has room again. */
  private readonly reason = reasonOf(this.cause, this.path)

  override get message(): string {
    return `cannot ${this.operation} ${this.path}: ${this.reason}`
  }
}

/** A store written by a newer version. */
export class StoreTooNew extends Data.TaggedError("StoreTooNew")<{
  readonly path: string
  readonly found: number
  readonly supported: number
}> {
  override get message(): string {
    return `${this.path} has store format ${this.found}; this version reads up to ${this.supported}: update athanor`
  }
}

/** An object is missing, or its bytes no longer have its digest. It has been moved to `quarantine/` if it was there. */
export class ObjectDamaged extends Data.TaggedError("ObjectDamaged")<{
  readonly digest: string
  readonly problem: "missing" | "size" | "content"
}> {
  override get message(): string {
    return `object ${this.digest.slice(0, 12)} is damaged (${this.problem})`
  }
}

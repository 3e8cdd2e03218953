/** Failures of the store. */
import { Data } from "effect"

/** The store could not be read or written: disk full, no permission, not a store. */
export class StoreUnavailable extends Data.TaggedError("StoreUnavailable")<{
  readonly operation: string
  readonly path: string
  readonly cause: unknown
}> {
  override get message(): string {
    return `cannot ${this.operation} ${this.path}: ${reasonOf(this.cause)}`
  }
}

/** What the system refuses most often, in words; its own messages name calls, and some begin with a comma. */
const WORDS: { readonly [code: string]: string } = {
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up"
}

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return ("code" in cause ? WORDS[String(cause.code)] : undefined) ?? cause.message
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

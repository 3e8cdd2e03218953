/** Threads that compute together in one attempt: the stage's own, and the helpers that are lent to it. */
import { Context } from "effect"

/** A WebAssembly module that several threads are to have on one memory. */
export interface SharedCode {
  /** A `WebAssembly.Module` that imports nothing but `env.memory`, and keeps no state outside of that memory. */
  readonly module: object
  /** A shared `WebAssembly.Memory`; where no helper is lent it may be one that is not. */
  readonly memory: { readonly buffer: ArrayBufferLike }
  /** What the stage's own instance of the module on this memory exports. */
  readonly exports: object
}

/** Memory that calls need for a moment, as many bytes for each thread. */
export interface Scratch {
  /** Where that of the stage's own thread begins; those of the helpers follow. */
  readonly address: number
  readonly bytes: number
}

/**
 * Calls the export `name` once with each list of arguments, in whatever thread and order; all are done when it returns. With
 * `scratch`, each call gets the address of its thread's part of it as one argument more, the last.
 *
 * Throws `RangeError` when there is no such export, `HelperDied` when a helper ends, and what the first call that failed throws.
 */
export type SharedCalls = (name: string, calls: ReadonlyArray<ReadonlyArray<number>>, scratch?: Scratch) => void

/**
 * The threads of an attempt. Only WebAssembly runs in helpers, over memory that the stage has shared with them.
 *
 * A result must not depend on how many there are. Let each call write to places of its own and read nothing that another one writes, and
 * let the shapes alone decide in which order numbers are added.
 */
export interface Team {
  /** At least 1. */
  readonly threads: number
  /** Lets the helpers have a module. */
  readonly share: (code: SharedCode) => SharedCalls
}

/** The stage's own thread alone: does call after call. */
export const ALONE: Team = {
  threads: 1,
  share:
    ({ exports }) =>
    (name, calls, scratch) => {
      const called = exported(exports, name)
      const last = scratch === undefined ? [] : [scratch.address]
      for (const given of calls) called(...given, ...last)
    }
}

/** The function that an instance exports under a name. Throws `RangeError` when there is none. */
export const exported = (exports: object, name: string): ((...given: ReadonlyArray<number>) => unknown) => {
  const found: unknown = Reflect.get(exports, name)
  if (typeof found !== "function") throw new RangeError(`the module exports no function "${name}"`)
  return found as (...given: ReadonlyArray<number>) => unknown
}

/**
 * The threads of the current attempt: as many as `resources: { cpu: N }` asks for and the machine offers. One outside of a run, and
 * where packages run.
 */
export const Current = Context.Reference<Team>("athanor/stage/Team", { defaultValue: () => ALONE })

/** What can be wrong in a store. */

export interface Damage {
  readonly what:
    | "object"
    | "code"
    | "source"
    | "record"
    | "segment"
    | "journal"
    | "plan"
    | "index"
    | "catalogue"
    | "checkpoint"
    | "trash"
  /** Digest, key, id of a run, or the file's name: of a segment in its folder, otherwise in the store. */
  readonly name: string
  readonly problem: string
  /** Results that rest on it: `task.port`, or a task. */
  readonly results: ReadonlyArray<string>
}

/** Of a thing on which no result rests. */
export const damage = (what: Damage["what"], name: string, problem: string): Damage => ({
  what,
  name,
  problem,
  results: []
})

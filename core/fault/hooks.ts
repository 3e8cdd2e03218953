/**
 * Where tests break the program on purpose: steps at which they kill it, and protections that they switch off to see that
 * somebody would notice.
 *
 * Nothing can be broken in the program as it is built. The tests build one of their own, with `tests/faults/hooks.ts` in
 * place of this module: no variable of the environment, and no file, reaches what is below.
 */

/** A moment of which a crash could make a difference; named by what has just been done. */
export type Step =
  | "file.begun"
  | "file.written"
  | "file.synced"
  | "file.placed"
  | "object.judged"
  | "objects.durable"
  | "record.written"
  | "record.durable"
  | "record.indexed"
  | "journal.written"
  | "journal.durable"
  | "run.begun"
  | "key.claimed"
  | "attempt.begun"
  | "attempt.computed"
  | "helper.entered"
  | "result.committed"
  | "catalogue.written"
  | "schedule.written"
  | "schedule.durable"
  | "tick.spawned"
  | "tick.begun"
  | "gc.marked"
  | "gc.evicted"
  | "gc.moved"
  | "gc.listed"
  | "gc.compacted"
  | "gc.removed"
  | "gc.restored"
  | "gc.deleted"

/** Something that stands between a fault and its harm; named by what it does. */
export type Protection =
  | "await-holders"
  | "begin-once"
  | "bound-expressions"
  | "bound-matrix"
  | "cap-depth"
  | "check-answers"
  | "check-outputs"
  | "check-paths"
  | "close-gaps"
  | "close-torn-record"
  | "compare-before-keeping"
  | "compare-keys-once"
  | "count-aliases"
  | "cut-torn-tail"
  | "doubt-the-future"
  | "end-with-orchestrator"
  | "escape-unseen"
  | "journal-sequence"
  | "keep-in-folder"
  | "keep-runs-at-work"
  | "kernel-lock"
  | "leave-threads"
  | "limit-reading"
  | "limit-stage-calls"
  | "line-checksum"
  | "look-after-helpers"
  | "look-before-reading"
  | "look-up-again"
  | "mark-again"
  | "memory-limit"
  | "no-mapped-holes"
  | "order-by-predecessor"
  | "plain-folder-names"
  | "process-permission"
  | "read-beside"
  | "recompute-outputs"
  | "redact-text"
  | "refuse-inexact"
  | "refuse-prototypes"
  | "refuse-tags"
  | "refuse-unseen"
  | "remove-partial"
  | "same-bytes"
  | "seal-planner"
  | "seal-threads"
  | "search-files-for-secrets"
  | "search-trash"
  | "steady-clock"
  | "stream-files"
  | "sync"
  | "tell-shared-disk"
  | "temporary-name"
  | "verify-content"
  | "verify-size"
  | "watch-threads"

/** Says that a step has been reached. */
export const reach = (_step: Step): void => {}

/** Whether a protection is in force. */
export const isGuarded = (_protection: Protection): boolean => true

/** Variables that tell workers and the process that starts commands, which inherit no environment, of faults: none. */
export const faultVariables: NodeJS.ProcessEnv = {}

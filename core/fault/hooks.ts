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
  | "result.committed"

/** Something that stands between a fault and its harm; named by what it does. */
export type Protection =
  | "bound-expressions"
  | "bound-matrix"
  | "cap-depth"
  | "check-paths"
  | "close-torn-record"
  | "compare-keys-once"
  | "count-aliases"
  | "escape-unseen"
  | "keep-in-folder"
  | "look-before-reading"
  | "no-mapped-holes"
  | "order-by-predecessor"
  | "read-beside"
  | "refuse-inexact"
  | "refuse-prototypes"
  | "refuse-tags"
  | "refuse-unseen"
  | "remove-partial"
  | "steady-clock"
  | "stream-files"
  | "sync"
  | "temporary-name"
  | "verify-content"
  | "verify-size"
  | "cut-torn-tail"
  | "line-checksum"
  | "journal-sequence"
  | "kernel-lock"
  | "look-up-again"
  | "same-bytes"
  | "tell-shared-disk"

/** Says that a step has been reached. */
export const reach = (_step: Step): void => {}

/** Whether a protection is in force. */
export const isGuarded = (_protection: Protection): boolean => true

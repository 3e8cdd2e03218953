/** The pauses between the attempts at a task. */

/** Each pause is longer than the one before by a factor, up to a longest. Times in milliseconds. */
export interface Backoff {
  /** Before the second attempt. */
  readonly delay: number
  /** At least 1. */
  readonly factor: number
  readonly longest: number
}

export const USUAL_BACKOFF: Backoff = { delay: 1000, factor: 2, longest: 60_000 }

/** Milliseconds between an attempt that failed, counted from 1, and the next one. */
export const pauseAfter = ({ delay, factor, longest }: Backoff, attempt: number): number =>
  Math.min(longest, delay * factor ** (attempt - 1))

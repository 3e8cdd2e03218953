/** Which attempts of a bundle a thread has begun: memory that the thread shares with whoever gave it the bundle. */

const WAITS = 0
const BEGUN = 1
const TAKEN_BACK = 2

/** A thread that is at an attempt hears nothing; what it has not begun can be taken back all the same. */
export class AttemptTurns {
  /** By position in the bundle. Goes along in a message. */
  readonly states: Int32Array

  constructor(states: Int32Array) {
    this.states = states
  }

  /** Those of a new bundle. */
  static ofBundle(size: number): AttemptTurns {
    return new AttemptTurns(new Int32Array(new SharedArrayBuffer(size * Int32Array.BYTES_PER_ELEMENT)))
  }

  /** Begins an attempt; not when it was taken back. */
  begin(position: number): boolean {
    return Atomics.compareExchange(this.states, position, WAITS, BEGUN) === WAITS
  }

  /** Whether the thread has begun an attempt, and perhaps ended it. */
  hasBegun(position: number): boolean {
    return Atomics.load(this.states, position) === BEGUN
  }

  /** Takes an attempt back; not when the thread has begun it. */
  takeBack(position: number): boolean {
    return Atomics.compareExchange(this.states, position, WAITS, TAKEN_BACK) === WAITS
  }
}

/**
 * The helper threads of a worker: they sleep until it has calls for them, are kept from one attempt to the next, and end with it.
 *
 * Whoever has calls waits for them without turning its loop, so that kernels are plain functions.
 */
import { ALONE, type SharedCode, type Team } from "../stage/Team.ts"
import { HelperThread } from "./HelperThread.ts"
import { type Helpers, LentTeam } from "./LentTeam.ts"
import { MOST_THREADS, TeamBlock } from "./TeamBlock.ts"

/** What an attempt has of them. */
export interface Loan {
  readonly team: Team
  /** Ends it; milliseconds of a processor that the helpers have taken. */
  readonly takeBack: () => number
}

const NONE: Loan = { team: ALONE, takeBack: () => 0 }

/** Milliseconds in which a thread starts, or will not be waited for. */
const PATIENCE = 5000

export class HelperThreads {
  private readonly module: URL
  private block = new TeamBlock()
  private threads: Array<HelperThread> = []

  /** `module` is what `helper.ts` was built to. */
  constructor(module: URL) {
    this.module = module
  }

  /** So many helpers, one attempt at a time. They are started when it first shares something with them. */
  lend(count: number): Loan {
    if (count === 0) return NONE
    let lent: LentTeam | undefined
    const share = (code: SharedCode) => {
      lent ??= new LentTeam(this.start(count))
      return lent.share(code)
    }
    return {
      team: { threads: 1 + Math.min(count, MOST_THREADS - 1), share },
      takeBack: () => lent?.takeBack() ?? 0
    }
  }

  /** Starts those of so many that are missing. */
  start(count: number): Helpers {
    if (!this.threads.every((thread) => thread.tell({ _tag: "Hello" }))) this.startAnew()
    while (this.threads.length < Math.min(count, MOST_THREADS - 1)) {
      this.threads.push(new HelperThread(this.module, this.threads.length + 1, this.block.buffer))
    }
    return { block: this.block, threads: this.threads.slice(0, count) }
  }

  /** Starts so many and waits until they sleep. */
  startNow(count: number): void {
    this.start(count).block.awaitStarted(count, PATIENCE)
  }

  /** Ends them all. */
  end(): void {
    for (const thread of this.threads) thread.end()
    this.threads = []
  }

  /** One that has ended may have left others inside. */
  private startAnew(): void {
    this.end()
    this.block = new TeamBlock()
  }
}

/** A team for one attempt: the thread that the stage runs in, and helpers. */
import { Data } from "effect"
import { isGuarded } from "../fault/hooks.ts"
import { exported, type Scratch, type SharedCalls, type SharedCode, type Team } from "../stage/Team.ts"
import type { HelperThread } from "./HelperThread.ts"
import { type Target, TeamBlock } from "./TeamBlock.ts"

/** A helper has ended while its team needed it. */
export class HelperDied extends Data.TaggedError("HelperDied")<{ readonly helper: number }> {
  override get message(): string {
    return `helper thread ${this.helper} ended in the middle of a call`
  }
}

/** Milliseconds after which whoever waits for a helper looks whether it is still there. */
const LOOK = 250

/** Helpers, and the memory by which they agree with their owner. */
export interface Helpers {
  readonly block: TeamBlock
  readonly threads: ReadonlyArray<HelperThread>
}

type Calls = ReadonlyArray<ReadonlyArray<number>>

/** A function that all threads have. */
interface SharedFunction {
  readonly code: number
  /** Its number among the functions of its module. */
  readonly exported: number
  /** The owner's own. */
  readonly own: Target
}

export class LentTeam implements Team {
  readonly threads: number
  private readonly helpers: Helpers
  /** Milliseconds that helpers had taken before. */
  private readonly before: number
  private isOver = false

  constructor(helpers: Helpers) {
    this.helpers = helpers
    this.threads = 1 + helpers.threads.length
    this.before = this.processorTime()
  }

  /** Throws `TypeError` when the memory is not shared. */
  share({ module, memory, exports }: SharedCode): SharedCalls {
    if (!(memory.buffer instanceof SharedArrayBuffer)) throw new TypeError("helpers need a memory that is shared")
    const code = this.helpers.block.newCode()
    for (const helper of this.helpers.threads) helper.tell({ _tag: "Share", code, module, memory })
    const names = WebAssembly.Module.exports(module).flatMap(({ name, kind }) => (kind === "function" ? [name] : []))
    return (name, calls, scratch) => {
      const own = exported(exports, name)
      this.callAll({ code, exported: names.indexOf(name), own }, calls, scratch)
    }
  }

  /** Has the helpers forget what was shared with them; milliseconds of a processor that they have taken. */
  takeBack(): number {
    const { block, threads } = this.helpers
    this.isOver = true
    const taken = this.processorTime() - this.before
    block.skipRound()
    for (const helper of threads) {
      helper.tell({ _tag: "Forget" })
      block.ring(helper.number)
    }
    return taken
  }

  private processorTime(): number {
    const { block, threads } = this.helpers
    return threads.reduce((sum, { number }) => sum + block.processorTime(number), 0)
  }

  private callAll(target: SharedFunction, calls: Calls, scratch: Scratch | undefined): void {
    // A stage may have left something behind that is still at it.
    if (this.isOver) throw new TypeError("the attempt is over, and its helpers are others' now")
    const width = calls[0]?.length ?? 0
    if (calls.some(({ length }) => length !== width))
      throw new RangeError("calls differ in how many arguments they have")
    const most = TeamBlock.fitting(width)
    for (let start = 0; start < calls.length; start += most) {
      this.callSome(target, calls.slice(start, start + most), width, scratch)
    }
  }

  private callSome({ code, exported, own }: SharedFunction, calls: Calls, width: number, scratch?: Scratch): void {
    const { block, threads } = this.helpers
    block.open({ code, exported, width, scratch }, calls)
    const needed = threads.slice(0, calls.length - 1)
    for (const { number } of needed) block.ring(number)
    try {
      block.work(0, () => own)
    } finally {
      block.close()
      for (const helper of threads) awaitOutside(block, helper)
    }
    const failed = threads.find(({ number }) => block.hasFailed(number))
    if (failed !== undefined) throw new WebAssembly.RuntimeError(failed.complaint())
  }
}

/** All helpers: one that was rung for calls before may come as late as now. */
const awaitOutside = (block: TeamBlock, helper: HelperThread): void => {
  const patience = isGuarded("look-after-helpers") ? LOOK : Number.POSITIVE_INFINITY
  while (!block.awaitOutside(helper.number, patience)) {
    if (!helper.tell({ _tag: "Hello" })) throw new HelperDied({ helper: helper.number })
  }
}

/** Descents from many starts, one after the other, of which the best is kept. */
import type { DescentCourse, DescentState } from "./DescentCourse.ts"
import type { ReluNetwork } from "./ReluNetwork.ts"

export interface MultiStartOptions {
  readonly starts: number
  /** Of each start. */
  readonly steps: number
  /** The course of a start, from its beginning. */
  readonly begin: (start: number) => DescentCourse
}

/** All that there is after a step, of all starts together. */
export interface MultiStartState {
  readonly taken: number
  /** Final objectives of the starts that have ended. */
  readonly objectives: Float64Array
  /** The best network of these, or what the first start has now. */
  readonly network: ReluNetwork
  /** The start that is under way. */
  readonly current: DescentState
}

export class MultiStart {
  private readonly options: MultiStartOptions
  private course: DescentCourse
  private taken = 0
  private ended: Array<number> = []
  private best: ReluNetwork | undefined

  constructor(options: MultiStartOptions) {
    this.options = options
    this.course = options.begin(0)
  }

  /** Final objectives, 0 of starts that have not ended. */
  get objectives(): Float64Array {
    const objectives = new Float64Array(this.options.starts)
    objectives.set(this.ended)
    return objectives
  }

  get network(): ReluNetwork {
    return this.best ?? this.course.network
  }

  /** One step of the start that is under way; where it is its last one, the next begins. */
  step(): void {
    const { course, ended, options } = this
    course.step()
    this.taken++
    if (this.taken % options.steps !== 0) return
    const { network, objective } = course
    if (this.best === undefined || ended.every((other) => objective < other)) this.best = network
    ended.push(objective)
    if (ended.length < options.starts) this.course = options.begin(ended.length)
  }

  state(): MultiStartState {
    const { course, ended, network, taken } = this
    return { taken, objectives: Float64Array.from(ended), network, current: course.state() }
  }

  /** Goes on from the state of another one with the same options. */
  load({ taken, objectives, network, current }: MultiStartState): void {
    const { begin, starts, steps } = this.options
    this.taken = taken
    this.ended = [...objectives]
    this.best = objectives.length > 0 ? network : undefined
    const start = Math.min(starts - 1, objectives.length)
    this.course = begin(start)
    if (taken > start * steps) this.course.load(current, taken - start * steps)
  }
}

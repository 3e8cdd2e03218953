/** The course of an interior-point method to a tolerance: when it has come to its end, and with which point. */
import { NotPositiveDefinite } from "../math/linear/NotPositiveDefinite.ts"
import type { InteriorPoint } from "./InteriorPoint.ts"

/** Steps after which the method is given up: it takes 15 to 40. */
export const MOST_STEPS = 100

/** Steps in which the error has not become smaller, once the gap is small enough: what is left then is rounding. */
const PATIENCE = 8

/** How far above the tolerance an error may be that rounding lets become no smaller. */
const NEARLY = 10

/** With what a course goes on: steps taken, the error of the best point and steps since, that point, and the one under way. */
export interface CourseState {
  readonly counts: Float64Array
  readonly best: Float64Array
  readonly point: Float64Array
}

export class InteriorPointCourse {
  readonly method: InteriorPoint
  private readonly tolerance: number
  private count = 0
  private least = Number.POSITIVE_INFINITY
  private since = 0
  private best: Float64Array
  /** Whether the method has come to its end: then it is at its best point. */
  isOver = false

  constructor(method: InteriorPoint, tolerance: number) {
    this.method = method
    this.tolerance = tolerance
    this.best = method.point()
  }

  /** Steps that were taken. */
  get steps(): number {
    return this.count
  }

  /** Whether the end is as exact as was asked for, or as rounding lets it be and not much less. */
  get isSolved(): boolean {
    return this.isOver && this.method.error <= NEARLY * this.tolerance
  }

  /** One step; nothing once it is over. */
  step(): void {
    if (this.isOver) return
    const { method, tolerance } = this
    if (method.error <= tolerance) this.isOver = true
    else if (this.isStuck || this.count === MOST_STEPS || !this.advance()) this.goBack()
  }

  state(): CourseState {
    const { best, count, isOver, least, method, since } = this
    return { counts: Float64Array.of(count, least, since, isOver ? 1 : 0), best, point: method.point() }
  }

  /** Takes the place of another one with the same method. */
  load({ best, counts, point }: CourseState): void {
    const [count, least, since, isOver] = counts
    this.count = count!
    this.least = least!
    this.since = since!
    this.isOver = isOver === 1
    this.best = best
    this.method.moveTo(point)
  }

  /** Whether the gap is small enough, and has been for a while without the residual becoming so. */
  private get isStuck(): boolean {
    return this.since >= PATIENCE
  }

  /** Whether there was a step: rounding may leave none. */
  private advance(): boolean {
    const { method, tolerance } = this
    try {
      method.step(tolerance / NEARLY)
    } catch (error) {
      if (error instanceof NotPositiveDefinite) return false
      throw error
    }
    if (!Number.isFinite(method.error)) return false
    this.count++
    this.note()
    return true
  }

  private note(): void {
    const { method, tolerance } = this
    const { error } = method
    if (error < this.least) {
      this.least = error
      this.best = method.point()
      this.since = 0
    } else if (method.gap <= tolerance * Math.max(1, Math.abs(method.value))) this.since++
  }

  private goBack(): void {
    this.method.moveTo(this.best)
    this.isOver = true
  }
}

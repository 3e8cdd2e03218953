/** The course of an ADMM: what is recorded on the way, when ρ changes, and when it is done. */
import type { Table } from "athanor/stage"
import type { AdmmResiduals } from "./AdmmSteps.ts"
import type { Loss } from "./losses.ts"
import { objectiveOf, type ReluNetwork } from "./ReluNetwork.ts"
import { recordsOf, tableOf } from "./records.ts"
import type { Examples } from "./tensors.ts"

/** What a course asks of a method. */
export interface AdmmMethod {
  readonly rho: number
  setRho(rho: number): void
  step(): void
  residuals(): AdmmResiduals
  network(): ReluNetwork
}

export interface CourseOptions {
  readonly loss: Loss
  readonly beta: number
  /** Iterations from one record to the next. */
  readonly every: number
  /** All residuals must be this small. */
  readonly tolerance: number
  /** Whether ρ follows the residuals. */
  readonly adaptive: boolean
}

/** What is known after some iterations. */
export interface CourseRecord extends AdmmResiduals {
  readonly iteration: number
  readonly rho: number
  /** Of the network that the blocks make. */
  readonly objective: number
}

/** ρ stays after so many iterations: with it, the method is known to converge. */
const ADAPTING = 2000

/** Residuals further apart than this want another ρ. Source: Boyd et al. (2011), section 3.4.1. */
const APART = 10

/** ρ stays within this factor of the first one: further out, rounding would leave one of the terms of the system alone. */
const FURTHEST = 2 ** 33

const FIELDS = ["iteration", "blocks", "cone", "dual", "rho", "objective"] as const

export class AdmmCourse {
  private readonly admm: AdmmMethod
  private readonly examples: Examples
  private readonly options: CourseOptions
  private readonly firstRho: number
  private records: Array<CourseRecord> = []
  private iteration = 0
  isDone = false

  /** Of a method that has its first ρ. */
  constructor(admm: AdmmMethod, examples: Examples, options: CourseOptions) {
    this.admm = admm
    this.firstRho = admm.rho
    this.examples = examples
    this.options = options
  }

  /** Iterations that were taken. */
  get iterations(): number {
    return this.iteration
  }

  /** One iteration; nothing once the residuals are small enough. */
  step(): void {
    if (this.isDone) return
    this.admm.step()
    this.iteration++
    if (this.iteration % this.options.every === 0) this.look()
  }

  /** What is known now. */
  now(): CourseRecord {
    const { admm, examples, options, iteration } = this
    const objective = objectiveOf(admm.network(), examples, options.beta, options.loss)
    return { iteration, ...admm.residuals(), rho: admm.rho, objective }
  }

  history(): Table {
    return tableOf(FIELDS, this.records)
  }

  /** Goes on where another course ends, with a method that has its state. */
  resume(history: Table, iteration: number): void {
    this.records = recordsOf(FIELDS, history)
    const last = this.records.at(-1)
    this.isDone = last !== undefined && this.isSmall(last)
    this.iteration = this.isDone ? last!.iteration : iteration
  }

  private look(): void {
    const record = this.now()
    this.records.push(record)
    this.isDone = this.isSmall(record)
    if (this.options.adaptive && this.iteration <= ADAPTING && !this.isDone) this.adapt(record)
  }

  private isSmall({ blocks, cone, dual }: AdmmResiduals): boolean {
    return Math.max(blocks, cone, dual) <= this.options.tolerance
  }

  private adapt({ blocks, cone, dual, rho }: CourseRecord): void {
    const primal = Math.sqrt(blocks * blocks + cone * cone)
    if (primal > APART * dual && rho < FURTHEST * this.firstRho) this.admm.setRho(2 * rho)
    else if (dual > APART * primal && rho > this.firstRho / FURTHEST) this.admm.setRho(rho / 2)
  }
}

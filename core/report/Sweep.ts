/** The metrics of a stage with a matrix, by its dimensions: what a sweep asked, and what it found. */
import { type Aggregate, aggregate } from "../explain/aggregate.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"
import { extent } from "./extent.ts"
import type { ReportStage, ReportTask } from "./ReportModel.ts"

/** A dimension in which tasks differ. */
export interface Dimension {
  readonly name: string
  /** Each once; numbers ascending, others in the order of the matrix. */
  readonly values: ReadonlyArray<Json>
  readonly isNumeric: boolean
}

/** Tasks that differ in nothing but the dimensions that are averaged over. */
export interface SweepGroup {
  /** By dimension; `undefined` where its tasks do not have it. */
  readonly at: ReadonlyArray<Json | undefined>
  readonly tasks: ReadonlyArray<ReportTask>
  /** By metric; `undefined` where none of its tasks recorded it. */
  readonly metrics: ReadonlyArray<Aggregate | undefined>
}

export interface Sweep {
  readonly stage: string
  readonly dimensions: ReadonlyArray<Dimension>
  /** Dimensions that are averaged over: seeds and the like. */
  readonly replicates: ReadonlyArray<string>
  readonly metrics: ReadonlyArray<string>
  readonly groups: ReadonlyArray<SweepGroup>
}

/** Dimensions of these names repeat a task, and are not what a study is about. */
const REPLICATE = /^(?:random_?)?(?:seed|init|replicate|repeat|repetition|rep|fold|trial|draw)s?$/iu

/** Whether tasks that differ in a dimension of this name are the same but for chance. */
export const isReplicate = (name: string): boolean => REPLICATE.test(name)

/** The sweep of a stage; `undefined` where its tasks differ in no dimension, or recorded nothing that differs. */
export const sweepOf = ({ id, tasks }: ReportStage): Sweep | undefined => {
  const recording = tasks.filter(({ metrics }) => Object.keys(metrics).length > 0)
  const dimensions = dimensionsOf(recording)
  const metrics = [...new Set(recording.flatMap((task) => Object.keys(task.metrics)))].filter((name) =>
    recording.some((task) => !Object.is(task.metrics[name], recording[0]?.metrics[name]))
  )
  if (dimensions.length === 0 || metrics.length === 0) return undefined
  const kept = dimensions.filter(({ name }) => !isReplicate(name))
  const replicates = dimensions.filter(({ name }) => isReplicate(name)).map(({ name }) => name)
  const groups = [
    ...Map.groupBy(recording, (task) => canonicalText(atOf(task, kept).map((value) => value ?? []))).values()
  ]
  return {
    stage: id,
    dimensions: kept,
    replicates,
    metrics,
    groups: groups.map((members) => ({
      at: members[0] === undefined ? [] : atOf(members[0], kept),
      tasks: members,
      metrics: metrics.map((name) =>
        aggregate(
          members.flatMap((task) => task.metrics[name] ?? []),
          members.length
        )
      )
    }))
  }
}

const atOf = ({ matrix }: ReportTask, dimensions: ReadonlyArray<Dimension>): SweepGroup["at"] =>
  dimensions.map(({ name }) => matrix[name])

/** The dimensions in which tasks differ. */
export const dimensionsOf = (tasks: ReadonlyArray<ReportTask>): ReadonlyArray<Dimension> => {
  const names = [...new Set(tasks.flatMap(({ matrix }) => Object.keys(matrix)))]
  return names.flatMap((name) => {
    const values = [...new Map(tasks.flatMap(({ matrix }) => valueIn(matrix[name]))).values()]
    if (values.length < 2) return []
    const isNumeric = values.every((value) => typeof value === "number" && Number.isFinite(value))
    return [{ name, values: isNumeric ? values.toSorted((a, b) => Number(a) - Number(b)) : values, isNumeric }]
  })
}

const valueIn = (value: Json | undefined): ReadonlyArray<readonly [string, Json]> =>
  value === undefined ? [] : [[canonicalText(value), value]]

/** Whether numbers are better read on a logarithmic axis: steps by a factor, or over more than a decade. */
export const isLogarithmic = (values: ReadonlyArray<number>): boolean => {
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  const [least = 0] = sorted
  const most = sorted.at(-1) ?? 0
  if (!(least > 0) || sorted.length < 3) return false
  const factors = sorted.slice(1).map((value, index) => value / (sorted[index] ?? 1))
  const [smallest, largest] = extent(factors)
  const isGeometric = smallest >= EVEN * largest && smallest >= STEP
  return isGeometric || most / least > DECADE
}

/** The least of factors that are about the same, as a share of the largest; a step by which one multiplies; more than a decade. */
const EVEN = 0.8
const STEP = 1.5
const DECADE = 20

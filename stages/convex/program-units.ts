/**
 * Units in which a program of training is of numbers near 1, whatever those of points, targets and β are.
 *
 * With points c, targets σ (of the squared loss alone) and β/(c σ) in units of their own, blocks are in units of σ/c; and where β is small the
 * optimum is near β Σ ‖u_b‖ of the shortest blocks that fit, so the objective is counted in units of β/w. All are powers of two, and cost no digit.
 */
import { bringingAllBelowOne, bringingBelowOne } from "../math/linear/power-of-two.ts"
import { length } from "../math/linear/Vector.ts"
import type { TrainingProgram } from "./training-program.ts"

export interface ProgramUnits {
  readonly points: number
  readonly targets: number
  /** How often the loss counts. */
  readonly weight: number
}

/** Those in which no point is longer than 1, no target larger, and β is between 1/2 and 1, by weight where it would be smaller. */
export const unitsOf = ({ beta, examples, loss }: TrainingProgram): ProgramUnits => {
  const { data, count, dimension } = examples.x
  const lengths = Float64Array.from({ length: count }, (_, k) =>
    length(data.subarray(k * dimension, (k + 1) * dimension))
  )
  const targets = loss === "squared" ? 1 / bringingAllBelowOne(examples.y) : 1
  const points = 1 / bringingAllBelowOne(lengths)
  const by = bringingBelowOne(beta / (points * targets))
  return by < 1 ? { points: points / by, targets, weight: 1 } : { points, targets, weight: by }
}

/** The program in these units. */
export const inUnits = (program: TrainingProgram, { points, targets, weight }: ProgramUnits): TrainingProgram => {
  const { x, y } = program.examples
  const divided = (all: Float64Array, unit: number): Float64Array => all.map((element) => element / unit)
  const examples = { x: { ...x, data: divided(x.data, points) }, y: divided(y, targets) }
  const beta = (program.beta / (points * targets)) * weight
  return { ...program, examples, radii: divided(program.radii, points), beta, weight }
}

/**
 * The minimum of a quadratic model over the components that the Cauchy point leaves free.
 *
 * Sources: Byrd, Lu, Nocedal and Zhu (1995), section 5.1, the direct primal method; J. L. Morales and J. Nocedal, Remark on Algorithm 778:
 * L-BFGS-B, ACM Trans. Math. Softw. 38 (2011), for the projection.
 */
import { addScaled, difference, dot, scale } from "../linear/Vector.ts"
import { type Bounds, longestStep, project } from "./Bounds.ts"
import type { CauchyPoint } from "./CauchyPoint.ts"
import { type CompactModel, NO_MEMORY, products, setBoth, timesMiddle } from "./CompactModel.ts"
import type { Point } from "./Objective.ts"
import { solveSmall } from "./SmallSystem.ts"

/** The minimum of the model over the components that are not at a bound in the Cauchy point, brought back into the box. */
export const subspaceMinimum = (
  point: Point,
  bounds: Bounds,
  model: CompactModel,
  { x: cauchy, c }: CauchyPoint
): Float64Array | undefined => {
  if (model === NO_MEMORY) return cauchy
  const free = freeComponents(cauchy, bounds)
  if (free.length === 0) return cauchy
  const r = reducedGradient(point, model, cauchy, c, free)
  const step = reducedStep(model, r, free)
  if (step === undefined || !step.every(Number.isFinite)) return undefined
  const aim = cauchy.slice()
  free.forEach((i, k) => {
    aim[i]! += step[k]!
  })
  project(bounds, aim)
  if (dot(difference(aim, point.x), point.gradient) < 0) return aim
  return truncated(cauchy, step, free, bounds)
}

const freeComponents = (x: Float64Array, { lower, upper }: Bounds): Int32Array => {
  const free = new Int32Array(x.length)
  let count = 0
  for (let i = 0; i < x.length; i++) if (x[i]! > lower[i]! && x[i]! < upper[i]!) free[count++] = i
  return free.subarray(0, count)
}

/** The gradient of the model at the Cauchy point, of its free components. */
const reducedGradient = (
  { x, gradient }: Point,
  model: CompactModel,
  cauchy: Float64Array,
  c: Float64Array,
  free: Int32Array
): Float64Array => {
  const image = timesMiddle(model, c)
  const r = new Float64Array(free.length)
  for (let k = 0; k < free.length; k++) {
    const i = free[k]!
    r[k] = gradient[i]! + model.theta * (cauchy[i]! - x[i]!)
  }
  model.columns.forEach((column, j) => {
    for (let k = 0; k < free.length; k++) r[k]! -= image[j]! * column[free[k]!]!
  })
  return r
}

/** −B⁻¹ r on the free components, by the formula of Sherman, Morrison and Woodbury; `undefined` when its middle is singular. */
const reducedStep = (model: CompactModel, r: Float64Array, free: Int32Array): Float64Array | undefined => {
  const { theta, columns } = model
  const rows = columns.map((column) => gather(column, free))
  const v = solveSmall(reducedMiddle(model, free), columns.length, products(rows, r))
  if (v === undefined) return undefined
  const step = r.slice()
  scale(step, -1 / theta)
  rows.forEach((row, j) => {
    addScaled(step, -v[j]! / (theta * theta), row)
  })
  return step
}

/**
 * M⁻¹ − W_Fᵀ W_F / θ over the free components F, which is [−I − Y_Fᵀ Y_F / θ, (L_A − R_F)ᵀ; L_A − R_F, θ S_Aᵀ S_A] with the components A that are
 * not, where L has sᵢᵀ yⱼ for i > j and R for i ≤ j: nothing is subtracted that would cancel.
 */
const reducedMiddle = ({ theta, steps, changes }: CompactModel, free: Int32Array): Float64Array => {
  const count = steps.length
  const order = 2 * count
  const fixed = complement(free, steps[0]!.length)
  const [freeS, freeY] = [steps.map((s) => gather(s, free)), changes.map((y) => gather(y, free))]
  const [fixedS, fixedY] = [steps.map((s) => gather(s, fixed)), changes.map((y) => gather(y, fixed))]
  const middle = new Float64Array(order * order)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const between = i > j ? dot(fixedS[i]!, fixedY[j]!) : -dot(freeS[i]!, freeY[j]!)
      setBoth(middle, order, count + i, j, between)
      if (j > i) continue
      setBoth(middle, order, i, j, (i === j ? -1 : 0) - dot(freeY[i]!, freeY[j]!) / theta)
      setBoth(middle, order, count + i, count + j, theta * dot(fixedS[i]!, fixedS[j]!))
    }
  }
  return middle
}

/** Which of 0 … n − 1 an ascending list leaves out. */
const complement = (list: Int32Array, n: number): Int32Array => {
  const rest = new Int32Array(n - list.length)
  let [at, count] = [0, 0]
  for (let i = 0; i < n; i++) {
    if (list[at] === i) at++
    else rest[count++] = i
  }
  return rest
}

const gather = (x: Float64Array, indices: Int32Array): Float64Array => {
  if (indices.length === x.length) return x
  const result = new Float64Array(indices.length)
  for (let k = 0; k < result.length; k++) result[k] = x[indices[k]!]!
  return result
}

/** As far along the step as the box allows. */
const truncated = (cauchy: Float64Array, step: Float64Array, free: Int32Array, bounds: Bounds): Float64Array => {
  const whole = new Float64Array(cauchy.length)
  free.forEach((i, k) => {
    whole[i] = step[k]!
  })
  const share = Math.min(1, longestStep(bounds, cauchy, whole))
  const aim = cauchy.map((component, i) => component + share * whole[i]!)
  project(bounds, aim)
  return aim
}

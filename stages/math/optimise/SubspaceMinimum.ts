/**
 * The minimum of a quadratic model over the components that the Cauchy point leaves free.
 *
 * Sources: Byrd, Lu, Nocedal and Zhu (1995), section 5.1, the direct primal method; J. L. Morales and J. Nocedal, Remark on Algorithm 778:
 * L-BFGS-B, ACM Trans. Math. Softw. 38 (2011), for the projection.
 */
import { addScaled, difference, dot, scale } from "../linear/Vector.ts"
import { type Bounds, longestStep, project } from "./Bounds.ts"
import type { CauchyPoint } from "./CauchyPoint.ts"
import { type CompactModel, timesColumns, timesMiddle } from "./CompactModel.ts"
import { gather, type InnerProducts, productsBeside, productsOf, setBoth } from "./InnerProducts.ts"
import type { Point } from "./Objective.ts"
import { factorSmall, solveFactored } from "./SmallSystem.ts"
import type { StepMemory } from "./StepMemory.ts"

/** The minimum of the model over the components that are not at a bound in the Cauchy point, brought back into the box. */
export const subspaceMinimum = (
  point: Point,
  bounds: Bounds,
  model: CompactModel,
  products: InnerProducts,
  { x: cauchy, c }: CauchyPoint
): Float64Array | undefined => {
  if (model.memory.steps.length === 0) return cauchy
  const free = freeComponents(cauchy, bounds)
  if (free.length === 0) return cauchy
  const part = memoryOver(model.memory, free)
  const r = reducedGradient(point, model, part, cauchy, c, free)
  const step = reducedStep(model, products, part, r, free)
  if (step === undefined || !step.every(Number.isFinite)) return undefined
  const aim = cauchy.slice()
  for (let k = 0; k < free.length; k++) aim[free[k]!]! += step[k]!
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

/** What is remembered of some components. */
const memoryOver = ({ steps, changes }: StepMemory, components: Int32Array): StepMemory => ({
  steps: steps.map((s) => gather(s, components)),
  changes: changes.map((y) => gather(y, components))
})

/** The gradient of the model at the Cauchy point, of its free components. */
const reducedGradient = (
  { x, gradient }: Point,
  model: CompactModel,
  { steps, changes }: StepMemory,
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
  const count = steps.length
  for (let j = 0; j < count; j++) {
    addScaled(r, -image[j]!, changes[j]!)
    addScaled(r, -model.theta * image[count + j]!, steps[j]!)
  }
  return r
}

/** −B⁻¹ r on the free components, by the formula of Sherman, Morrison and Woodbury; `undefined` when its middle is singular. */
const reducedStep = (
  model: CompactModel,
  products: InnerProducts,
  part: StepMemory,
  r: Float64Array,
  free: Int32Array
): Float64Array | undefined => {
  const { theta } = model
  const { steps, changes } = part
  const count = steps.length
  const middle = factorSmall(reducedMiddle(model, products, part, free), 2 * count)
  if (middle === undefined) return undefined
  const v = solveFactored(middle, timesColumns({ ...model, memory: part }, r))
  const step = r.slice()
  scale(step, -1 / theta)
  for (let j = 0; j < count; j++) {
    addScaled(step, -v[j]! / (theta * theta), changes[j]!)
    addScaled(step, -v[count + j]! / theta, steps[j]!)
  }
  return step
}

/**
 * M⁻¹ − W_Fᵀ W_F / θ over the free components F, which is [−I − Y_Fᵀ Y_F / θ, (L_A − R_F)ᵀ; L_A − R_F, θ S_Aᵀ S_A] with the components A that
 * are not, where L has sᵢᵀ yⱼ for i > j and R for i ≤ j: where all are free, what would cancel is not even there.
 */
const reducedMiddle = (
  { theta, memory }: CompactModel,
  all: InnerProducts,
  part: StepMemory,
  free: Int32Array
): Float64Array => {
  const count = memory.steps.length
  const order = 2 * count
  const [overFree, overFixed] = splitProducts(memory, all, part, free)
  const middle = new Float64Array(order * order)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const at = i * count + j
      setBoth(middle, order, count + i, j, i > j ? overFixed.sy[at]! : -overFree.sy[at]!)
      if (j > i) continue
      setBoth(middle, order, i, j, (i === j ? -1 : 0) - overFree.yy[at]! / theta)
      setBoth(middle, order, count + i, count + j, theta * overFixed.ss[at]!)
    }
  }
  return middle
}

/** Products over the free components and over the others: those of the fewer are summed up, and taken off for the rest. */
const splitProducts = (
  memory: StepMemory,
  all: InnerProducts,
  part: StepMemory,
  free: Int32Array
): readonly [InnerProducts, InnerProducts] => {
  const fixed = complement(free, memory.steps[0]!.length)
  const isMostlyFree = fixed.length <= free.length
  const summed = productsOf(isMostlyFree ? memoryOver(memory, fixed) : part)
  const rest = productsBeside(all, summed)
  return isMostlyFree ? [rest, summed] : [summed, rest]
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

/** Carries plans out: transforms of lines, and of the columns of a matrix, that lie in the memory of a transform. */
import { type ComplexSpace, SIZE } from "./ComplexSpace.ts"
import type { Chirp, FourierPlan, Stockham, TwoSteps } from "./FourierPlan.ts"
import type { FourierInstance } from "./fourier-instance.ts"

/** Where the numbers lie, and what computes on them. */
export interface Engine {
  readonly kernels: FourierInstance
  readonly space: ComplexSpace
}

/** Numbers that go through all passes at once: they and their copy stay in the first-level cache. */
const BLOCK = 1024

/** Columns that are taken out of a matrix at once: two cache lines of each row. */
const COLUMNS = 8

/** The sums of `count` lines of the plan's length, without a factor. What is at `from` stays; `to` is another place. */
export const transformLines = (
  engine: Engine,
  plan: FourierPlan,
  from: number,
  to: number,
  count: number,
  inverse: boolean
): void => {
  if (plan._tag === "Stockham") {
    inBlocks(engine, plan, from, to, count, inverse)
    return
  }
  for (let line = 0; line < count; line++) {
    const offset = line * plan.n * SIZE
    engine.space.temporary(() => {
      if (plan._tag === "TwoSteps") inTwoSteps(engine, plan, from + offset, to + offset, inverse)
      else byChirp(engine, plan, from + offset, to + offset, inverse)
    })
  }
}

/** The same of the columns of a matrix, in place. */
export const transformColumns = (
  { kernels, space }: Engine,
  plan: FourierPlan,
  at: number,
  width: number,
  inverse: boolean
): void => {
  const { n } = plan
  const lines = space.allocate(n * COLUMNS)
  const transformed = space.allocate(n * COLUMNS)
  for (let first = 0; first < width; first += COLUMNS) {
    const count = Math.min(COLUMNS, width - first)
    kernels.transpose(at + first * SIZE, width, lines, n, n, count)
    transformLines({ kernels, space }, plan, lines, transformed, count, inverse)
    kernels.transpose(transformed, n, at + first * SIZE, width, count, n)
  }
}

const inBlocks = (
  { kernels, space }: Engine,
  plan: Stockham,
  from: number,
  to: number,
  count: number,
  inverse: boolean
): void =>
  space.temporary(() => {
    const atOnce = Math.max(1, Math.floor(BLOCK / plan.n))
    const aside = space.allocate(atOnce * plan.n)
    for (let line = 0; line < count; line += atOnce) {
      const offset = line * plan.n * SIZE
      passes(kernels, plan, from + offset, to + offset, aside, Math.min(atOnce, count - line), inverse)
    }
  })

/** All passes on some lines, to and fro between `to` and `aside`, so that the last one ends at `to`. */
const passes = (
  kernels: FourierInstance,
  { n, passes }: Stockham,
  from: number,
  to: number,
  aside: number,
  lines: number,
  inverse: boolean
): void => {
  if (passes.length === 0) kernels.transpose(from, n, to, n, 1, lines)
  let at = from
  for (const [index, { radix, m, s, table }] of passes.entries()) {
    const next = (passes.length - index) % 2 === 1 ? to : aside
    kernels[`radix${radix}`](at, next, lines, m, s, table, inverse)
    at = next
  }
}

/** The columns of the line as a matrix, the factors in between, its rows, and the transpose of what they give. */
const inTwoSteps = (engine: Engine, plan: TwoSteps, from: number, to: number, inverse: boolean): void => {
  const { kernels, space } = engine
  const [rows, columns] = [plan.rows.n, plan.columns.n]
  const matrix = space.allocate(plan.n)
  const lines = space.allocate(Math.max(rows, columns) * COLUMNS)
  const transformed = space.allocate(Math.max(rows, columns) * COLUMNS)
  for (let first = 0; first < columns; first += COLUMNS) {
    const count = Math.min(COLUMNS, columns - first)
    kernels.transpose(from + first * SIZE, columns, lines, rows, rows, count)
    transformLines(engine, plan.rows, lines, transformed, count, inverse)
    const { fine, coarse, bits } = plan
    kernels.interlude(transformed, matrix + first * SIZE, columns, rows, count, first, fine, coarse, bits, inverse)
  }
  for (let first = 0; first < rows; first += COLUMNS) {
    const count = Math.min(COLUMNS, rows - first)
    transformLines(engine, plan.columns, matrix + first * columns * SIZE, transformed, count, inverse)
    kernels.transpose(transformed, columns, to + first * SIZE, rows, count, columns)
  }
}

/** X_k = c̄_k Σ_j (x_j c̄_j) c_(k−j): the sum is a product of transforms. Conjugated for the inverse. */
const byChirp = (engine: Engine, plan: Chirp, from: number, to: number, inverse: boolean): void => {
  const { kernels, space } = engine
  const { n, inner, chirp, spectrum } = plan
  const [padded, transformed] = [space.allocate(inner.n), space.allocate(inner.n)]
  kernels.modulate(from, padded, n, chirp, inverse)
  space.view(padded + n * SIZE, inner.n - n).fill(0)
  transformLines(engine, inner, padded, transformed, 1, false)
  kernels.modulate(transformed, transformed, inner.n, spectrum, !inverse)
  transformLines(engine, inner, transformed, padded, 1, true)
  kernels.modulate(padded, to, n, chirp, inverse)
}

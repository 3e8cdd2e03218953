/** Carries plans out: transforms of lines, and of the columns of a matrix, that lie in the memory of a transform. */
import { type ComplexSpace, SIZE } from "./ComplexSpace.ts"
import type { Chirp, FourierPlan, PlannedPass, Stockham, TwoSteps } from "./FourierPlan.ts"
import type { FourierInstance } from "./fourier-instance.ts"

/** Where the numbers lie, and what computes on them. */
export interface Engine {
  readonly kernels: FourierInstance
  readonly space: ComplexSpace
}

/** Some lines in memory: the first at an address, each a pitch, in numbers, from the next. */
interface Lines {
  readonly at: number
  readonly pitch: number
}

/** Numbers that go through all passes at once: they and their copy stay in the first-level cache. */
const BLOCK = 1024

/** Columns that are taken out of a matrix at once: two cache lines of each row. */
const COLUMNS = 8

/** Added to the distance of lines, so that those of a power of two do not fight for the same places of the cache. */
const PADDING = 4

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
  engine: Engine,
  plan: FourierPlan,
  at: number,
  width: number,
  inverse: boolean
): void =>
  engine.space.temporary(() => {
    const buffers = columnBuffers(engine.space, plan.n)
    for (let first = 0; first < width; first += COLUMNS) {
      const [columns, count] = [{ at: at + first * SIZE, pitch: width }, Math.min(COLUMNS, width - first)]
      if (plan._tag === "Stockham") columnsAtOnce(engine.kernels, plan, columns, buffers, count, inverse)
      else columnByColumn(engine, plan, columns, buffers, count, inverse)
    }
  })

type Buffers = readonly [Lines, Lines]

const columnBuffers = (space: ComplexSpace, n: number): Buffers => {
  const pitch = n + PADDING
  const lines = (): Lines => ({ at: space.allocate(pitch * COLUMNS), pitch })
  return [lines(), lines()]
}

const columnsAtOnce = (
  kernels: FourierInstance,
  { n, passes }: Stockham,
  columns: Lines,
  buffers: Buffers,
  count: number,
  inverse: boolean
): void => {
  const rest = takeColumns(kernels, n, passes, columns, buffers[0], count, inverse)
  const { middle, last } = withLastApart(rest)
  const lines = perform(kernels, middle, buffers[0], [buffers[1], buffers[0]], count, inverse)
  leaveColumns(kernels, n, last, lines, columns, count, inverse)
}

const columnByColumn = (
  engine: Engine,
  plan: TwoSteps | Chirp,
  columns: Lines,
  [lines, transformed]: Buffers,
  count: number,
  inverse: boolean
): void => {
  const { kernels } = engine
  kernels.transpose(columns.at, columns.pitch, lines.at, plan.n, plan.n, count)
  transformLines(engine, plan, lines.at, transformed.at, count, inverse)
  kernels.transpose(transformed.at, plan.n, columns.at, columns.pitch, count, plan.n)
}

const inBlocks = (
  { kernels, space }: Engine,
  { n, passes }: Stockham,
  from: number,
  to: number,
  count: number,
  inverse: boolean
): void =>
  space.temporary(() => {
    const atOnce = Math.max(1, Math.floor(BLOCK / n))
    const aside = { at: space.allocate(atOnce * n), pitch: n }
    for (let line = 0; line < count; line += atOnce) {
      const lines = Math.min(atOnce, count - line)
      const source = { at: from + line * n * SIZE, pitch: n }
      const target = { at: to + line * n * SIZE, pitch: n }
      // To and fro, so that the last pass ends at the target.
      const buffers: Buffers = passes.length % 2 === 1 ? [target, aside] : [aside, target]
      if (passes.length > 0) perform(kernels, passes, source, buffers, lines, inverse)
      else kernels.transpose(source.at, 1, target.at, lines, lines, 1)
    }
  })

/** Some passes, from one buffer to the other; where the lines are afterwards. */
const perform = (
  kernels: FourierInstance,
  passes: ReadonlyArray<PlannedPass>,
  source: Lines,
  buffers: Buffers,
  count: number,
  inverse: boolean
): Lines => {
  let lines = source
  for (const [index, { radix, m, s, table }] of passes.entries()) {
    const next = buffers[index % 2]!
    kernels[`radix${radix}`](lines.at, lines.pitch, next.at, next.pitch, count, m, s, table, inverse)
    lines = next
  }
  return lines
}

/** Columns of a matrix become lines, with the first pass on the way where it can; the passes that are left. */
const takeColumns = (
  kernels: FourierInstance,
  n: number,
  passes: ReadonlyArray<PlannedPass>,
  columns: Lines,
  to: Lines,
  count: number,
  inverse: boolean
): ReadonlyArray<PlannedPass> => {
  const [first, ...rest] = passes
  if (first?.radix === 4 && first.m > 1) {
    kernels.radix4OfColumns(columns.at, columns.pitch, to.at, to.pitch, count, first.m, first.table, inverse)
    return rest
  }
  kernels.transpose(columns.at, columns.pitch, to.at, to.pitch, n, count)
  return passes
}

interface Parted {
  readonly middle: ReadonlyArray<PlannedPass>
  /** The last pass, where `leaveColumns` can do it on the way. */
  readonly last: PlannedPass | undefined
}

const withLastApart = (passes: ReadonlyArray<PlannedPass>): Parted => {
  const last = passes.at(-1)
  return last?.radix === 4 ? { middle: passes.slice(0, -1), last } : { middle: passes, last: undefined }
}

/** Lines become columns of a matrix, with the last pass on the way. */
const leaveColumns = (
  kernels: FourierInstance,
  n: number,
  last: PlannedPass | undefined,
  from: Lines,
  columns: Lines,
  count: number,
  inverse: boolean
): void => {
  if (last === undefined) kernels.transpose(from.at, from.pitch, columns.at, columns.pitch, count, n)
  else kernels.radix4ToColumns(from.at, from.pitch, columns.at, columns.pitch, count, last.s, inverse)
}

/** The columns of the line as a matrix, the factors in between, its rows, and the transpose of what they give. */
const inTwoSteps = ({ kernels, space }: Engine, plan: TwoSteps, from: number, to: number, inverse: boolean): void => {
  const [rows, columns] = [plan.rows.n, plan.columns.n]
  const matrix = space.allocate(plan.n)
  const buffers = columnBuffers(space, Math.max(rows, columns))
  for (let first = 0; first < columns; first += COLUMNS) {
    const [source, count] = [{ at: from + first * SIZE, pitch: columns }, Math.min(COLUMNS, columns - first)]
    const rest = takeColumns(kernels, rows, plan.rows.passes, source, buffers[0], count, inverse)
    const { at, pitch } = perform(kernels, rest, buffers[0], [buffers[1], buffers[0]], count, inverse)
    const { fine, coarse, bits } = plan
    kernels.interlude(at, pitch, matrix + first * SIZE, columns, rows, count, first, fine, coarse, bits, inverse)
  }
  const { middle, last } = withLastApart(plan.columns.passes)
  for (let first = 0; first < rows; first += COLUMNS) {
    const count = Math.min(COLUMNS, rows - first)
    const source = { at: matrix + first * columns * SIZE, pitch: columns }
    const lines = perform(kernels, middle, source, buffers, count, inverse)
    leaveColumns(kernels, columns, last, lines, { at: to + first * SIZE, pitch: rows }, count, inverse)
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

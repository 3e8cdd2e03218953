/**
 * Implicit QR on an upper bidiagonal matrix: singular values to full relative accuracy, however small.
 *
 * Where a shift would cost digits of a small singular value, the step has none. Source: Demmel and Kahan, Accurate
 * Singular Values of Bidiagonal Matrices, SIAM J. Sci. Stat. Comput. 11 (1990).
 */

/** Relative size below which an element beside the diagonal is forgotten. */
const TOLERANCE = 16 * Number.EPSILON

/** Elements beside the diagonal that are forgotten whatever they stand beside: next to the smallest numbers no step makes them smaller. */
const FLOOR = 2 ** -990

/** Steps for each singular value; two or three are usual. */
const MAX_STEPS = 60

/** Rows of singular vectors that rotations go along with, `width` elements each. */
export interface Rows {
  readonly data: Float64Array
  readonly width: number
}

export interface Sides {
  readonly left: Rows
  readonly right: Rows
}

/**
 * Diagonalises the matrix with the diagonal `d`, where e[i] lies on the right of d[i]; both are overwritten, `d` by the
 * singular values, in no order.
 *
 * The largest element is of size 1, or about: values below 1e-280 lose digits. With one element more in `e` than d.length − 1 the matrix has one column more than rows. Throws `RangeError` when it
 * does not converge, which a finite matrix never shows.
 */
export const iterateQr = (d: Float64Array, e: Float64Array, sides?: Sides): void => {
  const n = d.length
  if (e.length === n && n > 0) foldLastColumn(d, e, sides)
  let steps = 0
  for (let high = n - 1; high > 0; ) {
    const low = splitting(d, e, high)
    if (low === high) {
      high--
      continue
    }
    if (steps++ > MAX_STEPS * n) throw new RangeError(`QR did not converge at singular value ${high}`)
    // Downwards where the matrix is graded so, and upwards as a step downwards on the transpose read backwards.
    const isDown = Math.abs(d[low]!) >= Math.abs(d[high]!)
    sweep(new Part(d, e, low, high, isDown, sides))
  }
  for (let i = 0; i < n; i++) {
    if (d[i]! < 0 && sides !== undefined) negate(sides.right, i)
    d[i] = Math.abs(d[i]!)
  }
}

/**
 * Where the part that ends at `high` and has no zero beside its diagonal begins; sets elements to zero that count for
 * nothing.
 */
const splitting = (d: Float64Array, e: Float64Array, high: number): number => {
  // Up and down, |e| is compared with a lower bound of the smallest singular value of what lies on that side.
  let size = Math.abs(d[high]!)
  for (let i = high - 1; i >= 0; i--) {
    if (Math.abs(e[i]!) <= Math.max(TOLERANCE * size, FLOOR)) {
      e[i] = 0
      return settled(d, e, i + 1, high)
    }
    size = Math.abs(d[i]!) * (size / (size + Math.abs(e[i]!)))
  }
  return settled(d, e, 0, high)
}

const settled = (d: Float64Array, e: Float64Array, low: number, high: number): number => {
  let size = Math.abs(d[low]!)
  let from = low
  for (let i = low; i < high; i++) {
    const next = Math.abs(d[i + 1]!)
    if (Math.abs(e[i]!) <= Math.max(TOLERANCE * size, FLOOR)) {
      e[i] = 0
      from = i + 1
      size = next
    } else size = next * (size / (size + Math.abs(e[i]!)))
  }
  return from
}

/** A part of the matrix, seen downwards or upwards. */
class Part {
  private readonly d: Float64Array
  private readonly e: Float64Array
  private readonly low: number
  private readonly high: number
  private readonly isDown: boolean
  private readonly sides: Sides | undefined

  constructor(d: Float64Array, e: Float64Array, low: number, high: number, isDown: boolean, sides: Sides | undefined) {
    this.d = d
    this.e = e
    this.low = low
    this.high = high
    this.isDown = isDown
    this.sides = sides
  }

  get last(): number {
    return this.high - this.low
  }

  diagonal(k: number): number {
    return this.d[this.isDown ? this.low + k : this.high - k]!
  }

  setDiagonal(k: number, value: number): void {
    this.d[this.isDown ? this.low + k : this.high - k] = value
  }

  beside(k: number): number {
    return this.e[this.isDown ? this.low + k : this.high - 1 - k]!
  }

  setBeside(k: number, value: number): void {
    this.e[this.isDown ? this.low + k : this.high - 1 - k] = value
  }

  /** Rotates k and k + 1, of columns and then of rows. */
  rotate(k: number, columns: Rotation, rows: Rotation): void {
    if (this.sides === undefined) return
    const { left, right } = this.sides
    const [i, j] = this.isDown ? [this.low + k, this.low + k + 1] : [this.high - k, this.high - k - 1]
    rotateRows(this.isDown ? right : left, i, j, columns)
    rotateRows(this.isDown ? left : right, i, j, rows)
  }
}

const sweep = (part: Part): void => {
  const { last } = part
  const first = Math.abs(part.diagonal(0))
  const shift = smallestOfTwo(part.diagonal(last - 1), part.beside(last - 1), part.diagonal(last))
  const relative = shift / first
  if (first === 0 || relative * relative < Number.EPSILON || !keepsDigits(part)) plainSweep(part)
  else shiftedSweep(part, shift)
}

/** Whether a shift leaves the smallest singular value its digits. */
const keepsDigits = (part: Part): boolean => {
  let size = Math.abs(part.diagonal(0))
  let [smallest, largest] = [size, size]
  for (let k = 0; k < part.last; k++) {
    const beside = Math.abs(part.beside(k))
    size = Math.abs(part.diagonal(k + 1)) * (size / (size + beside))
    smallest = Math.min(smallest, size)
    largest = Math.max(largest, beside, Math.abs(part.diagonal(k + 1)))
  }
  return (part.last + 1) * TOLERANCE * (smallest / largest) > Number.EPSILON / 2
}

/** One step without a shift, in which nothing is ever subtracted. */
const plainSweep = (part: Part): void => {
  const { last } = part
  let [columns, rows]: [Rotation, Rotation] = [STILL, STILL]
  for (let k = 0; k < last; k++) {
    columns = rotation(part.diagonal(k) * columns.c, part.beside(k))
    if (k > 0) part.setBeside(k - 1, rows.s * columns.r)
    rows = rotation(rows.c * columns.r, part.diagonal(k + 1) * columns.s)
    part.setDiagonal(k, rows.r)
    part.rotate(k, columns, rows)
  }
  const rest = part.diagonal(last) * columns.c
  part.setDiagonal(last, rest * rows.c)
  part.setBeside(last - 1, rest * rows.s)
}

const shiftedSweep = (part: Part, shift: number): void => {
  const { last } = part
  const start = part.diagonal(0)
  let f = (Math.abs(start) - shift) * ((start >= 0 ? 1 : -1) + shift / start)
  let g = part.beside(0)
  for (let k = 0; k < last; k++) {
    const columns = rotation(f, g)
    if (k > 0) part.setBeside(k - 1, columns.r)
    const [d, e, next] = [part.diagonal(k), part.beside(k), part.diagonal(k + 1)]
    const beside = columns.c * e - columns.s * d
    const rest = columns.c * next
    const rows = rotation(columns.c * d + columns.s * e, columns.s * next)
    part.setDiagonal(k, rows.r)
    f = rows.c * beside + rows.s * rest
    part.setDiagonal(k + 1, rows.c * rest - rows.s * beside)
    if (k < last - 1) {
      g = rows.s * part.beside(k + 1)
      part.setBeside(k + 1, rows.c * part.beside(k + 1))
    }
    part.rotate(k, columns, rows)
  }
  part.setBeside(last - 1, f)
}

/** The smaller singular value of [f g; 0 h], without cancellation. */
const smallestOfTwo = (f: number, g: number, h: number): number => {
  const [x, y, z] = [Math.abs(f), Math.abs(g), Math.abs(h)]
  const [small, large] = x < z ? [x, z] : [z, x]
  if (small === 0) return 0
  const [sum, difference] = [1 + small / large, (large - small) / large]
  if (y < large) {
    const ratio = (y / large) ** 2
    return small * (2 / (Math.sqrt(sum * sum + ratio) + Math.sqrt(difference * difference + ratio)))
  }
  const ratio = large / y
  if (ratio === 0) return (small * large) / y
  const c = 1 / (Math.sqrt(1 + (sum * ratio) ** 2) + Math.sqrt(1 + (difference * ratio) ** 2))
  return 2 * (small * c * ratio)
}

/**
 * Brings a matrix with one column more than rows to a square one: rotations of columns make it lower bidiagonal, of
 * rows upper again.
 */
const foldLastColumn = (d: Float64Array, e: Float64Array, sides: Sides | undefined): void => {
  const n = d.length
  fold(d, e, n, sides?.right)
  e[n - 1] = 0
  fold(d, e, n - 1, sides?.left)
}

/** Rotates each e[i], i below `count`, into d[i]; what it makes of the next diagonal element takes its place. */
const fold = (d: Float64Array, e: Float64Array, count: number, rows: Rows | undefined): void => {
  for (let i = 0; i < count; i++) {
    const turn = rotation(d[i]!, e[i]!)
    d[i] = turn.r
    if (i + 1 < d.length) {
      e[i] = turn.s * d[i + 1]!
      d[i + 1]! *= turn.c
    }
    if (rows !== undefined) rotateRows(rows, i, i + 1, turn)
  }
}

/** c f + s g = r, c g − s f = 0. */
interface Rotation {
  readonly c: number
  readonly s: number
  readonly r: number
}

const STILL: Rotation = { c: 1, s: 0, r: 0 }

/** Below this squares would lose digits. */
const SMALL = 2 ** -480

const rotation = (f: number, g: number): Rotation => {
  if (g === 0) return { c: 1, s: 0, r: f }
  if (f === 0) return { c: 0, s: 1, r: g }
  const size = Math.max(Math.abs(f), Math.abs(g))
  if (size < SMALL) {
    const { c, s, r } = rotation(f / SMALL, g / SMALL)
    return { c, s, r: r * SMALL }
  }
  const r = Math.sqrt(f * f + g * g)
  return { c: f / r, s: g / r, r }
}

const rotateRows = ({ data, width }: Rows, i: number, j: number, { c, s }: Rotation): void => {
  if (s === 0 && c === 1) return
  const below = (j - i) * width
  for (let at = i * width, end = at + width; at < end; at++) {
    const x = data[at]!
    const y = data[at + below]!
    data[at] = c * x + s * y
    data[at + below] = c * y - s * x
  }
}

const negate = ({ data, width }: Rows, i: number): void => {
  for (let k = i * width; k < (i + 1) * width; k++) data[k] = -data[k]!
}

/** Row-major matrices in WebAssembly memory, and rectangular blocks of them. */

export type Precision = "f64" | "f32"

export const BYTES = { f64: 8, f32: 4 } as const

/** The typed array that holds elements of a precision. */
export type Elements<P extends Precision> = P extends "f64" ? Float64Array : Float32Array

/** Element (i, j) lies `i · stride + j` elements behind `address`. */
export class Matrix<P extends Precision = Precision> {
  readonly rows: number
  readonly columns: number
  /** Elements from the beginning of a row to that of the next; more than `columns` in a block of a wider matrix. */
  readonly stride: number
  /** In bytes. */
  readonly address: number
  readonly precision: P
  private readonly memory: WebAssembly.Memory

  constructor(
    memory: WebAssembly.Memory,
    precision: P,
    address: number,
    rows: number,
    columns: number,
    stride: number = columns
  ) {
    this.memory = memory
    this.precision = precision
    this.address = address
    this.rows = rows
    this.columns = columns
    this.stride = stride
  }

  /**
   * A view of the elements; take it anew after anything was allocated.
   *
   * Throws `RangeError` for a block with gaps between its rows: those have `row`, `set`, `fill` and `toFloat64`.
   */
  get data(): Elements<P> {
    if (!this.isWhole) throw new RangeError(`rows of ${this.columns} elements, ${this.stride} apart, are not one array`)
    return this.elements(0, this.rows * this.columns)
  }

  /** A view of row `i`; take it anew after anything was allocated. */
  row(i: number): Elements<P> {
    return this.elements(i * this.stride, this.columns)
  }

  /** A view from the first element to the last, with what lies between rows, for native code; take it anew after anything was allocated. */
  extent(): Elements<P> {
    const isEmpty = this.rows === 0 || this.columns === 0
    return this.elements(0, isEmpty ? 0 : (this.rows - 1) * this.stride + this.columns)
  }

  /** The block from (row, column) on: it shares its elements. Throws `RangeError` when it reaches outside. */
  block(row: number, column: number, rows: number, columns: number): Matrix<P> {
    const isInside = row + rows <= this.rows && column + columns <= this.columns
    if (!isInside || Math.min(row, column, rows, columns) < 0) {
      throw new RangeError(
        `${rows}×${columns} from (${row}, ${column}) reaches outside of ${this.rows}×${this.columns}`
      )
    }
    const address = this.address + (row * this.stride + column) * BYTES[this.precision]
    return new Matrix(this.memory, this.precision, address, rows, columns, this.stride)
  }

  /** Takes all elements from an array, row-major. Throws `RangeError` when it has another length. */
  set(values: Float64Array | Float32Array): void {
    const { rows, columns } = this
    if (values.length !== rows * columns) {
      throw new RangeError(`${values.length} elements do not fill ${rows}×${columns}`)
    }
    for (const [span, from] of this.spans()) span.set(values.subarray(from, from + span.length))
  }

  fill(value: number): void {
    if (this.isWhole) this.data.fill(value)
    else for (let i = 0; i < this.rows; i++) this.row(i).fill(value)
  }

  /** A copy of the elements in double precision, row-major. */
  toFloat64(): Float64Array {
    const copy = new Float64Array(this.rows * this.columns)
    for (const [span, from] of this.spans()) copy.set(span, from)
    return copy
  }

  private get isWhole(): boolean {
    return this.stride === this.columns || this.rows <= 1
  }

  /** The elements in pieces that have no gaps, each with the number of elements before it. */
  private spans(): ReadonlyArray<readonly [Elements<P>, number]> {
    if (this.isWhole) return [[this.data, 0]]
    return Array.from({ length: this.rows }, (_, i) => [this.row(i), i * this.columns] as const)
  }

  private elements(from: number, count: number): Elements<P> {
    const type = this.precision === "f64" ? Float64Array : Float32Array
    return new type(this.memory.buffer, this.address + from * BYTES[this.precision], count) as Elements<P>
  }
}

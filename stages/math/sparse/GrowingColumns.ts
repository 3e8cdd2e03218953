/** Columns of a triangular factor whose sizes are not known before. */
export class GrowingColumns {
  readonly starts: Int32Array
  rows: Int32Array
  values: Float64Array
  private end = 0

  constructor(columns: number, capacity: number) {
    this.starts = new Int32Array(columns + 1)
    this.rows = new Int32Array(capacity)
    this.values = new Float64Array(capacity)
  }

  /** Makes room for `count` more entries. */
  reserve(count: number): void {
    if (this.end + count <= this.rows.length) return
    const capacity = 2 * (this.end + count)
    const [rows, values] = [new Int32Array(capacity), new Float64Array(capacity)]
    rows.set(this.rows)
    values.set(this.values)
    this.rows = rows
    this.values = values
  }

  /** Adds an entry to the open column, for which there is room. */
  push(row: number, value: number): void {
    this.rows[this.end] = row
    this.values[this.end++] = value
  }

  /** Ends column k, and opens the next one. */
  close(k: number): void {
    this.starts[k + 1] = this.end
  }

  /** What there is, without the room for more. */
  finish(): { readonly starts: Int32Array; readonly rows: Int32Array; readonly values: Float64Array } {
    return { starts: this.starts, rows: this.rows.slice(0, this.end), values: this.values.slice(0, this.end) }
  }
}

/**
 * Matrices of zeros and ones, and their products with dense matrices of a workspace, without a multiplication.
 *
 * Source: V. L. Arlazarov, E. A. Dinic, M. A. Kronrod, I. A. Faradzhev, Soviet Math. Dokl. 11 (1970): "the four Russians".
 */
import { BINARY_WASM } from "../wasm/binary.wasm.ts"
import type { Matrix } from "./Matrix.ts"
import type { Workspace } from "./Workspace.ts"

/** Columns that one byte speaks of. */
const GROUP = 4

/** Columns of a result that one call computes. */
const SHARE = 64

/** On raw memory; see `wasm/assembly/binary.ts`. Addresses in bytes, distances of rows in elements. */
type Product = (
  m: number,
  n: number,
  k: number,
  choices: number,
  a: number,
  lda: number,
  c: number,
  ldc: number,
  scratch: number
) => void

export class BinaryMatrix {
  readonly rows: number
  readonly columns: number
  private readonly space: Workspace<"f64">
  /** Bytes, ⌈columns / 4⌉ a row: bit b of byte g is element 4 g + b. */
  private readonly choices: Matrix<"f64">
  private readonly product: Product

  /** From rows × columns numbers 0 or 1, row-major; stays in the workspace. Throws `RangeError` when there are more or fewer. */
  constructor(space: Workspace<"f64">, rows: number, columns: number, elements: Uint8Array) {
    if (elements.length !== rows * columns) {
      throw new RangeError(`${elements.length} elements do not fill ${rows}×${columns}`)
    }
    this.rows = rows
    this.columns = columns
    this.space = space
    this.product = space.module<{ readonly product: Product }>(BINARY_WASM).product
    const groups = Math.ceil(columns / GROUP)
    this.choices = space.matrix(1, Math.ceil((rows * groups) / Float64Array.BYTES_PER_ELEMENT))
    const bytes = new Uint8Array(space.buffer, this.choices.address, rows * groups)
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, at++) {
        if (elements[at] !== 0) bytes[i * groups + Math.floor(j / GROUP)]! |= 1 << (j % GROUP)
      }
    }
  }

  /**
   * C = Δ A of this matrix Δ; C shares no element with A, both may be blocks.
   *
   * Sums of four rows of A in order, and of those in order; bits depend on nothing else. Error: of each element at most
   * (columns / 4 + 3) ε Σ |a| over its column. Cost: (rows + 15) columns / 4 additions for each column of A. Elements of A that are not
   * finite stay in their column. Throws `RangeError` when shapes do not fit.
   */
  multiply(c: Matrix<"f64">, a: Matrix<"f64">): void {
    const { rows, columns, choices, space, product } = this
    if (a.rows !== columns || c.rows !== rows || c.columns !== a.columns) {
      throw new RangeError(`(${rows}×${columns}) · (${a.rows}×${a.columns}) does not give ${c.rows}×${c.columns}`)
    }
    if (a.columns <= SHARE) {
      product(rows, a.columns, columns, choices.address, a.address, a.stride, c.address, c.stride, space.scratch)
      return
    }
    const shares = Array.from({ length: Math.ceil(a.columns / SHARE) }, (_, share) => {
      const from = share * SHARE
      const [left, right] = [a.address, c.address].map((address) => address + from * Float64Array.BYTES_PER_ELEMENT)
      const width = Math.min(SHARE, a.columns - from)
      return [rows, width, columns, choices.address, left!, a.stride, right!, c.stride]
    })
    space.each(BINARY_WASM, "product", shares)
  }
}

/**
 * Matrices that stay in WebAssembly memory, so that a loop over products copies nothing.
 *
 * ```ts
 * const space = new Workspace("f64")
 * const a = space.matrix(points, width)
 * const w = space.matrix(nextWidth, width)
 * const z = space.matrix(points, nextWidth)
 * w.data.set(weights)
 * space.multiply(z, a, w, { transposeB: true, alpha: 1 / Math.sqrt(width) })   // z = a wᵀ / √width
 * ```
 *
 * Allocate everything first: growing the memory empties views of `data` that were taken before. What is allocated inside `temporary`
 * gives its place back; the rest of the memory goes when nothing refers to the workspace any more.
 */
import type { Blas, Team } from "athanor/stage"
import { GEMM_WASM } from "../wasm/gemm.wasm.ts"
import { aligned, instantiate, makeMemory, moduleFor, reserve, START } from "../wasm/instantiate.ts"
import type { GemmKernel } from "./gemm-kernel.ts"
import { BYTES, Matrix, type Precision } from "./Matrix.ts"
import { type Block, blocksOf } from "./product-blocks.ts"

export interface ProductOptions {
  readonly transposeA?: boolean
  readonly transposeB?: boolean
  /** Factor of the product; 1 when left out. */
  readonly alpha?: number
  /** Adds to C instead of replacing it. */
  readonly accumulate?: boolean
}

/** What computes the products of a workspace besides its own thread. */
export interface Means {
  /** Its threads compute together, to the same bits: `yield* Team.Current`. */
  readonly team?: Team.Team
  /** It computes products of float64, faster and to bits of its own: `yield* Blas.Current`, of a stage type that says `blas`. */
  readonly blas?: Blas.Blas | undefined
}

/** Multiplications that take longer than it takes to wake a thread. */
const WORTH_SHARING = 2 ** 20

export class Workspace<P extends Precision> {
  readonly precision: P
  private readonly memory: WebAssembly.Memory
  private readonly kernel: GemmKernel
  private next: number
  /** Beyond lies memory that nothing was ever stored in. */
  private used: number
  private readonly modules = new Map<string, unknown>()
  private readonly calls = new Map<string, Team.SharedCalls>()
  /** Address of 2 MiB that belong to whichever kernel is running; each thread of the team has as many, one behind the other. */
  readonly scratch = START
  private readonly scratchBytes: number
  /** Where several threads compute. */
  private readonly team: Team.Team | undefined
  private readonly blas: Blas.Blas | undefined

  constructor(precision: P, { blas, team }: Means = {}) {
    this.precision = precision
    this.blas = precision === "f64" ? blas : undefined
    this.team = team !== undefined && team.threads > 1 ? team : undefined
    const threads = this.team?.threads ?? 1
    this.memory = makeMemory(threads > 1)
    this.kernel = this.module<GemmKernel>(GEMM_WASM)
    this.scratchBytes = aligned(this.kernel.scratchBytes())
    this.next = this.scratch + threads * this.scratchBytes
    this.used = this.next
    reserve(this.memory, this.next)
  }

  /** The functions of a module on the memory of this workspace, so that they take addresses of its matrices. */
  module<Exports>(wasm: string): Exports {
    let exports = this.modules.get(wasm)
    if (exports === undefined) {
      exports = instantiate<Exports>(wasm, this.memory)
      this.modules.set(wasm, exports)
    }
    return exports as Exports
  }

  /**
   * Calls an export of a module once with each list of arguments, and with the address of 2 MiB for the call alone as one more, the last.
   * The threads of the team share the calls, in whatever order: each writes to places of its own, and reads nothing that another
   * one writes. To go over rows, let each call have a block of them.
   */
  each(wasm: string, name: string, calls: ReadonlyArray<ReadonlyArray<number>>): void {
    if (this.team === undefined) {
      const exported = this.module<Record<string, (...given: ReadonlyArray<number>) => void>>(wasm)[name]
      if (exported === undefined) throw new RangeError(`the module exports no function "${name}"`)
      for (const given of calls) exported(...given, this.scratch)
      return
    }
    const { memory, scratch: address, scratchBytes: bytes } = this
    let shared = this.calls.get(wasm)
    if (shared === undefined) {
      shared = this.team.share({ module: moduleFor(wasm, memory), memory, exports: this.module<object>(wasm) })
      this.calls.set(wasm, shared)
    }
    shared(name, calls, { address, bytes })
  }

  /** All of its memory, which never shrinks; take it anew after anything was allocated. */
  get buffer(): ArrayBuffer {
    return this.memory.buffer
  }

  /** A new matrix of zeros. Throws `RangeError` for a shape that none has, and when the workspace would exceed 4 GiB. */
  matrix(rows: number, columns: number): Matrix<P> {
    if (!(Number.isInteger(rows) && Number.isInteger(columns) && rows >= 0 && columns >= 0))
      throw new RangeError(`a matrix cannot have ${rows} rows and ${columns} columns`)
    const { memory } = this
    const address = this.next
    // A register tile may load past the last element, never store there.
    this.next = aligned(address + rows * columns * BYTES[this.precision] + 64)
    reserve(memory, this.next)
    const matrix = new Matrix(memory, this.precision, address, rows, columns)
    if (address < this.used) matrix.data.fill(0)
    this.used = Math.max(this.used, this.next)
    return matrix
  }

  /** What the body returns; matrices that it allocated are void afterwards, and the next ones take their place. */
  temporary<A>(body: () => A): A {
    const { next } = this
    try {
      return body()
    } finally {
      this.next = next
    }
  }

  /**
   * C = alpha · op(A) · op(B), or C += … with `accumulate`.
   *
   * All may be blocks; C shares no element with A or B. Sums run in an order that the shapes fix, and an element of C
   * depends on its row of op(A) and its column of op(B) alone, also where there are infinities or NaN. Without an inner
   * dimension the product is zero. Throws `RangeError` when the shapes do not fit.
   */
  multiply(c: Matrix<P>, a: Matrix<P>, b: Matrix<P>, options: ProductOptions = {}): void {
    const { transposeA = false, transposeB = false, alpha = 1, accumulate = false } = options
    const [m, k] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns]
    const [depth, n] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns]
    if (k !== depth || c.rows !== m || c.columns !== n) {
      throw new RangeError(`(${m}×${k}) · (${depth}×${n}) does not give ${c.rows}×${c.columns}`)
    }
    if (this.blas !== undefined && m * n * k > 0) {
      const shape = { transposeA, transposeB, m, n, k, lda: a.stride, ldb: b.stride, ldc: c.stride }
      const [left, right, target] = [a, b, c].map((matrix) => (matrix as Matrix<"f64">).extent())
      this.blas.dgemm({ ...shape, alpha, beta: accumulate ? 1 : 0, a: left!, b: right!, c: target! })
      return
    }
    if (!accumulate) c.fill(0)
    const name = this.precision === "f64" ? "dgemm" : "sgemm"
    const [rsA, csA] = transposeA ? [1, a.stride] : [a.stride, 1]
    const [rsB, csB] = transposeB ? [1, b.stride] : [b.stride, 1]
    if (this.team === undefined || m * n * k < WORTH_SHARING) {
      const product = this.kernel[name]
      product(m, n, k, alpha, a.address, rsA, csA, b.address, rsB, csB, c.address, c.stride, this.scratch)
      return
    }
    const bytes = BYTES[this.precision]
    const argumentsOf = ({ row, column, rows, columns }: Block): ReadonlyArray<number> => {
      const left = a.address + row * rsA * bytes
      const right = b.address + column * csB * bytes
      const target = c.address + (row * c.stride + column) * bytes
      return [rows, columns, k, alpha, left, rsA, csA, right, rsB, csB, target, c.stride]
    }
    this.each(GEMM_WASM, name, blocksOf(m, n, this.team.threads).map(argumentsOf))
  }
}

/** The memory of the wasm backend of TensorFlow.js, with our own modules on it: what it holds they compute with in place. */
import tf from "@tensorflow/tfjs"
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm"
import type { Product } from "../../math/linear/gemm-kernel.ts"
import { FLOAT_FUNCTIONS_WASM } from "../../math/wasm/float-functions.wasm.ts"
import { GEMM_WASM } from "../../math/wasm/gemm.wasm.ts"
import { instantiate } from "../../math/wasm/instantiate.ts"
import { OPTIMISER_WASM } from "../../math/wasm/optimiser.wasm.ts"
import { REDUCTION_WASM } from "../../math/wasm/reduction.wasm.ts"
import { WINDOW_WASM } from "../../math/wasm/window.wasm.ts"

/** The backend, with what its module has and does not declare. */
export type WasmBackend = BackendWasm & {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory }
    readonly _malloc: (bytes: number) => number
    readonly _free: (address: number) => void
  }
}

interface Gemm {
  readonly sgemm: Product
  readonly scratchBytes: () => number
}

interface Windows {
  readonly unfold: (geometry: number, x: number, first: number, count: number, patches: number) => void
  readonly fold: (geometry: number, x: number, first: number, count: number, patches: number) => void
  readonly maximum: (geometry: number, x: number, count: number, y: number) => void
  readonly maximumGradient: (geometry: number, x: number, dy: number, count: number, dx: number) => void
  readonly depthwiseForward: (
    geometry: number,
    x: number,
    filter: number,
    multiplier: number,
    count: number,
    y: number
  ) => void
  readonly depthwiseInput: (
    geometry: number,
    dy: number,
    filter: number,
    multiplier: number,
    count: number,
    dx: number
  ) => void
  readonly depthwiseFilter: (
    geometry: number,
    x: number,
    dy: number,
    multiplier: number,
    count: number,
    sums: number
  ) => void
}

interface Reductions {
  readonly sumMiddle: (x: number, outer: number, middle: number, inner: number, to: number, sums: number) => void
  readonly segmentSum: (x: number, ids: number, rows: number, width: number, segments: number, to: number) => void
  readonly demote: (x: number, count: number, to: number) => void
}

interface Functions {
  readonly apply: (which: number, x: number, count: number, to: number) => void
}

interface Optimisers {
  readonly descend: (count: number, rate: number, theta: number, gradient: number, to: number) => void
  readonly momentum: (
    count: number,
    mu: number,
    nesterov: number,
    rate: number,
    theta: number,
    gradient: number,
    velocity: number,
    to: number,
    toVelocity: number
  ) => void
  readonly adam: (
    count: number,
    beta1: number,
    gamma1: number,
    beta2: number,
    gamma2: number,
    correction: number,
    epsilon: number,
    scale: number,
    decay: number,
    theta: number,
    gradient: number,
    first: number,
    second: number,
    to: number,
    toFirst: number,
    toSecond: number
  ) => void
}

export class Heap {
  readonly gemm: Gemm
  readonly windows: Windows
  readonly reductions: Reductions
  readonly functions: Functions
  readonly optimisers: Optimisers
  /** Room for the blocks of a product. */
  readonly scratch: number
  private readonly backend: WasmBackend

  constructor(backend: WasmBackend) {
    this.backend = backend
    const { memory } = backend.wasm.asm
    this.gemm = instantiate(GEMM_WASM, memory)
    this.windows = instantiate(WINDOW_WASM, memory)
    this.reductions = instantiate(REDUCTION_WASM, memory)
    this.functions = instantiate(FLOAT_FUNCTIONS_WASM, memory)
    this.optimisers = instantiate(OPTIMISER_WASM, memory)
    this.scratch = this.allocate(this.gemm.scratchBytes())
  }

  /** Where the elements of a tensor begin. */
  address({ dataId }: tf.TensorInfo): number {
    return this.backend.getMemoryOffset(dataId)
  }

  /** A tensor whose elements are whatever lay there. */
  output(shape: ReadonlyArray<number>): tf.TensorInfo {
    return this.backend.makeOutput([...shape], "float32")
  }

  /** A tensor of zeros. */
  zeros(shape: ReadonlyArray<number>): tf.TensorInfo {
    const made = this.output(shape)
    this.floats(made).fill(0)
    return made
  }

  /** The elements of a tensor; take them anew after anything was allocated. */
  floats(tensor: tf.TensorInfo): Float32Array {
    const size = tf.util.sizeFromShape(tensor.shape)
    return new Float32Array(this.backend.wasm.asm.memory.buffer, this.address(tensor), size)
  }

  /** What the body makes of so many bytes, which are free again afterwards. */
  temporary<A>(bytes: number, body: (address: number) => A): A {
    const address = this.allocate(bytes)
    try {
      return body(address)
    } finally {
      this.backend.wasm._free(address)
    }
  }

  /** Copies whole numbers to an address. */
  writeInts(address: number, values: ReadonlyArray<number>): void {
    new Int32Array(this.backend.wasm.asm.memory.buffer, address, values.length).set(values)
  }

  /** Sets bytes to zero. */
  clear(address: number, bytes: number): void {
    new Uint8Array(this.backend.wasm.asm.memory.buffer, address, bytes).fill(0)
  }

  private allocate(bytes: number): number {
    // The allocator gives signed numbers, negative above 2 GiB.
    const address = this.backend.wasm._malloc(bytes) >>> 0
    if (address === 0) throw new RangeError(`the wasm backend has no ${bytes} bytes left`)
    return address
  }
}

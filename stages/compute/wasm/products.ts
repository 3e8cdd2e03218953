/** Matrix products by our own blocked kernel: as fast for transposed factors, where the shipped one takes a naive loop. */
import tf from "@tensorflow/tfjs"
import type { WasmKernel } from "./WasmKernel.ts"

const matMul: WasmKernel = [
  "BatchMatMul",
  (heap, shipped) => (inputs, attrs) => {
    const [a, b] = [inputs["a"]!, inputs["b"]!]
    if (a.dtype !== "float32" || b.dtype !== "float32") return shipped(inputs, attrs)
    const [flipA, flipB] = [attrs["transposeA"] === true, attrs["transposeB"] === true]
    const [rowsA, columnsA] = a.shape.slice(-2) as [number, number]
    const [rowsB, columnsB] = b.shape.slice(-2) as [number, number]
    const [m, k] = flipA ? [columnsA, rowsA] : [rowsA, columnsA]
    const [depth, n] = flipB ? [columnsB, rowsB] : [rowsB, columnsB]
    if (k !== depth) throw new RangeError(`matMul: (${m}×${k}) · (${depth}×${n}) does not fit`)
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
    const result = heap.zeros([...outer, m, n])
    const [atA, atB, atC] = [heap.address(a), heap.address(b), heap.address(result)]
    const [rsA, csA] = flipA ? [1, columnsA] : [columnsA, 1]
    const [rsB, csB] = flipB ? [1, columnsB] : [columnsB, 1]
    const [pagesA, pagesB] = [pages(a.shape.slice(0, -2), outer), pages(b.shape.slice(0, -2), outer)]
    for (const [page, pageA] of pagesA.entries()) {
      const [fromA, fromB] = [atA + 4 * pageA * m * k, atB + 4 * pagesB[page]! * k * n]
      heap.gemm.sgemm(m, n, k, 1, fromA, rsA, csA, fromB, rsB, csB, atC + 4 * page * m * n, n, heap.scratch)
    }
    return result
  }
]

/** For each page of the result that of a factor which is broadcast. */
const pages = (shape: ReadonlyArray<number>, outer: ReadonlyArray<number>): ReadonlyArray<number> => {
  const skipped = outer.length - shape.length
  return outer.reduce<ReadonlyArray<number>>(
    (found, extent, axis) => {
      const own = axis < skipped ? 1 : shape[axis - skipped]!
      return found.flatMap((page) => Array.from({ length: extent }, (_, at) => page * own + (own === 1 ? 0 : at)))
    },
    [0]
  )
}

export const PRODUCTS: ReadonlyArray<WasmKernel> = [matMul]

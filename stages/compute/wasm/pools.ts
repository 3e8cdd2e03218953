/** Cotangents of maxima over windows. As shipped they read memory that was never written where windows overlap. */
import { fieldsOf, ofPool, positionsOf } from "./Geometry.ts"
import type { WasmKernel } from "./WasmKernel.ts"

/** Bytes of a geometry. */
const HEADER = 128

const maximum = (name: string): WasmKernel => [
  name,
  (heap) =>
    ({ dy, input }, attrs) => {
      const geometry = ofPool(input!.shape, attrs)
      const result = heap.zeros(input!.shape)
      heap.temporary(HEADER, (g) => {
        heap.writeInts(g, fieldsOf(geometry))
        const [x, from, to] = [heap.address(input!), heap.address(dy!), heap.address(result)]
        heap.windows.maximumGradient(g, x, from, positionsOf(geometry), to)
      })
      return result
    }
]

export const POOLS: ReadonlyArray<WasmKernel> = [maximum("MaxPoolGrad"), maximum("MaxPool3DGrad")]

/**
 * Maxima over windows. As shipped, those in space are never below zero, and cotangents read memory that was never written where windows
 * overlap.
 */
import { ofPool, positionsOf, resultShape } from "../kernels/Geometry.ts"
import type { WasmKernel } from "./WasmKernel.ts"
import { withGeometry } from "./with-geometry.ts"

const maximum: WasmKernel = [
  "MaxPool3D",
  (heap) =>
    ({ x }, attrs) => {
      const geometry = ofPool(x!.shape, attrs)
      const result = heap.output(resultShape(5, geometry))
      withGeometry(heap, geometry, 0, (g) => {
        heap.windows.maximum(g, heap.address(x!), positionsOf(geometry), heap.address(result))
      })
      return result
    }
]

const cotangent = (name: string): WasmKernel => [
  name,
  (heap) =>
    ({ dy, input }, attrs) => {
      const geometry = ofPool(input!.shape, attrs)
      const result = heap.zeros(input!.shape)
      withGeometry(heap, geometry, 0, (g) => {
        const [x, from, to] = [heap.address(input!), heap.address(dy!), heap.address(result)]
        heap.windows.maximumGradient(g, x, from, positionsOf(geometry), to)
      })
      return result
    }
]

export const POOLS: ReadonlyArray<WasmKernel> = [maximum, cotangent("MaxPoolGrad"), cotangent("MaxPool3DGrad")]

/** Geometries of windows, where the kernels read them. */
import { fieldsOf, type Geometry } from "../kernels/Geometry.ts"
import type { Heap } from "./Heap.ts"

/** Bytes of a geometry. */
const HEADER = 128

/** What the body makes of a geometry at an address and so many bytes of room at another; both are free again afterwards. */
export const withGeometry = (
  heap: Heap,
  geometry: Geometry,
  bytes: number,
  body: (geometry: number, room: number) => void
): void =>
  heap.temporary(HEADER + bytes, (address) => {
    heap.writeInts(address, fieldsOf(geometry))
    body(address, address + HEADER)
  })

/** Images that a small network tells apart at once: a bright square in one of the corners. */
import type { Tensor } from "../../../core/stage/ArtifactKind.ts"
import { stream } from "../../../stages/math/random/Philox.ts"

export const SIDE = 8
export const CLASSES = 4

/** Noise, and 3 × 3 bright pixels in the corner of the class. */
export const blobs = (count: number, seed: number): { readonly images: Tensor; readonly labels: Tensor } => {
  const labels = Int32Array.from({ length: count }, (_, row) => row % CLASSES)
  const noise = stream(seed, "noise").uniforms(count * SIDE * SIDE)
  const images = Float32Array.from(noise, (value, at) => {
    const [row, pixel] = [Math.floor(at / SIDE ** 2), at % SIDE ** 2]
    const [y, x] = [Math.floor(pixel / SIDE), pixel % SIDE]
    const label = labels[row] ?? 0
    const isBright = (label & 1 ? x >= SIDE - 3 : x < 3) && (label & 2 ? y >= SIDE - 3 : y < 3)
    return isBright ? 0.5 + value / 2 : value / 2
  })
  return { images: { shape: [count, SIDE * SIDE], data: images }, labels: { shape: [count], data: labels } }
}

/** All corners of the boxes in which points may be moved. */
import type { Sides } from "./gradient-attacks.ts"
import type { ReluBatch } from "./ReluBatch.ts"

/** Coordinates that may be moved at most: there are 2 to the power of them corners. */
export const MOST_MOVED = 12

/**
 * For each point the output at the corner where side · f is largest: the worst case where no neuron changes its state in the box.
 *
 * Cost: 2^moved forward passes. Throws `RangeError` where more than `MOST_MOVED` coordinates have a radius.
 */
export const worstCorners = (
  batch: ReluBatch,
  clean: Float64Array,
  radii: Float64Array,
  sides: Sides
): Float64Array => {
  const moved = [...radii.keys()].filter((l) => radii[l]! > 0)
  if (moved.length > MOST_MOVED) throw new RangeError(`${moved.length} coordinates have too many corners`)
  batch.points.set(clean)
  const signs = sides(batch.forward())
  const worst = signs.map(() => Number.NEGATIVE_INFINITY)
  for (let corner = 0; corner < 1 << moved.length; corner++) {
    for (let i = 0; i < batch.count; i++) {
      for (const [bit, l] of moved.entries()) {
        const at = i * batch.inputs + l
        batch.points[at] = clean[at]! + ((corner >> bit) % 2 === 0 ? -1 : 1) * radii[l]!
      }
    }
    const outputs = batch.forward()
    for (let i = 0; i < worst.length; i++) worst[i] = Math.max(worst[i]!, signs[i]! * outputs[i]!)
  }
  return worst.map((value, i) => signs[i]! * value)
}

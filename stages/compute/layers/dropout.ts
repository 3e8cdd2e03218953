/** Dropout by masks that depend on seed, name and step alone, so that training that goes on sees the same ones. */
import tf from "@tensorflow/tfjs"
import { philox4x32, stream } from "../../math/random/Philox.ts"
import { filled } from "../kernels/filled.ts"

export interface DropoutDraw {
  readonly seed: number
  /** The layer: two of one name share masks. */
  readonly name: string
  readonly step: number
}

/**
 * Sets each element to zero with probability `share`, and divides the others by 1 − share: Srivastava et al., JMLR 15 (2014).
 *
 * Throws `RangeError` unless 0 ≤ share < 1.
 */
export const dropout = (x: tf.Tensor, share: number, draw: DropoutDraw): tf.Tensor => {
  if (!(share >= 0 && share < 1))
    throw new RangeError(`a share of ${share} cannot be dropped: it is at least 0, below 1`)
  return share === 0
    ? x
    : tf.mul(
        x,
        filled(x.shape, (mask) => writeMask(mask, share, draw))
      )
}

/** Four elements for each block of random words. */
const writeMask = (mask: Float32Array, share: number, { seed, name, step }: DropoutDraw): void => {
  const [low = 0, high = 0] = stream(seed, `dropout ${name}`).integers(2, 2 ** 32)
  const threshold = share * 2 ** 32
  for (let at = 0; at < mask.length; at += 4) {
    const words = philox4x32([at / 4, step, 0, 0], [low >>> 0, high >>> 0])
    for (let lane = 0; lane < 4 && at + lane < mask.length; lane++)
      mask[at + lane] = words[lane]! < threshold ? 0 : 1 / (1 - share)
  }
}

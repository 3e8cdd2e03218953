/** The blocks that an iterative method has left, to be solved to the last digits. */
import { length } from "../math/linear/Vector.ts"
import type { Blocks } from "./ReluNetwork.ts"
import type { ProgramBlock } from "./training-program.ts"

/** More elements are not solved for at once. */
const MOST_ELEMENTS = 600

/** Blocks of this share of the longest are left. */
const LEFT = 1e-4

/** Whether so many blocks can be solved for at once. */
export const areFew = (blocks: ReadonlyArray<unknown>, dimension: number): boolean =>
  blocks.length * dimension <= MOST_ELEMENTS

/** Of the blocks of v, then those of w, one for each pattern: those that are not next to nothing. */
export const blocksLeft = ({ dimension, signs, vectors }: Blocks, patterns: number): ReadonlyArray<ProgramBlock> => {
  const norms = Array.from(signs, (_, b) => length(vectors.subarray(b * dimension, (b + 1) * dimension)))
  const least = LEFT * norms.reduce((most, norm) => Math.max(most, norm), 0)
  return [...norms.keys()]
    .filter((b) => norms[b]! > least)
    .map((b) => ({ pattern: b % patterns, sign: signs[b] === 1 ? 1 : -1 }))
}

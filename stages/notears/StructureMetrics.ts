/** How far one graph is from another, edges with or without weights alike. */

export interface StructureMetrics {
  /** Structural Hamming distance: edges too many, missing, and turned round, each of these once. */
  readonly shd: number
  /** Share of the true edges that were found, 1 where there are none. */
  readonly tpr: number
  /** Share of the found edges that are false or turned round, 0 where none was found. */
  readonly fdr: number
  /** False and turned edges for each pair of nodes without a true edge, 0 where there is no such pair. */
  readonly fpr: number
  readonly edges: number
}

/**
 * Compares the edges of two d × d weight matrices, neither with loops.
 *
 * Source: Zheng, Aragam, Ravikumar, Xing, DAGs with NO TEARS (2018), and `count_accuracy` of its code.
 */
export const compareStructures = (truth: Float64Array, found: Float64Array, d: number): StructureMetrics => {
  let [right, turned, extra, missing, trueEdges, edges] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const [isTrue, isReverseTrue] = [truth[i * d + j] !== 0, truth[j * d + i] !== 0]
      const [isFound, isReverseFound] = [found[i * d + j] !== 0, found[j * d + i] !== 0]
      if (isTrue) trueEdges++
      if (isFound) edges++
      if (isFound && isTrue) right++
      else if (isFound && isReverseTrue) turned++
      else if (isFound) extra++
      else if (isTrue && !isReverseFound) missing++
    }
  }
  const wrong = turned + extra
  const negatives = (d * (d - 1)) / 2 - trueEdges
  return {
    shd: extra + missing + turned,
    tpr: trueEdges === 0 ? 1 : right / trueEdges,
    fdr: edges === 0 ? 0 : wrong / edges,
    fpr: negatives <= 0 ? 0 : wrong / negatives,
    edges
  }
}

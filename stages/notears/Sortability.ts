/** How far a number for each node rises along the graph. */

/**
 * The share of the pairs that a directed path joins along which the number rises, equal numbers half; a pair counts once for each length that a
 * path between its nodes has. 0.5 where there are no edges.
 *
 * Sources: Reisach, Seiler, Weichwald, Beware of the Simulated DAG (NeurIPS 2021), for variances; Reisach et al., A Scale-Invariant Sorting
 * Criterion (NeurIPS 2023), for R².
 *
 * Cost: for each length, the pairs times the edges of a node.
 */
export const sortability = (weights: Float64Array, values: Float64Array): number => {
  const d = values.length
  const children = Array.from({ length: d }, (_, i) => childrenOf(weights, d, i))
  let paths = Uint8Array.from(weights, (weight) => (weight === 0 ? 0 : 1))
  let [all, rising] = [0, 0]
  while (paths.includes(1)) {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        if (paths[i * d + j] === 0) continue
        all++
        rising += values[i]! < values[j]! ? 1 : values[i] === values[j] ? 0.5 : 0
      }
    }
    paths = longer(paths, children, d)
  }
  return all === 0 ? 0.5 : rising / all
}

const childrenOf = (weights: Float64Array, d: number, node: number): ReadonlyArray<number> =>
  Array.from({ length: d }, (_, j) => j).filter((j) => weights[node * d + j] !== 0)

/** Pairs that a path of these and one edge more joins. */
const longer = (
  paths: Uint8Array,
  children: ReadonlyArray<ReadonlyArray<number>>,
  d: number
): Uint8Array<ArrayBuffer> => {
  const result = new Uint8Array(d * d)
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) if (paths[i * d + k] === 1) for (const child of children[k]!) result[i * d + child] = 1
  }
  return result
}

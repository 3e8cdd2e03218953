/** Random numbers by rejection, many at a time: what a source gives depends on how many were rejected, and on nothing else. */

/**
 * `count` numbers: `propose` is asked for all of them, then for those that it had rejected, as often as needed.
 *
 * It returns as many as it was asked for, NaN for rejected ones.
 */
export const byRejection = (count: number, propose: (missing: number) => Float64Array): Float64Array => {
  const result = new Float64Array(count)
  let open = Int32Array.from({ length: count }, (_, i) => i)
  while (open.length > 0) {
    const proposals = propose(open.length)
    const places = open
    open = places.filter((_, i) => Number.isNaN(proposals[i]!))
    for (const [i, place] of places.entries()) result[place] = proposals[i]!
  }
  return result
}

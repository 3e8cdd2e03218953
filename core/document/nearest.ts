/** The valid name that a misspelt one most likely stands for. */

/**
 * The candidate with the fewest slips of the keyboard from a name, or nothing when none is close.
 *
 * A slip is a letter inserted, left out, replaced, or swapped with its neighbour (optimal string alignment). Up to two
 * letters in five may be slips, at least one, at most three, never all; case counts for nothing.
 */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined => {
  const allowed = Math.min(3, name.length - 1, Math.max(1, Math.round(0.4 * name.length)))
  let best: string | undefined
  let fewest = allowed + 1
  const sought = name.toLowerCase()
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= fewest) continue
    const slips = distance(sought, candidate.toLowerCase())
    if (slips < fewest) {
      best = candidate
      fewest = slips
    }
  }
  return best
}

const distance = (a: string, b: string): number => {
  let beforeLast: ReadonlyArray<number> = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, beforeLast[column - 2]! + 1)
      current.push(cost)
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}

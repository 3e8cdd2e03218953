/** The valid name that a misspelt one most likely stands for. */

/**
 * The candidate with the fewest slips of the keyboard from a name, or nothing when none is close.
 *
 * A slip is a letter inserted, left out, replaced, or swapped with its neighbour (optimal string alignment). Up to two
 * letters in five may be slips, at least one, at most three, never all; case counts for nothing.
 */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined => {
  if (name.length > LONGEST) return undefined
  const allowed = Math.min(3, name.length - 1, Math.max(1, Math.round(0.4 * name.length)))
  const sought = name.toLowerCase()
  let best: string | undefined
  let fewest = allowed + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= fewest) continue
    const slips = distance(sought, candidate.toLowerCase(), fewest)
    if (slips < fewest) {
      best = candidate
      fewest = slips
    }
  }
  return best
}

/** Longer text is no misspelt name, and takes the square of its length to compare. */
const LONGEST = 100

/**
 * Slips between two texts; given up as soon as there are at least `enough`.
 *
 * Only a band around the diagonal is looked at: a cell further off stands for that many letters inserted or left out.
 */
const distance = (a: string, b: string, enough: number): number => {
  const rows = [0, 1, 2].map(() => Array.from({ length: b.length + 2 }, () => enough))
  const row = (index: number): Array<number> => rows[index % 3]!
  for (let column = 0; column <= Math.min(b.length, enough); column++) row(0)[column] = column
  for (let i = 1; i <= a.length; i++) {
    const [current, last, beforeLast] = [row(i), row(i - 1), row(i + 1)]
    const first = Math.max(1, i - enough)
    current[first - 1] = first === 1 ? Math.min(i, enough) : enough
    let least = current[first - 1]!
    for (let j = first; j <= Math.min(b.length, i + enough); j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(last[j]! + 1, current[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1), enough)
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwapped) cost = Math.min(cost, beforeLast[j - 2]! + 1)
      current[j] = cost
      least = Math.min(least, cost)
    }
    current[Math.min(b.length, i + enough) + 1] = enough
    // A swap reaches back over one row, and no further.
    if (least >= enough && last.every((cost) => cost >= enough)) return enough
  }
  return row(a.length)[b.length]!
}

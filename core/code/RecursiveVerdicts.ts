/**
 * Decides a property of things that refer to each other, circles included: it holds unless something refutes it.
 *
 * While a thing is judged, a reference back to it is taken to hold. What was found to hold on such an assumption is kept
 * only until the assumption is decided: a circle of things (a strongly connected component) is decided as a whole.
 */
export class RecursiveVerdicts<Thing> {
  private readonly decided = new Map<Thing, boolean>()
  /** Things that are being judged, the outermost first. */
  private readonly open: Array<Thing> = []
  /** Things that hold if the open ones from this index on do. */
  private readonly assumed = new Map<Thing, number>()
  /** Index of the outermost open thing that the current judgement relies on. */
  private relied = Number.POSITIVE_INFINITY

  /** Whether a thing has the property; `judge` asks the same of those that it refers to. */
  decide(thing: Thing, judge: () => boolean): boolean {
    const known = this.decided.get(thing)
    if (known !== undefined) return known
    const index = this.assumed.get(thing) ?? this.open.indexOf(thing)
    if (index < 0) return this.judge(thing, judge)
    this.relied = Math.min(this.relied, index)
    return true
  }

  private judge(thing: Thing, judge: () => boolean): boolean {
    const outer = this.relied
    const index = this.open.length
    const before = this.assumed.size
    this.relied = Number.POSITIVE_INFINITY
    this.open.push(thing)
    const holds = judge()
    this.open.pop()
    const lowest = this.relied
    // A map keeps the order of insertion: what was assumed meanwhile stands behind what was assumed before.
    const inside = [...this.assumed.keys()].slice(before)
    if (!holds) {
      for (const other of inside) this.assumed.delete(other)
      this.decided.set(thing, false)
      this.relied = outer
    } else if (lowest >= index) {
      for (const other of [thing, ...inside]) {
        this.assumed.delete(other)
        this.decided.set(other, true)
      }
      this.relied = outer
    } else {
      for (const other of [thing, ...inside])
        this.assumed.set(other, Math.min(lowest, this.assumed.get(other) ?? lowest))
      this.relied = Math.min(outer, lowest)
    }
    return holds
  }
}

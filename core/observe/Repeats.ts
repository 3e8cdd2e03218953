/** What happens again and again: the first few of a kind are told, the others counted, and so is what is of too many kinds. */

/** Of a kind, those that are told. */
const TOLD = 5

/** Kinds that are told apart. */
const KINDS = 20

interface Kind<A> {
  /** The latest of the kind. */
  last: A
  count: number
  /** Those that have been neither told nor counted out. */
  untold: number
}

/** So many of one kind since they were last counted out; `last` is the latest, `undefined` where they are of several kinds. */
export interface Untold<A> {
  readonly last: A | undefined
  readonly count: number
}

export class Repeats<A> {
  private readonly kinds = new Map<string, Kind<A>>()
  private others = 0

  /** Whether this one is to be told. */
  isTold(kind: string, item: A): boolean {
    const known = this.kinds.get(kind)
    if (known === undefined && this.kinds.size >= KINDS) {
      this.others++
      return false
    }
    const { count, untold } = known ?? { count: 0, untold: 0 }
    const isTold = count < TOLD
    this.kinds.set(kind, { last: item, count: count + 1, untold: isTold ? untold : untold + 1 })
    return isTold
  }

  /** What was not told since it was last asked for. */
  untold(): ReadonlyArray<Untold<A>> {
    const all: Array<Untold<A>> = []
    for (const kind of this.kinds.values()) {
      if (kind.untold > 0) all.push({ last: kind.last, count: kind.untold })
      kind.untold = 0
    }
    if (this.others > 0) all.push({ last: undefined, count: this.others })
    this.others = 0
    return all
  }
}

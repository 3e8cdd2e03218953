/** Tasks that are ready, the most urgent first: a binary heap for each need of resources. */

export interface ReadyQueue {
  readonly size: number
  push(task: number): void
  /**
   * The most urgent task that may start; the others keep their places. Asks in order of urgency, of all tasks of one need
   * only about the first: they may start or not together. Whom `fits` denies may not start: it is asked
   * without order, and spares the order where nobody fits.
   */
  take(mayStart: (task: number) => boolean, fits?: (task: number) => boolean): number | undefined
  /** Puts the tasks in order again after urgencies have changed. */
  reorder(): void
}

export interface ReadyOrder {
  /** A queue gives the tasks of highest urgency first; of equally urgent ones that with the smallest number. */
  readonly urgency: (task: number) => number
  /** Tasks that need the same resources have the same object, or name, for it. */
  readonly need: (task: number) => unknown
}

/** A queue in which finding a task costs as many comparisons as there are different needs, not as there are tasks. */
export const makeReadyQueue = ({ urgency, need }: ReadyOrder): ReadyQueue => {
  const heaps = new Map<unknown, Heap>()
  const before = (a: number, b: number): boolean => {
    const difference = urgency(a) - urgency(b)
    return difference > 0 || (difference === 0 && a < b)
  }
  let size = 0
  return {
    get size() {
      return size
    },
    push: (task) => {
      const key = need(task)
      const heap = heaps.get(key) ?? new Heap(key, before)
      heaps.set(key, heap)
      heap.push(task)
      size++
    },
    take: (mayStart, fits = () => true) => {
      const found = firstOf([...heaps.values()], before, mayStart, fits)
      if (found === undefined) return undefined
      const task = found.pop()
      if (found.top === undefined) heaps.delete(found.key)
      size--
      return task
    },
    reorder: () => {
      for (const heap of heaps.values()) heap.reorder()
    }
  }
}

/** The heap with the most urgent top that may start. Mostly that is the most urgent of all, which is found without sorting. */
const firstOf = (
  heaps: ReadonlyArray<Heap>,
  before: (a: number, b: number) => boolean,
  mayStart: (task: number) => boolean,
  fits: (task: number) => boolean
): Heap | undefined => {
  let first: Heap | undefined
  for (const heap of heaps) if (first === undefined || before(heap.top!, first.top!)) first = heap
  if (first === undefined || mayStart(first.top!)) return first
  const others = heaps.filter((heap) => heap !== first)
  if (!others.some((heap) => fits(heap.top!))) return undefined
  return others.sort((a, b) => (before(a.top!, b.top!) ? -1 : 1)).find((heap) => mayStart(heap.top!))
}

class Heap {
  /** The need of its tasks. */
  readonly key: unknown
  private readonly items: Array<number> = []
  private readonly before: (a: number, b: number) => boolean

  constructor(key: unknown, before: (a: number, b: number) => boolean) {
    this.key = key
    this.before = before
  }

  get top(): number | undefined {
    return this.items[0]
  }

  reorder(): void {
    for (const task of this.items.splice(0)) this.push(task)
  }

  push(task: number): void {
    const { items, before } = this
    let at = items.push(task) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(task, items[parent]!)) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = task
  }

  pop(): number | undefined {
    const { items, before } = this
    const { top } = this
    const last = items.pop()
    if (top === undefined || last === undefined || items.length === 0) return top
    let at = 0
    for (;;) {
      let next = 2 * at + 1
      if (next >= items.length) break
      if (next + 1 < items.length && before(items[next + 1]!, items[next]!)) next++
      if (!before(items[next]!, last)) break
      items[at] = items[next]!
      at = next
    }
    items[at] = last
    return top
  }
}

/** Tasks that are ready, the most urgent first: a binary heap for each need of resources. */

export interface ReadyQueue {
  readonly size: number
  push(task: number): void
  /** The most urgent task that fits; the others keep their places. Tasks of one need fit or do not fit together. */
  take(fits: (task: number) => boolean): number | undefined
}

export interface ReadyOrder {
  /** A queue gives the tasks of highest urgency first; of equally urgent ones that with the smallest number. */
  readonly urgency: (task: number) => number
  /** Tasks that need the same resources have the same name for it. */
  readonly need: (task: number) => string
}

/** A queue in which finding a task costs as many comparisons as there are different needs, not as there are tasks. */
export const makeReadyQueue = ({ urgency, need }: ReadyOrder): ReadyQueue => {
  const heaps = new Map<string, Heap>()
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
      const name = need(task)
      const heap = heaps.get(name) ?? new Heap(before)
      heaps.set(name, heap)
      heap.push(task)
      size++
    },
    take: (fits) => {
      let best: Heap | undefined
      for (const heap of heaps.values()) {
        const { top } = heap
        if (top === undefined || (best?.top !== undefined && before(best.top, top))) continue
        if (fits(top)) best = heap
      }
      if (best !== undefined) size--
      return best?.pop()
    }
  }
}

class Heap {
  private readonly items: Array<number> = []
  private readonly before: (a: number, b: number) => boolean

  constructor(before: (a: number, b: number) => boolean) {
    this.before = before
  }

  get top(): number | undefined {
    return this.items[0]
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

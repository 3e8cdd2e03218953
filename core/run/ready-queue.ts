/** Tasks that are ready, the most urgent first: a binary heap. */

export interface ReadyQueue {
  readonly size: number
  push(task: number): void
  /** The most urgent task that fits; the others keep their places. */
  take(fits: (task: number) => boolean): number | undefined
}

/** A queue by falling urgency; of equally urgent tasks the one with the smaller number comes first. */
export const makeReadyQueue = (urgency: Float64Array): ReadyQueue => {
  const heap: Array<number> = []
  const before = (a: number, b: number): boolean => {
    const difference = urgency[a]! - urgency[b]!
    return difference > 0 || (difference === 0 && a < b)
  }
  const push = (task: number): void => {
    let at = heap.push(task) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(task, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = task
  }
  const pop = (): number | undefined => {
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    let at = 0
    for (;;) {
      let next = 2 * at + 1
      if (next >= heap.length) break
      if (next + 1 < heap.length && before(heap[next + 1]!, heap[next]!)) next++
      if (!before(heap[next]!, last)) break
      heap[at] = heap[next]!
      at = next
    }
    heap[at] = last
    return top
  }
  const take = (fits: (task: number) => boolean): number | undefined => {
    const passed: Array<number> = []
    let task = pop()
    while (task !== undefined && !fits(task)) {
      passed.push(task)
      task = pop()
    }
    for (const other of passed) push(other)
    return task
  }
  return {
    get size() {
      return heap.length
    },
    push,
    take
  }
}

/**
 * Orders the unknowns so that elimination fills in little: at each turn one with (nearly) the fewest neighbours left.
 *
 * What has been eliminated is kept as elements, sets of unknowns that are all neighbours of each other; degrees are upper bounds from
 * the sizes of elements; unknowns with one neighbourhood are merged and go together. Source: P. R. Amestoy, T. A. Davis and I. S. Duff,
 * An Approximate Minimum Degree Ordering Algorithm, SIAM J. Matrix Anal. Appl. 17 (1996), with aggressive absorption.
 */
import type { Graph } from "./Graph.ts"

/**
 * order[k] is the unknown that is eliminated k-th: a function of the graph alone.
 *
 * Unknowns with more than 10 √n neighbours, and more than 16, come last. Cost: about linear in the entries of the factor, with a small
 * constant.
 */
export const minimumDegree = (graph: Graph): Int32Array => new Elimination(graph).order()

const NONE = -1

class Elimination {
  private readonly n: number
  /** Of an unknown: its elements, then other unknowns. They only become fewer, so that they stay in their place. */
  private readonly lists: Int32Array
  private readonly starts: Int32Array
  private readonly lengths: Int32Array
  private readonly elementCounts: Int32Array
  /** Of an element: its unknowns, in `pool`. */
  private readonly elementStarts: Int32Array
  private readonly elementLengths: Int32Array
  private pool: Int32Array
  private poolEnd = 0
  /** How many unknowns one stands for: 0 when another stands for it or it is eliminated, negative while it is in the new element. */
  private readonly weights: Int32Array
  /** Bound on the neighbours of an unknown; weight of an element. */
  private readonly degrees: Int32Array
  private readonly isElement: Uint8Array
  /** Lists of unknowns of one degree, linked both ways. */
  private readonly heads: Int32Array
  private readonly next: Int32Array
  private readonly previous: Int32Array
  /** Of an element e that meets the new one: `stamp` + the weight of its unknowns outside of the new one. */
  private readonly marks: Float64Array
  private stamp = 1
  /** Unknowns for which one stands, linked from it; `tails` ends its list. */
  private readonly members: Int32Array
  private readonly tails: Int32Array
  private readonly buckets: Int32Array
  private readonly bucketNext: Int32Array
  private readonly hashes: Int32Array
  private eliminated = 0
  private lowest = 0

  constructor({ starts, neighbours }: Graph) {
    const n = starts.length - 1
    this.n = n
    this.lists = neighbours.slice()
    this.starts = starts
    this.lengths = Int32Array.from({ length: n }, (_, i) => starts[i + 1]! - starts[i]!)
    this.elementCounts = new Int32Array(n)
    this.elementStarts = new Int32Array(n)
    this.elementLengths = new Int32Array(n)
    this.pool = new Int32Array(neighbours.length + n)
    this.weights = new Int32Array(n).fill(1)
    this.degrees = this.lengths.slice()
    this.isElement = new Uint8Array(n)
    this.heads = new Int32Array(n + 1).fill(NONE)
    this.next = new Int32Array(n).fill(NONE)
    this.previous = new Int32Array(n).fill(NONE)
    this.marks = new Float64Array(n)
    this.members = new Int32Array(n).fill(NONE)
    this.tails = Int32Array.from({ length: n }, (_, i) => i)
    this.buckets = new Int32Array(n).fill(NONE)
    this.bucketNext = new Int32Array(n)
    this.hashes = new Int32Array(n)
  }

  order(): Int32Array {
    const order = new Int32Array(this.n)
    const dense = this.setDenseAside()
    let end = 0
    while (this.eliminated < this.n) {
      const pivot = this.takeLowest()
      this.eliminate(pivot)
      for (let i = pivot; i !== NONE; i = this.members[i]!) order[end++] = i
    }
    for (const i of dense) order[end++] = i
    return order
  }

  /** Unknowns with too many neighbours are left out as if eliminated; the others go into the lists of their degrees. */
  private setDenseAside(): ReadonlyArray<number> {
    const bound = Math.max(16, 10 * Math.sqrt(this.n))
    const dense: Array<number> = []
    for (let i = this.n - 1; i >= 0; i--) {
      if (this.degrees[i]! <= bound) this.list(i)
      else {
        this.weights[i] = 0
        this.eliminated++
        dense.push(i)
      }
    }
    return dense.reverse()
  }

  private list(i: number): void {
    const degree = this.degrees[i]!
    const head = this.heads[degree]!
    this.next[i] = head
    this.previous[i] = NONE
    if (head !== NONE) this.previous[head] = i
    this.heads[degree] = i
    this.lowest = Math.min(this.lowest, degree)
  }

  private unlist(i: number): void {
    const [before, after] = [this.previous[i]!, this.next[i]!]
    if (before === NONE) this.heads[this.degrees[i]!] = after
    else this.next[before] = after
    if (after !== NONE) this.previous[after] = before
  }

  private takeLowest(): number {
    while (this.heads[this.lowest] === NONE) this.lowest++
    const pivot = this.heads[this.lowest]!
    this.unlist(pivot)
    return pivot
  }

  private eliminate(pivot: number): void {
    this.eliminated += this.weights[pivot]!
    this.formElement(pivot)
    this.weighOthers(pivot)
    this.shrinkLists(pivot)
    this.mergeAlike(pivot)
    this.settle(pivot)
  }

  /** The pivot becomes the element of all its neighbours; its own elements are absorbed. */
  private formElement(pivot: number): void {
    const { lists } = this
    const start = this.starts[pivot]!
    const elementEnd = start + this.elementCounts[pivot]!
    const end = start + this.lengths[pivot]!
    let bound = end - elementEnd
    for (let p = start; p < elementEnd; p++) bound += this.elementLengths[lists[p]!]!
    this.reserve(bound)
    this.weights[pivot] = -this.weights[pivot]!
    this.elementStarts[pivot] = this.poolEnd
    let weight = 0
    for (let p = start; p < elementEnd; p++) {
      const element = lists[p]!
      weight += this.gather(this.pool, this.elementStarts[element]!, this.elementLengths[element]!)
      this.isElement[element] = 0
    }
    weight += this.gather(lists, elementEnd, end - elementEnd)
    this.elementLengths[pivot] = this.poolEnd - this.elementStarts[pivot]!
    this.degrees[pivot] = weight
    this.isElement[pivot] = 1
  }

  /** Adds to the new element those of a list that are not in it yet, and gives their weight. */
  private gather(list: Int32Array, start: number, count: number): number {
    let weight = 0
    for (let p = start; p < start + count; p++) {
      const i = list[p]!
      const own = this.weights[i]!
      if (own <= 0) continue
      weight += own
      this.weights[i] = -own
      this.pool[this.poolEnd++] = i
      this.unlist(i)
    }
    return weight
  }

  private reserve(count: number): void {
    if (this.poolEnd + count <= this.pool.length) return
    const larger = new Int32Array(2 * (this.poolEnd + count))
    larger.set(this.pool.subarray(0, this.poolEnd))
    this.pool = larger
  }

  /** Marks each element that meets the new one with the weight of what it has outside. */
  private weighOthers(pivot: number): void {
    const { marks, stamp, lists } = this
    const end = this.elementStarts[pivot]! + this.elementLengths[pivot]!
    for (let at = this.elementStarts[pivot]!; at < end; at++) {
      const i = this.pool[at]!
      const weight = -this.weights[i]!
      const start = this.starts[i]!
      for (let p = start; p < start + this.elementCounts[i]!; p++) {
        const element = lists[p]!
        if (this.isElement[element] === 0) continue
        marks[element] = (marks[element]! >= stamp ? marks[element]! : this.degrees[element]! + stamp) - weight
      }
    }
  }

  /** Takes out of the lists what is gone, bounds the degrees, and sorts into buckets for comparison. */
  private shrinkLists(pivot: number): void {
    const end = this.elementStarts[pivot]! + this.elementLengths[pivot]!
    for (let at = this.elementStarts[pivot]!; at < end; at++) {
      const i = this.pool[at]!
      const outside = this.shrinkList(i, pivot)
      if (outside === 0) this.absorb(i, pivot)
      else {
        this.degrees[i] = Math.min(this.degrees[i]!, outside)
        const bucket = this.hashes[i]!
        this.bucketNext[i] = this.buckets[bucket]!
        this.buckets[bucket] = i
      }
    }
    // Beyond all marks of this turn.
    this.stamp += this.n + 1
  }

  /** Bound on the weight of the neighbours of i outside of the new element, which becomes the first in its list. */
  private shrinkList(i: number, pivot: number): number {
    const { lists, marks, stamp, weights } = this
    const start = this.starts[i]!
    const elementEnd = start + this.elementCounts[i]!
    const end = start + this.lengths[i]!
    let [outside, hash] = [0, 0]
    let to = start
    for (let p = start; p < elementEnd; p++) {
      const element = lists[p]!
      if (this.isElement[element] === 0) continue
      const beyond = marks[element]! - stamp
      // One that lies within the new element says nothing any more.
      if (beyond === 0) this.isElement[element] = 0
      else {
        outside += beyond
        hash += element
        lists[to++] = element
      }
    }
    const kept = to
    for (let p = elementEnd; p < end; p++) {
      const j = lists[p]!
      if (weights[j]! <= 0) continue
      outside += weights[j]!
      hash += j
      lists[to++] = j
    }
    // The pivot, or an element of it that is absorbed, was in the list: there is room for one.
    if (to > kept) lists[to] = lists[kept]!
    if (kept > start) lists[kept] = lists[start]!
    lists[start] = pivot
    this.elementCounts[i] = kept - start + 1
    this.lengths[i] = to - start + 1
    this.hashes[i] = hash % this.n
    return outside
  }

  /** From now on `other` stands for i. */
  private absorb(i: number, other: number): void {
    if (this.isElement[other] === 1) {
      // Nothing outside of the element is its neighbour: it is eliminated along with the pivot.
      this.eliminated -= this.weights[i]!
      this.degrees[other]! += this.weights[i]!
    }
    this.weights[other]! += this.weights[i]!
    this.weights[i] = 0
    this.members[this.tails[other]!] = i
    this.tails[other] = this.tails[i]!
  }

  /** Merges unknowns of the new element whose lists are the same. */
  private mergeAlike(pivot: number): void {
    const end = this.elementStarts[pivot]! + this.elementLengths[pivot]!
    for (let at = this.elementStarts[pivot]!; at < end; at++) {
      const first = this.pool[at]!
      if (this.weights[first] === 0) continue
      const bucket = this.hashes[first]!
      let i = this.buckets[bucket]!
      this.buckets[bucket] = NONE
      for (; i !== NONE && this.bucketNext[i] !== NONE; i = this.bucketNext[i]!) this.mergeInto(i)
    }
  }

  /** Merges into i those behind it in its bucket that are like it. */
  private mergeInto(i: number): void {
    const [start, length, count] = [this.starts[i]!, this.lengths[i]!, this.elementCounts[i]!]
    const stamp = this.stamp++
    for (let p = start + 1; p < start + length; p++) this.marks[this.lists[p]!] = stamp
    let before = i
    for (let j = this.bucketNext[i]!; j !== NONE; j = this.bucketNext[j]!) {
      if (this.lengths[j] === length && this.elementCounts[j] === count && this.allMarked(j, stamp)) {
        this.absorb(j, i)
        this.bucketNext[before] = this.bucketNext[j]!
      } else before = j
    }
  }

  private allMarked(j: number, stamp: number): boolean {
    const start = this.starts[j]!
    for (let p = start + 1; p < start + this.lengths[j]!; p++) if (this.marks[this.lists[p]!] !== stamp) return false
    return true
  }

  /** Gives the unknowns of the new element their weights and degrees, and forgets those that are merged. */
  private settle(pivot: number): void {
    const start = this.elementStarts[pivot]!
    const end = start + this.elementLengths[pivot]!
    let to = start
    this.weights[pivot] = 0
    for (let at = start; at < end; at++) {
      const i = this.pool[at]!
      const weight = -this.weights[i]!
      if (weight === 0) continue
      this.weights[i] = weight
      this.pool[to++] = i
      const within = this.degrees[pivot]! - weight
      this.degrees[i] = Math.max(0, Math.min(this.degrees[i]! + within, this.n - this.eliminated - weight))
      this.list(i)
    }
    this.elementLengths[pivot] = to - start
    this.poolEnd = to
  }
}

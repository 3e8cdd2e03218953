/** A set of rows of zeros and ones, in the order in which they came. */

/** A hash of a row: FNV-1a over its elements. */
const hashOf = (row: Uint8Array, from: number, length: number): number => {
  let hash = 0x811c9dc5
  for (let i = from; i < from + length; i++) hash = Math.imul(hash ^ (row[i]! + 1), 0x01000193)
  return hash ^ (hash >>> 15)
}

/** Rows of one length, each once; by open addressing. */
export class Signatures {
  readonly length: number
  count = 0
  private rows: Uint8Array
  /** Numbers of rows plus one, 0 where there is none; its length is a power of two. */
  private slots = new Int32Array(256)

  constructor(length: number) {
    this.length = length
    this.rows = new Uint8Array(64 * length)
  }

  /** The number of the row that stands in `rows` from an offset on: a new one where it was not yet there. */
  add(rows: Uint8Array, from: number): number {
    if (2 * (this.count + 1) > this.slots.length) this.rehash()
    const slot = this.slotOf(rows, from)
    if (this.slots[slot]! > 0) return this.slots[slot]! - 1
    if ((this.count + 1) * this.length > this.rows.length) {
      const grown = new Uint8Array(2 * this.rows.length)
      grown.set(this.rows)
      this.rows = grown
    }
    this.rows.set(rows.subarray(from, from + this.length), this.count * this.length)
    this.slots[slot] = ++this.count
    return this.count - 1
  }

  /** The number of a row, −1 where it is not there. */
  find(rows: Uint8Array, from: number): number {
    return this.slots[this.slotOf(rows, from)]! - 1
  }

  /** All rows, one after the other. */
  toRows(): Uint8Array {
    return this.rows.slice(0, this.count * this.length)
  }

  private slotOf(rows: Uint8Array, from: number): number {
    const { length, slots } = this
    const mask = slots.length - 1
    let slot = hashOf(rows, from, length) & mask
    while (slots[slot]! > 0 && !this.isAt(slots[slot]! - 1, rows, from)) slot = (slot + 1) & mask
    return slot
  }

  private isAt(number: number, rows: Uint8Array, from: number): boolean {
    const { length } = this
    for (let i = 0, own = number * length; i < length; i++) if (this.rows[own + i] !== rows[from + i]) return false
    return true
  }

  private rehash(): void {
    this.slots = new Int32Array(2 * this.slots.length)
    const mask = this.slots.length - 1
    for (let number = 0; number < this.count; number++) {
      let slot = hashOf(this.rows, number * this.length, this.length) & mask
      while (this.slots[slot]! > 0) slot = (slot + 1) & mask
      this.slots[slot] = number + 1
    }
  }
}

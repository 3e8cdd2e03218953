/** Random choices that a seed repeats: Mulberry32, a generator of 32 bits of state. */
export class Dice {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** A number from 0 to below 1. */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = this.state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.roll() * (most - least + 1))
  }

  /** Whether something of this probability happens. */
  isLucky(probability: number): boolean {
    return this.roll() < probability
  }

  /** One of several. */
  pick<A>(items: ReadonlyArray<A>): A {
    const item = items[Math.floor(this.roll() * items.length)]
    if (item === undefined) throw new RangeError("there is nothing to pick from")
    return item
  }
}

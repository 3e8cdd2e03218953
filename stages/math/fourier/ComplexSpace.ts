/** Arrays of complex numbers in the memory of a transform: some stay, as tables, the others go when a call ends. */
import { aligned, reserve, START } from "../wasm/instantiate.ts"
import type { FourierInstance } from "./fourier-instance.ts"

/** Bytes of a complex number. */
export const SIZE = 16

export class ComplexSpace {
  private readonly memory: FourierInstance["memory"]
  private next = START

  constructor(memory: FourierInstance["memory"]) {
    this.memory = memory
  }

  /** The address of a new array, of any content. Throws `RangeError` where the memory would exceed 4 GiB. */
  allocate(count: number): number {
    const address = this.next
    const end = aligned(address + count * SIZE)
    reserve(this.memory, end)
    this.next = end
    return address
  }

  /** The address of a copy. */
  place(numbers: Float64Array): number {
    const address = this.allocate(numbers.length / 2)
    this.view(address, numbers.length / 2).set(numbers)
    return address
  }

  /** Real and imaginary parts in turns; take it anew after anything was allocated. */
  view(address: number, count: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, 2 * count)
  }

  /** What the body returns; arrays that it allocated are void afterwards. */
  temporary<A>(body: () => A): A {
    const { next } = this
    try {
      return body()
    } finally {
      this.next = next
    }
  }
}

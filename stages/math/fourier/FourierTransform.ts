/**
 * Discrete Fourier transforms of any length, of lines and of matrices, complex and real, in float64.
 *
 * ```ts
 * const fourier = new FourierTransform()
 * const spectrum = fourier.forward(Float64Array.of(1, 0, 2, 0, 3, 0)) // of three complex numbers
 * ```
 *
 * Complex numbers are real and imaginary parts in turns. Forward: X_k = Σ_j x_j e^(−2πi j k / n); the inverse divides by n. A length's plan
 * is made at first use and stays. Error: about ½ ε √log₂ n of the norm for lengths 2ᵃ 3ᵇ 5ᶜ, two to three times as much for others. Cost: about
 * 5 n log₂ n flops, and for lengths with larger factors four to eight times as much. Bits depend on the shapes alone. Where some number is not
 * finite, each number of its transform has a part that is not finite. Methods throw `RangeError` where the array does not have the shape.
 */
import { ComplexSpace } from "./ComplexSpace.ts"
import { type FourierPlan, makePlan } from "./FourierPlan.ts"
import { makeFourierInstance } from "./fourier-instance.ts"
import { rootsOfUnity } from "./roots-of-unity.ts"
import { type Engine, transformColumns, transformLines } from "./transform-lines.ts"

export class FourierTransform {
  private readonly engine: Engine
  private readonly plans = new Map<number, FourierPlan>()
  /** Where e^(2πi k / n) lie, for real transforms of even lengths n. */
  private readonly roots = new Map<number, number>()

  constructor(kernels = makeFourierInstance()) {
    this.engine = { kernels, space: new ComplexSpace(kernels.memory) }
  }

  /** The transforms of lines of n numbers each; of one line when n is left out. */
  forward(x: Float64Array, n = x.length / 2): Float64Array {
    return this.ofLines(x, n, false)
  }

  /** What `forward` takes, from what it gives. */
  inverse(x: Float64Array, n = x.length / 2): Float64Array {
    return this.ofLines(x, n, true)
  }

  /** The transform of a matrix of complex numbers along both axes. */
  forward2(x: Float64Array, rows: number, columns: number): Float64Array {
    return this.ofMatrix(x, rows, columns, false)
  }

  /** What `forward2` takes, from what it gives. */
  inverse2(x: Float64Array, rows: number, columns: number): Float64Array {
    return this.ofMatrix(x, rows, columns, true)
  }

  /**
   * The first ⌊n/2⌋ + 1 numbers of the transform of n real numbers; the others are their conjugates in reverse.
   *
   * Costs half a complex transform for even n, a whole one for odd n.
   */
  forwardReal(x: Float64Array): Float64Array {
    const n = x.length
    if (n === 0) return new Float64Array(0)
    if (n % 2 === 1) return firstHalf(this.forward(complexOf(x)))
    const [plan, roots] = [this.plan(n / 2), this.rootsFor(n)]
    return this.computed(x, n / 2 + 1, (from, to, { kernels, space }) => {
      const pairs = space.allocate(n / 2)
      transformLines(this.engine, plan, from, pairs, 1, false)
      kernels.split(pairs, to, n / 2, roots)
    })
  }

  /** The n real numbers whose transform begins with ⌊n/2⌋ + 1 numbers. Imaginary parts that it cannot have count for nothing. */
  inverseReal(x: Float64Array, n: number): Float64Array {
    if (x.length !== (n === 0 ? 0 : 2 * Math.floor(n / 2) + 2)) {
      throw new RangeError(`${x.length} parts of complex numbers are no half of a transform of ${n} real numbers`)
    }
    if (n === 0) return new Float64Array(0)
    if (n % 2 === 1) return realOf(this.inverse(wholeOf(x, n)))
    const [plan, roots] = [this.plan(n / 2), this.rootsFor(n)]
    return this.computed(x, n / 2, (from, to, { kernels, space }) => {
      const pairs = space.allocate(n / 2)
      kernels.merge(from, pairs, n / 2, roots)
      transformLines(this.engine, plan, pairs, to, 1, true)
      kernels.scale(to, n / 2, 1 / n)
    })
  }

  private ofLines(x: Float64Array, n: number, inverse: boolean): Float64Array {
    const count = x.length / 2
    if (!Number.isInteger(count) || (count > 0 && !(n > 0 && Number.isInteger(n) && count % n === 0))) {
      throw new RangeError(`${x.length} parts of complex numbers are no lines of ${n} numbers`)
    }
    if (count === 0) return new Float64Array(0)
    const plan = this.plan(n)
    return this.computed(x, count, (from, to, { kernels }) => {
      transformLines(this.engine, plan, from, to, count / n, inverse)
      if (inverse) kernels.scale(to, count, 1 / n)
    })
  }

  private ofMatrix(x: Float64Array, rows: number, columns: number, inverse: boolean): Float64Array {
    if (x.length !== 2 * rows * columns) {
      throw new RangeError(`${x.length} parts of complex numbers are no ${rows}×${columns} numbers`)
    }
    if (x.length === 0) return new Float64Array(0)
    const [across, down] = [this.plan(columns), this.plan(rows)]
    return this.computed(x, rows * columns, (from, to, { kernels }) => {
      transformLines(this.engine, across, from, to, rows, inverse)
      transformColumns(this.engine, down, to, columns, inverse)
      if (inverse) kernels.scale(to, rows * columns, 1 / (rows * columns))
    })
  }

  /** Brings numbers into the memory, and the `count` that the body has made of them out of it. */
  private computed(
    x: Float64Array,
    count: number,
    body: (from: number, to: number, engine: Engine) => void
  ): Float64Array {
    const { space } = this.engine
    return space.temporary(() => {
      const [from, to] = [space.place(x), space.allocate(count)]
      body(from, to, this.engine)
      return space.view(to, count).slice()
    })
  }

  private plan(n: number): FourierPlan {
    const known = this.plans.get(n)
    if (known !== undefined) return known
    const { space } = this.engine
    const plan = makePlan(n, space)
    if (plan._tag === "Chirp") {
      const { inner, spectrum } = plan
      const transformed = this.computed(space.view(spectrum, inner.n), inner.n, (from, to) =>
        transformLines(this.engine, inner, from, to, 1, false)
      )
      space.view(spectrum, inner.n).set(transformed)
    }
    this.plans.set(n, plan)
    return plan
  }

  private rootsFor(n: number): number {
    const known = this.roots.get(n)
    if (known !== undefined) return known
    const address = this.engine.space.place(rootsOfUnity(n).subarray(0, n + 2))
    this.roots.set(n, address)
    return address
  }
}

const complexOf = (x: Float64Array): Float64Array => {
  const numbers = new Float64Array(2 * x.length)
  for (let i = 0; i < x.length; i++) numbers[2 * i] = x[i]!
  return numbers
}

/** What there is of the transform of n real numbers, n odd: the first of them is real. */
const firstHalf = (x: Float64Array): Float64Array => {
  const half = x.slice(0, x.length / 2 + 1)
  half[1] = 0
  return half
}

const realOf = (x: Float64Array): Float64Array => Float64Array.from({ length: x.length / 2 }, (_, i) => x[2 * i]!)

/** The transform of n real numbers, n odd, from its first half: X_(n−k) = X̄_k. */
const wholeOf = (x: Float64Array, n: number): Float64Array => {
  const whole = new Float64Array(2 * n)
  whole.set(x)
  whole[1] = 0
  for (let k = 1; 2 * k < n; k++) {
    whole[2 * (n - k)] = x[2 * k]!
    whole[2 * (n - k) + 1] = -x[2 * k + 1]!
  }
  return whole
}

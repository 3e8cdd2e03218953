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
 *
 * A result is a new array, or of complex transforms the one that is handed over for it, which may be the argument itself: a loop over large arrays then spares
 * the machine new memory at each step.
 */
import { ComplexSpace, SIZE } from "./ComplexSpace.ts"
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
  forward(x: Float64Array, n = x.length / 2, into?: Float64Array): Float64Array {
    return this.ofLines(x, n, false, into)
  }

  /** What `forward` takes, from what it gives. */
  inverse(x: Float64Array, n = x.length / 2, into?: Float64Array): Float64Array {
    return this.ofLines(x, n, true, into)
  }

  /** The transform of a matrix of complex numbers along both axes. */
  forward2(x: Float64Array, rows: number, columns: number, into?: Float64Array): Float64Array {
    return this.ofMatrix(x, rows, columns, false, into)
  }

  /** What `forward2` takes, from what it gives. */
  inverse2(x: Float64Array, rows: number, columns: number, into?: Float64Array): Float64Array {
    return this.ofMatrix(x, rows, columns, true, into)
  }

  /**
   * The first ⌊n/2⌋ + 1 numbers of the transforms of lines of n real numbers each; the others are their conjugates in reverse.
   *
   * Costs half a complex transform for even n, a whole one for odd n. One line when n is left out.
   */
  forwardReal(x: Float64Array, n = x.length): Float64Array {
    const count = linesIn(x.length, n, "real numbers", n)
    if (count === 0) return new Float64Array(0)
    if (n % 2 === 1) return firstHalves(this.forward(complexOf(x), n), n)
    const [plan, roots] = [this.plan(n / 2), this.rootsFor(n)]
    const half = n / 2 + 1
    return this.computed(x, half * count, (from, to, { kernels, space }) => {
      const pairs = space.allocate((n / 2) * count)
      transformLines(this.engine, plan, from, pairs, count, false)
      for (let line = 0; line < count; line++) {
        kernels.split(pairs + line * (n / 2) * SIZE, to + line * half * SIZE, n / 2, roots)
      }
    })
  }

  /** The lines of n real numbers whose transforms begin with ⌊n/2⌋ + 1 numbers each. Imaginary parts that they cannot have count for nothing. */
  inverseReal(x: Float64Array, n: number): Float64Array {
    const half = Math.floor(n / 2) + 1
    const count = linesIn(x.length, 2 * half, "parts of complex numbers", n)
    if (count === 0) return new Float64Array(0)
    if (n % 2 === 1) return realOf(this.inverse(wholes(x, n), n))
    const [plan, roots] = [this.plan(n / 2), this.rootsFor(n)]
    return this.computed(x, (n / 2) * count, (from, to, { kernels, space }) => {
      const pairs = space.allocate((n / 2) * count)
      for (let line = 0; line < count; line++) {
        kernels.merge(from + line * half * SIZE, pairs + line * (n / 2) * SIZE, n / 2, roots)
      }
      transformLines(this.engine, plan, pairs, to, count, true)
      kernels.scale(to, (n / 2) * count, 1 / n)
    })
  }

  /** The first ⌊columns/2⌋ + 1 columns of the transform of a matrix of real numbers. */
  forwardReal2(x: Float64Array, rows: number, columns: number): Float64Array {
    checkMatrix(x.length, rows * columns, "real numbers", rows, columns)
    return this.ofColumns(this.forwardReal(x, columns), rows, Math.floor(columns / 2) + 1, false)
  }

  /** What `forwardReal2` takes, from what it gives. */
  inverseReal2(x: Float64Array, rows: number, columns: number): Float64Array {
    const half = Math.floor(columns / 2) + 1
    checkMatrix(x.length, rows * columns === 0 ? 0 : 2 * rows * half, "parts of complex numbers", rows, columns)
    return this.inverseReal(this.ofColumns(x, rows, half, true), columns)
  }

  private ofLines(x: Float64Array, n: number, inverse: boolean, into?: Float64Array): Float64Array {
    const lines = linesIn(x.length, 2 * n, "parts of complex numbers", n)
    if (lines === 0) return new Float64Array(0)
    const plan = this.plan(n)
    return this.computed(
      x,
      lines * n,
      (from, to, { kernels }) => {
        transformLines(this.engine, plan, from, to, lines, inverse)
        if (inverse) kernels.scale(to, lines * n, 1 / n)
      },
      into
    )
  }

  private ofMatrix(
    x: Float64Array,
    rows: number,
    columns: number,
    inverse: boolean,
    into?: Float64Array
  ): Float64Array {
    checkMatrix(x.length, 2 * rows * columns, "parts of complex numbers", rows, columns)
    if (x.length === 0) return new Float64Array(0)
    const [across, down] = [this.plan(columns), this.plan(rows)]
    return this.computed(
      x,
      rows * columns,
      (from, to, { kernels }) => {
        transformLines(this.engine, across, from, to, rows, inverse)
        transformColumns(this.engine, down, to, columns, inverse)
        if (inverse) kernels.scale(to, rows * columns, 1 / (rows * columns))
      },
      into
    )
  }

  /** The columns alone of a matrix of complex numbers. */
  private ofColumns(x: Float64Array, rows: number, width: number, inverse: boolean): Float64Array {
    if (x.length === 0) return x
    const plan = this.plan(rows)
    const { kernels, space } = this.engine
    return space.temporary(() => {
      const at = space.place(x)
      transformColumns(this.engine, plan, at, width, inverse)
      if (inverse) kernels.scale(at, rows * width, 1 / rows)
      return space.view(at, rows * width).slice()
    })
  }

  /** Brings numbers into the memory, and the `count` that the body has made of them out of it. */
  private computed(
    x: Float64Array,
    count: number,
    body: (from: number, to: number, engine: Engine) => void,
    into: Float64Array = new Float64Array(2 * count)
  ): Float64Array {
    if (into.length !== 2 * count)
      throw new RangeError(`${into.length} places for ${2 * count} parts of complex numbers`)
    const { space } = this.engine
    space.temporary(() => {
      const [from, to] = [space.place(x), space.allocate(count)]
      body(from, to, this.engine)
      into.set(space.view(to, count))
    })
    return into
  }

  private plan(n: number): FourierPlan {
    const known = this.plans.get(n)
    if (known !== undefined) return known
    const { space } = this.engine
    const plan = makePlan(n, space)
    if (plan._tag === "Chirp") {
      const { inner, spectrum } = plan
      space.temporary(() => {
        const transformed = space.allocate(inner.n)
        transformLines(this.engine, inner, spectrum, transformed, 1, false)
        space.view(spectrum, inner.n).set(space.view(transformed, inner.n))
      })
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

/** How many lines an array has. Throws `RangeError` where it is not made of whole ones; an empty one has none, of any length. */
const linesIn = (length: number, perLine: number, parts: string, n: number): number => {
  const count = length === 0 ? 0 : length / perLine
  if (Number.isInteger(count) && (count === 0 || (Number.isInteger(n) && n > 0))) return count
  throw new RangeError(`${length} ${parts} are no transforms of length ${n}`)
}

const checkMatrix = (length: number, expected: number, parts: string, rows: number, columns: number): void => {
  if (length !== expected) throw new RangeError(`${length} ${parts} are no transform of ${rows}×${columns} numbers`)
}

const complexOf = (x: Float64Array): Float64Array => {
  const numbers = new Float64Array(2 * x.length)
  for (let i = 0; i < x.length; i++) numbers[2 * i] = x[i]!
  return numbers
}

const realOf = (x: Float64Array): Float64Array => Float64Array.from({ length: x.length / 2 }, (_, i) => x[2 * i]!)

/** What there is of the transforms of lines of n real numbers, n odd: the first number of each is real. */
const firstHalves = (x: Float64Array, n: number): Float64Array => {
  const halves = new Float64Array((x.length / (2 * n)) * (n + 1))
  for (let from = 0, to = 0; from < x.length; from += 2 * n, to += n + 1) {
    halves.set(x.subarray(from, from + n + 1), to)
    halves[to + 1] = 0
  }
  return halves
}

/** The transforms of lines of n real numbers, n odd, from their first halves: X_(n−k) = X̄_k. */
const wholes = (x: Float64Array, n: number): Float64Array => {
  const result = new Float64Array((x.length / (n + 1)) * 2 * n)
  for (let from = 0, to = 0; from < x.length; from += n + 1, to += 2 * n) {
    result[to] = x[from]!
    for (let k = 1; 2 * k < n; k++) {
      const [re, im] = [x[from + 2 * k]!, x[from + 2 * k + 1]!]
      result.set([re, im], to + 2 * k)
      result.set([re, -im], to + 2 * (n - k))
    }
  }
  return result
}

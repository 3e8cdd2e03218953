/** The passes of `assembly/fourier.ts` in plain TypeScript: the same operations on the same numbers, so the same bits. */
import type { FourierInstance, Pass } from "./fourier-instance.ts"

interface Complex {
  readonly re: number
  readonly im: number
}

const plus = (x: Complex, y: Complex): Complex => ({ re: x.re + y.re, im: x.im + y.im })
const minus = (x: Complex, y: Complex): Complex => ({ re: x.re - y.re, im: x.im - y.im })
const times = (x: Complex, factor: number): Complex => ({ re: x.re * factor, im: x.im * factor })
const conjugate = (x: Complex): Complex => ({ re: x.re, im: -x.im })

/** −i x, or i x in the inverse direction. */
const turn = ({ re, im }: Complex, inverse: boolean): Complex => (inverse ? { re: -im, im: re } : { re: im, im: -re })

/** x w̄, or x w in the inverse direction. */
const twiddle = (x: Complex, w: Complex, inverse: boolean): Complex =>
  plus(times(x, w.re), times(turn(x, inverse), w.im))

/** The sums of one butterfly, before the twiddle factors. */
type Butterfly = (x: ReadonlyArray<Complex>, inverse: boolean) => ReadonlyArray<Complex>

const butterfly2: Butterfly = ([a, b]) => [plus(a!, b!), minus(a!, b!)]

const butterfly3: Butterfly = ([a, b, c], inverse) => {
  const sum = plus(b!, c!)
  const middle = minus(a!, times(sum, 0.5))
  const side = times(turn(minus(b!, c!), inverse), 0.8660254037844386)
  return [plus(a!, sum), plus(middle, side), minus(middle, side)]
}

const butterfly4: Butterfly = ([a, b, c, d], inverse) => {
  const [even, odd, middle] = [plus(a!, c!), plus(b!, d!), minus(a!, c!)]
  const side = turn(minus(b!, d!), inverse)
  return [plus(even, odd), plus(middle, side), minus(even, odd), minus(middle, side)]
}

const [COS_1, SIN_1, COS_2, SIN_2] = [0.30901699437494745, 0.9510565162951535, 0.8090169943749475, 0.5877852522924731]

const butterfly5: Butterfly = ([a, b, c, d, e], inverse) => {
  const [sum1, sum2] = [plus(b!, e!), plus(c!, d!)]
  const [turned1, turned2] = [turn(minus(b!, e!), inverse), turn(minus(c!, d!), inverse)]
  const middle1 = plus(a!, minus(times(sum1, COS_1), times(sum2, COS_2)))
  const middle2 = plus(a!, minus(times(sum2, COS_1), times(sum1, COS_2)))
  const side1 = plus(times(turned1, SIN_1), times(turned2, SIN_2))
  const side2 = minus(times(turned1, SIN_2), times(turned2, SIN_1))
  return [
    plus(a!, plus(sum1, sum2)),
    plus(middle1, side1),
    plus(middle2, side2),
    minus(middle2, side2),
    minus(middle1, side1)
  ]
}

interface Kind {
  readonly radix: number
  readonly butterfly: Butterfly
  /** Whether the factors of the last pass, all 1, are left out. */
  readonly isPlainAtEnd: boolean
}

const FOUR: Kind = { radix: 4, butterfly: butterfly4, isPlainAtEnd: true }

const PAGE = 65_536

/** The same interface over an array of the language. */
export const makeFourierTwin = (): FourierInstance => {
  const buffer = new ArrayBuffer(2 * PAGE, { maxByteLength: 2 ** 28 })
  const memory = {
    buffer,
    grow: (pages: number) => {
      buffer.resize(buffer.byteLength + pages * PAGE)
      return 0
    }
  }
  const parts = new Float64Array(buffer)
  const read = (address: number, index: number): Complex => {
    const at = address / 8 + 2 * index
    return { re: parts[at]!, im: parts[at + 1]! }
  }
  const write = (address: number, index: number, { re, im }: Complex): void => {
    const at = address / 8 + 2 * index
    parts[at] = re
    parts[at + 1] = im
  }

  /** The butterfly of one p and q, with what it reads and writes named by numbers from 0 to R − 1. */
  const once = (
    { radix, butterfly, isPlainAtEnd }: Kind,
    from: (r: number) => readonly [address: number, index: number],
    to: (k: number) => readonly [address: number, index: number],
    p: number,
    m: number,
    table: number,
    inverse: boolean
  ): void => {
    const x = Array.from({ length: radix }, (_, r) => read(...from(r)))
    for (const [k, y] of butterfly(x, inverse).entries()) {
      const isPlain = k === 0 || (m === 1 && isPlainAtEnd)
      write(...to(k), isPlain ? y : twiddle(y, read(table, p * (radix - 1) + k - 1), inverse))
    }
  }

  const pass =
    (kind: Kind): Pass =>
    (from, pitch, to, toPitch, lines, m, s, table, inverse) => {
      for (let line = 0; line < lines; line++) {
        for (let p = 0; p < m; p++) {
          for (let q = 0; q < s; q++) {
            const source = (r: number) => [from, line * pitch + q + s * (p + m * r)] as const
            const target = (k: number) => [to, line * toPitch + q + s * (kind.radix * p + k)] as const
            once(kind, source, target, p, m, table, inverse)
          }
        }
      }
    }

  return {
    memory,
    radix2: pass({ radix: 2, butterfly: butterfly2, isPlainAtEnd: true }),
    radix3: pass({ radix: 3, butterfly: butterfly3, isPlainAtEnd: false }),
    radix4: pass(FOUR),
    radix5: pass({ radix: 5, butterfly: butterfly5, isPlainAtEnd: false }),
    radix4OfColumns: (from, stride, to, toPitch, lines, m, table, inverse) => {
      for (let p = 0; p < m; p++) {
        for (let line = 0; line < lines; line++) {
          const source = (r: number) => [from, (p + m * r) * stride + line] as const
          const target = (k: number) => [to, line * toPitch + 4 * p + k] as const
          once(FOUR, source, target, p, m, table, inverse)
        }
      }
    },
    radix4ToColumns: (from, pitch, to, stride, lines, s, inverse) => {
      for (let q = 0; q < s; q++) {
        for (let line = 0; line < lines; line++) {
          const source = (r: number) => [from, line * pitch + q + s * r] as const
          const target = (k: number) => [to, (q + s * k) * stride + line] as const
          once(FOUR, source, target, 0, 1, 0, inverse)
        }
      }
    },
    scale: (at, count, factor) => {
      for (let i = 0; i < count; i++) write(at, i, times(read(at, i), factor))
    },
    transpose: (from, stride, to, toStride, rows, columns) => {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) write(to, c * toStride + r, read(from, r * stride + c))
      }
    },
    modulate: (from, to, count, w, inverse) => {
      for (let j = 0; j < count; j++) write(to, j, twiddle(read(from, j), read(w, j), inverse))
    },
    interlude: (from, pitch, to, stride, rows, columns, first, fine, coarse, bits, inverse) => {
      for (let k = 0; k < rows; k++) {
        for (let c = 0; c < columns; c++) {
          const j = k * (first + c)
          const w = twiddle(read(fine, j % 2 ** bits), read(coarse, Math.floor(j / 2 ** bits)), true)
          write(to, k * stride + c, twiddle(read(from, c * pitch + k), w, inverse))
        }
      }
    },
    split: (z, to, m, w) => {
      for (let k = 0; k <= m; k++) {
        const [a, b] = [read(z, k % m), conjugate(read(z, (m - k) % m))]
        const odd = twiddle(turn(minus(a, b), false), read(w, k), false)
        write(to, k, times(plus(plus(a, b), odd), 0.5))
      }
    },
    merge: (x, to, m, w) => {
      for (let k = 0; k < m; k++) {
        const isEnd = k === 0
        const [a, b] = [read(x, k), read(x, m - k)]
        const left = isEnd ? { re: a.re, im: 0 } : a
        const right = isEnd ? { re: b.re, im: 0 } : conjugate(b)
        const odd = twiddle(turn(minus(left, right), true), read(w, k), true)
        write(to, k, plus(plus(left, right), odd))
      }
    }
  }
}

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

  const pass =
    (radix: number, butterfly: Butterfly): Pass =>
    (from, to, lines, m, s, table, inverse) => {
      for (let line = 0; line < lines; line++) {
        const start = line * radix * m * s
        for (let p = 0; p < m; p++) {
          for (let q = 0; q < s; q++) {
            const x = Array.from({ length: radix }, (_, r) => read(from, start + q + s * (p + m * r)))
            for (const [k, y] of butterfly(x, inverse).entries()) {
              const isPlain = m === 1 || k === 0
              const value = isPlain ? y : twiddle(y, read(table, p * (radix - 1) + k - 1), inverse)
              write(to, start + q + s * (radix * p + k), value)
            }
          }
        }
      }
    }

  return {
    memory,
    radix2: pass(2, butterfly2),
    radix3: pass(3, butterfly3),
    radix4: pass(4, butterfly4),
    radix5: pass(5, butterfly5),
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
    interlude: (from, to, stride, rows, columns, first, fine, coarse, bits, inverse) => {
      for (let k = 0; k < rows; k++) {
        for (let c = 0; c < columns; c++) {
          const j = k * (first + c)
          const w = twiddle(read(fine, j % 2 ** bits), read(coarse, Math.floor(j / 2 ** bits)), true)
          write(to, k * stride + c, twiddle(read(from, c * rows + k), w, inverse))
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

/**
 * Passes of the fast Fourier transform on raw memory, float64; a complex number is a vector of two lanes, (re, im), of 16 bytes.
 *
 * A pass of radix R takes `lines` arrays of R·m·s numbers through one step of Stockham's algorithm, decimation in frequency:
 *
 *   y[q + s (R p + k)] = w^(p k) Σ_r e^(∓2πi r k / R) x[q + s (p + m r)],   w = e^(∓2πi / (R m)),   p < m, q < s, k < R
 *
 * where the upper signs are of the forward direction, and lines lie `pitch` numbers apart. The table holds e^(2πi p k / (R m)) for each p, and k
 * from 1 to R − 1; radices 2 and 4 do not read it where m = 1. `fourier-twin.ts` repeats each sum in its order.
 *
 * Source: C. Van Loan, Computational Frameworks for the Fast Fourier Transform, SIAM (1992), 1.7 and 2.4.
 */

/** Bytes of a complex number. */
const SIZE: usize = 16

/** The signs that `turn` changes: of the imaginary part in the forward direction, of the real part in the inverse one. */
@inline
function direction(inverse: bool): v128 {
  const sign = i64x2(i64.MIN_VALUE, 0), other = i64x2(0, i64.MIN_VALUE)
  return inverse ? sign : other
}

/** −i x, or i x in the inverse direction. */
@inline
function turn(x: v128, mask: v128): v128 {
  return v128.xor(v128.shuffle<f64>(x, x, 1, 0), mask)
}

@inline
function plus(x: v128, y: v128): v128 {
  return f64x2.add(x, y)
}

@inline
function minus(x: v128, y: v128): v128 {
  return f64x2.sub(x, y)
}

@inline
function times(x: v128, y: v128): v128 {
  return f64x2.mul(x, y)
}

/** x w̄ for w = re + i im, or x w in the inverse direction; `im` has the signs of the direction already, see `signed`. */
@inline
function twiddle(x: v128, re: v128, im: v128): v128 {
  return plus(times(x, re), times(v128.shuffle<f64>(x, x, 1, 0), im))
}

/** The part at an address twice, with the signs of the direction: so a factor turns as `turn` does, at no cost in the inner loop. */
@inline
function signed(part: usize, mask: v128): v128 {
  return v128.xor(v128.load64_splat(part), mask)
}

/** x w̄ for w at an address, or x w. */
@inline
function twiddleAt(x: v128, w: usize, mask: v128): v128 {
  return twiddle(x, v128.load64_splat(w), signed(w + 8, mask))
}

export function radix2(
  from: usize, pitch: i32, to: usize, toPitch: i32, lines: i32, m: i32, s: i32, table: usize, inverse: bool
): void {
  const mask = direction(inverse)
  const out = <usize>s * SIZE, far = <usize>m * out
  for (let line = 0; line < lines; line++) {
    let w = table
    for (let p = 0; p < m; p++) {
      let x = from + <usize>p * out
      let y = to + <usize>p * 2 * out
      const end = y + out
      if (m == 1) {
        for (; y < end; x += SIZE, y += SIZE) {
          const a = v128.load(x), b = v128.load(x + far)
          v128.store(y, plus(a, b))
          v128.store(y + out, minus(a, b))
        }
      } else {
        const re = v128.load64_splat(w), im = signed(w + 8, mask)
        w += SIZE
        for (; y < end; x += SIZE, y += SIZE) {
          const a = v128.load(x), b = v128.load(x + far)
          v128.store(y, plus(a, b))
          v128.store(y + out, twiddle(minus(a, b), re, im))
        }
      }
    }
    from += <usize>pitch * SIZE
    to += <usize>toPitch * SIZE
  }
}

const SIN_3: f64 = 0.8660254037844386

export function radix3(
  from: usize, pitch: i32, to: usize, toPitch: i32, lines: i32, m: i32, s: i32, table: usize, inverse: bool
): void {
  const mask = direction(inverse)
  const out = <usize>s * SIZE, far = <usize>m * out
  const half = f64x2.splat(0.5), sin = f64x2.splat(SIN_3)
  for (let line = 0; line < lines; line++) {
    let w = table
    for (let p = 0; p < m; p++) {
      let x = from + <usize>p * out
      let y = to + <usize>p * 3 * out
      const end = y + out
      const re1 = v128.load64_splat(w), im1 = signed(w + 8, mask)
      const re2 = v128.load64_splat(w, 16), im2 = signed(w + 24, mask)
      w += 2 * SIZE
      for (; y < end; x += SIZE, y += SIZE) {
        const a = v128.load(x), b = v128.load(x + far), c = v128.load(x + 2 * far)
        const sum = plus(b, c)
        const middle = minus(a, times(sum, half))
        const side = times(turn(minus(b, c), mask), sin)
        v128.store(y, plus(a, sum))
        v128.store(y + out, twiddle(plus(middle, side), re1, im1))
        v128.store(y + 2 * out, twiddle(minus(middle, side), re2, im2))
      }
    }
    from += <usize>pitch * SIZE
    to += <usize>toPitch * SIZE
  }
}

export function radix4(
  from: usize, pitch: i32, to: usize, toPitch: i32, lines: i32, m: i32, s: i32, table: usize, inverse: bool
): void {
  const mask = direction(inverse)
  const out = <usize>s * SIZE, far = <usize>m * out
  for (let line = 0; line < lines; line++) {
    let w = table
    for (let p = 0; p < m; p++) {
      let x = from + <usize>p * out
      let y = to + <usize>p * 4 * out
      const end = y + out
      if (m == 1) {
        for (; y < end; x += SIZE, y += SIZE) {
          const a = v128.load(x), b = v128.load(x + far), c = v128.load(x + 2 * far), d = v128.load(x + 3 * far)
          const even = plus(a, c), odd = plus(b, d)
          const middle = minus(a, c), side = turn(minus(b, d), mask)
          v128.store(y, plus(even, odd))
          v128.store(y + out, plus(middle, side))
          v128.store(y + 2 * out, minus(even, odd))
          v128.store(y + 3 * out, minus(middle, side))
        }
      } else {
        const re1 = v128.load64_splat(w), im1 = signed(w + 8, mask)
        const re2 = v128.load64_splat(w, 16), im2 = signed(w + 24, mask)
        const re3 = v128.load64_splat(w, 32), im3 = signed(w + 40, mask)
        w += 3 * SIZE
        for (; y < end; x += SIZE, y += SIZE) {
          const a = v128.load(x), b = v128.load(x + far), c = v128.load(x + 2 * far), d = v128.load(x + 3 * far)
          const even = plus(a, c), odd = plus(b, d)
          const middle = minus(a, c), side = turn(minus(b, d), mask)
          v128.store(y, plus(even, odd))
          v128.store(y + out, twiddle(plus(middle, side), re1, im1))
          v128.store(y + 2 * out, twiddle(minus(even, odd), re2, im2))
          v128.store(y + 3 * out, twiddle(minus(middle, side), re3, im3))
        }
      }
    }
    from += <usize>pitch * SIZE
    to += <usize>toPitch * SIZE
  }
}

/** The first pass of `radix4`, s = 1, on columns of a matrix with rows `stride` apart; they come out as lines. */
export function radix4OfColumns(
  from: usize, stride: i32, to: usize, toPitch: i32, lines: i32, m: i32, table: usize, inverse: bool
): void {
  const mask = direction(inverse)
  const row = <usize>stride * SIZE, far = <usize>m * row, out = <usize>toPitch * SIZE
  let w = table
  for (let p = 0; p < m; p++) {
    const re1 = v128.load64_splat(w), im1 = signed(w + 8, mask)
    const re2 = v128.load64_splat(w, 16), im2 = signed(w + 24, mask)
    const re3 = v128.load64_splat(w, 32), im3 = signed(w + 40, mask)
    w += 3 * SIZE
    let x = from + <usize>p * row
    let y = to + <usize>p * 4 * SIZE
    for (const end = x + <usize>lines * SIZE; x < end; x += SIZE, y += out) {
      const a = v128.load(x), b = v128.load(x + far), c = v128.load(x + 2 * far), d = v128.load(x + 3 * far)
      const even = plus(a, c), odd = plus(b, d)
      const middle = minus(a, c), side = turn(minus(b, d), mask)
      v128.store(y, plus(even, odd))
      v128.store(y, twiddle(plus(middle, side), re1, im1), SIZE)
      v128.store(y, twiddle(minus(even, odd), re2, im2), 2 * SIZE)
      v128.store(y, twiddle(minus(middle, side), re3, im3), 3 * SIZE)
    }
  }
}

/** The last pass of `radix4`, m = 1, from lines to columns of a matrix with rows `stride` apart. */
export function radix4ToColumns(
  from: usize, pitch: i32, to: usize, stride: i32, lines: i32, s: i32, inverse: bool
): void {
  const mask = direction(inverse)
  const row = <usize>stride * SIZE, out = <usize>s * row, far = <usize>s * SIZE, next = <usize>pitch * SIZE
  for (let q = 0; q < s; q++) {
    let x = from + <usize>q * SIZE
    let y = to + <usize>q * row
    for (const end = y + <usize>lines * SIZE; y < end; x += next, y += SIZE) {
      const a = v128.load(x), b = v128.load(x + far), c = v128.load(x + 2 * far), d = v128.load(x + 3 * far)
      const even = plus(a, c), odd = plus(b, d)
      const middle = minus(a, c), side = turn(minus(b, d), mask)
      v128.store(y, plus(even, odd))
      v128.store(y + out, plus(middle, side))
      v128.store(y + 2 * out, minus(even, odd))
      v128.store(y + 3 * out, minus(middle, side))
    }
  }
}

const COS_5: f64 = 0.30901699437494745
const SIN_5: f64 = 0.9510565162951535
const COS_5_2: f64 = 0.8090169943749475
const SIN_5_2: f64 = 0.5877852522924731

export function radix5(
  from: usize, pitch: i32, to: usize, toPitch: i32, lines: i32, m: i32, s: i32, table: usize, inverse: bool
): void {
  const mask = direction(inverse)
  const out = <usize>s * SIZE, far = <usize>m * out
  const cos1 = f64x2.splat(COS_5), sin1 = f64x2.splat(SIN_5), cos2 = f64x2.splat(COS_5_2), sin2 = f64x2.splat(SIN_5_2)
  for (let line = 0; line < lines; line++) {
    let w = table
    for (let p = 0; p < m; p++) {
      let x = from + <usize>p * out
      let y = to + <usize>p * 5 * out
      const end = y + out
      const re1 = v128.load64_splat(w), im1 = signed(w + 8, mask)
      const re2 = v128.load64_splat(w, 16), im2 = signed(w + 24, mask)
      const re3 = v128.load64_splat(w, 32), im3 = signed(w + 40, mask)
      const re4 = v128.load64_splat(w, 48), im4 = signed(w + 56, mask)
      w += 4 * SIZE
      for (; y < end; x += SIZE, y += SIZE) {
        const a = v128.load(x)
        const b = v128.load(x + far), c = v128.load(x + 2 * far), d = v128.load(x + 3 * far), e = v128.load(x + 4 * far)
        const sum1 = plus(b, e), sum2 = plus(c, d)
        const turned1 = turn(minus(b, e), mask), turned2 = turn(minus(c, d), mask)
        const middle1 = plus(a, minus(times(sum1, cos1), times(sum2, cos2)))
        const middle2 = plus(a, minus(times(sum2, cos1), times(sum1, cos2)))
        const side1 = plus(times(turned1, sin1), times(turned2, sin2))
        const side2 = minus(times(turned1, sin2), times(turned2, sin1))
        v128.store(y, plus(a, plus(sum1, sum2)))
        v128.store(y + out, twiddle(plus(middle1, side1), re1, im1))
        v128.store(y + 2 * out, twiddle(plus(middle2, side2), re2, im2))
        v128.store(y + 3 * out, twiddle(minus(middle2, side2), re3, im3))
        v128.store(y + 4 * out, twiddle(minus(middle1, side1), re4, im4))
      }
    }
    from += <usize>pitch * SIZE
    to += <usize>toPitch * SIZE
  }
}

/** Multiplies numbers by a real factor. */
export function scale(at: usize, count: i32, factor: f64): void {
  const scale = f64x2.splat(factor)
  for (const end = at + <usize>count * SIZE; at < end; at += SIZE) v128.store(at, times(v128.load(at), scale))
}

/** to[c, r] = from[r, c]. The inner loop is over the shorter side: its lines stay in the cache. */
export function transpose(from: usize, stride: i32, to: usize, toStride: i32, rows: i32, columns: i32): void {
  const across = <usize>stride * SIZE, down = <usize>toStride * SIZE
  if (rows > columns) {
    for (let r = 0; r < rows; r++) transposeLine(from + <usize>r * across, SIZE, to + <usize>r * SIZE, down, columns)
  } else {
    for (let c = 0; c < columns; c++) transposeLine(from + <usize>c * SIZE, across, to + <usize>c * down, SIZE, rows)
  }
}

@inline
function transposeLine(x: usize, step: usize, y: usize, toStep: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    v128.store(y, v128.load(x))
    x += step
    y += toStep
  }
}

/** to_j = from_j w̄_j, or from_j w_j in the inverse direction. */
export function modulate(from: usize, to: usize, count: i32, w: usize, inverse: bool): void {
  const mask = direction(inverse)
  for (let j = <usize>0; j < <usize>count * SIZE; j += SIZE) {
    v128.store(to + j, twiddleAt(v128.load(from + j), w + j, mask))
  }
}

/**
 * to[k, c] = from[c, k] v̄^(k (first + c)) for v = e^(2πi / n), or without the bar in the inverse direction: what stands between the halves of a
 * transform in two steps. `from` has `columns` lines of `rows` numbers, `pitch` apart.
 *
 * v^j is the product of v^(j mod 2^bits) in the table `fine` and v^(2^bits ⌊j / 2^bits⌋) in `coarse`.
 */
export function interlude(
  from: usize, pitch: i32, to: usize, stride: i32, rows: i32, columns: i32, first: i32, fine: usize, coarse: usize,
  bits: i32, inverse: bool
): void {
  const mask = direction(inverse), product = direction(true)
  const low = (1 << bits) - 1
  for (let k = 0; k < rows; k++) {
    let j = k * first
    let x = from + <usize>k * SIZE
    for (let c = 0; c < columns; c++) {
      const w = twiddleAt(v128.load(fine + <usize>(j & low) * SIZE), coarse + <usize>(j >> bits) * SIZE, product)
      const re = v128.shuffle<f64>(w, w, 0, 0), im = v128.xor(v128.shuffle<f64>(w, w, 1, 1), mask)
      v128.store(to + <usize>c * SIZE, twiddle(v128.load(x), re, im))
      x += <usize>pitch * SIZE
      j += k
    }
    to += <usize>stride * SIZE
  }
}

/** The conjugate. */
@inline
function conjugate(x: v128): v128 {
  return v128.xor(x, direction(false))
}

/**
 * The transform of 2m real numbers, m + 1 numbers, from that of the m complex ones that they make up in pairs; w holds e^(2πi k / 2m).
 *
 * X_k = ½ (Z_k + Z̄_(m−k)) − ½ i w̄_k (Z_k − Z̄_(m−k)), with Z_m = Z_0.
 */
export function split(z: usize, to: usize, m: i32, w: usize): void {
  const half = f64x2.splat(0.5)
  const mask = direction(false)
  for (let k = 0; k <= m; k++) {
    const a = v128.load(z + <usize>(k == m ? 0 : k) * SIZE)
    const b = conjugate(v128.load(z + <usize>(k == 0 ? 0 : m - k) * SIZE))
    const odd = twiddleAt(turn(minus(a, b), mask), w + <usize>k * SIZE, mask)
    v128.store(to + <usize>k * SIZE, times(plus(plus(a, b), odd), half))
  }
}

/**
 * What `split` takes, from what it gives: Z_k = (X_k + X̄_(m−k)) + i w_k (X_k − X̄_(m−k)), twice as large.
 *
 * Imaginary parts of X_0 and X_m count for nothing.
 */
export function merge(x: usize, to: usize, m: i32, w: usize): void {
  const mask = direction(true)
  for (let k = 0; k < m; k++) {
    let a = v128.load(x + <usize>k * SIZE), b = conjugate(v128.load(x + <usize>(m - k) * SIZE))
    if (k == 0) {
      a = f64x2.replace_lane(a, 1, 0)
      b = f64x2.replace_lane(b, 1, 0)
    }
    const odd = twiddleAt(turn(minus(a, b), mask), w + <usize>k * SIZE, mask)
    v128.store(to + <usize>k * SIZE, plus(plus(a, b), odd))
  }
}

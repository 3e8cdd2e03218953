/**
 * The sums and the element by element work of divide and conquer on raw memory, float64.
 *
 * A secular equation of k poles takes about 5 k² divisions to solve, and its vectors 2 k²: pairs of them go at once.
 * The order of every sum depends on the count alone; `spectral-twin.ts` repeats it.
 */
import { across, fma } from "./shared-pairs"

/** to = d − at; with `squares`, d² − at² to full relative accuracy. */
export function differences(count: i32, d: usize, at: f64, squares: i32, to: usize): void {
  for (let j: usize = 0, bytes = <usize>count << 3; j < bytes; j += 8) {
    const x = load<f64>(d + j)
    store<f64>(to + j, squares ? (x - at) * (x + at) : x - at)
  }
}

/** to = x − by. */
export function shift(count: i32, x: usize, by: f64, to: usize): void {
  const bytes = <usize>(count & ~1) << 3
  const v = f64x2.splat(by)
  for (let j: usize = 0; j < bytes; j += 16) v128.store(to + j, f64x2.sub(v128.load(x + j), v))
  if (count & 1) store<f64>(to + bytes, load<f64>(x + bytes) - by)
}

/** Σ z²/(δ − τ), its derivative in τ, and the sum of the partial sums, to `out`, `out + 8` and `out + 16`. */
export function secularSums(count: i32, delta: usize, z: usize, tau: f64, out: usize): void {
  const bytes = <usize>(count & ~1) << 3
  const v = f64x2.splat(tau)
  let sums = f64x2.splat(0), slopes = sums, partial = sums
  for (let j: usize = 0; j < bytes; j += 16) {
    const x = v128.load(z + j)
    const t = f64x2.div(x, f64x2.sub(v128.load(delta + j), v))
    sums = fma(x, t, sums)
    slopes = fma(t, t, slopes)
    partial = f64x2.add(partial, sums)
  }
  let sum = across(sums), slope = across(slopes), total = across(partial)
  if (count & 1) {
    const x = load<f64>(z + bytes)
    const t = x / (load<f64>(delta + bytes) - tau)
    sum += x * t
    slope += t * t
    total += sum
  }
  store<f64>(out, sum)
  store<f64>(out, slope, 8)
  store<f64>(out, total, 16)
}

/** to = over / under. */
export function ratios(count: i32, over: usize, under: usize, to: usize): void {
  const bytes = <usize>(count & ~1) << 3
  for (let j: usize = 0; j < bytes; j += 16) v128.store(to + j, f64x2.div(v128.load(over + j), v128.load(under + j)))
  if (count & 1) store<f64>(to + bytes, load<f64>(over + bytes) / load<f64>(under + bytes))
}

/** to = to · over / under. */
export function multiplyRatios(count: i32, over: usize, under: usize, to: usize): void {
  const bytes = <usize>(count & ~1) << 3
  for (let j: usize = 0; j < bytes; j += 16) {
    const ratio = f64x2.div(v128.load(over + j), v128.load(under + j))
    v128.store(to + j, f64x2.mul(v128.load(to + j), ratio))
  }
  if (count & 1) store<f64>(to + bytes, load<f64>(to + bytes) * (load<f64>(over + bytes) / load<f64>(under + bytes)))
}

/** to = x · y. */
export function products(count: i32, x: usize, y: usize, to: usize): void {
  const bytes = <usize>(count & ~1) << 3
  for (let j: usize = 0; j < bytes; j += 16) v128.store(to + j, f64x2.mul(v128.load(x + j), v128.load(y + j)))
  if (count & 1) store<f64>(to + bytes, load<f64>(x + bytes) * load<f64>(y + bytes))
}

/** x / |x|, element j to element places[j] (32 bits) of `to`. */
export function scatterUnit(count: i32, x: usize, places: usize, to: usize): void {
  const bytes = <usize>(count & ~1) << 3
  let sums = f64x2.splat(0)
  for (let j: usize = 0; j < bytes; j += 16) {
    const v = v128.load(x + j)
    sums = fma(v, v, sums)
  }
  let sum = across(sums)
  if (count & 1) sum += load<f64>(x + bytes) * load<f64>(x + bytes)
  const length = Math.sqrt(sum)
  for (let j: usize = 0; j < <usize>count; j++) {
    store<f64>(to + (<usize>load<u32>(places + (j << 2)) << 3), load<f64>(x + (j << 3)) / length)
  }
}

/** Rows x and y become c x + s y and c y − s x. */
export function rotate(count: i32, x: usize, y: usize, c: f64, s: f64): void {
  const bytes = <usize>(count & ~1) << 3
  const cosines = f64x2.splat(c), sines = f64x2.splat(s)
  for (let j: usize = 0; j < bytes; j += 16) {
    const a = v128.load(x + j), b = v128.load(y + j)
    v128.store(x + j, fma(sines, b, f64x2.mul(cosines, a)))
    v128.store(y + j, f64x2.sub(f64x2.mul(cosines, b), f64x2.mul(sines, a)))
  }
  if (count & 1) {
    const a = load<f64>(x + bytes), b = load<f64>(y + bytes)
    store<f64>(x + bytes, s * b + c * a)
    store<f64>(y + bytes, c * b - s * a)
  }
}

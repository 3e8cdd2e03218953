/**
 * What methods of operator splitting do between their products, on raw memory, float64: shrinkage of blocks, reflections at the faces of
 * orthants, and sums of the sides of a problem. A matrix with two sides has them one behind the other, each contiguous.
 */
import { across, fma } from "./shared-pairs"

/** to = x − y. */
export function difference(count: i32, x: usize, y: usize, to: usize): void {
  for (; count >= 2; count -= 2, x += 16, y += 16, to += 16) {
    v128.store(to, f64x2.sub(v128.load(x), v128.load(y)))
  }
  if (count == 1) store<f64>(to, load<f64>(x) - load<f64>(y))
}

/** Adds x to the first side, of `count` numbers, and takes it off the second. */
export function addToSides(count: i32, x: usize, sides: usize): void {
  let other = sides + (<usize>count << 3)
  for (; count >= 2; count -= 2, x += 16, sides += 16, other += 16) {
    const term = v128.load(x)
    v128.store(sides, f64x2.add(v128.load(sides), term))
    v128.store(other, f64x2.sub(v128.load(other), term))
  }
  if (count == 1) {
    store<f64>(sides, load<f64>(sides) + load<f64>(x))
    store<f64>(other, load<f64>(other) - load<f64>(x))
  }
}

/** Row i of `to` = α qᵢ times row i of X. */
export function scaleRows(rows: i32, columns: i32, alpha: f64, q: usize, X: usize, to: usize): void {
  for (let i = 0; i < rows; i++, q += 8) {
    const factor = alpha * load<f64>(q), factors = f64x2.splat(factor)
    let left = columns
    for (; left >= 2; left -= 2, X += 16, to += 16) v128.store(to, f64x2.mul(factors, v128.load(X)))
    if (left == 1) {
      store<f64>(to, factor * load<f64>(X))
      X += 8
      to += 8
    }
  }
}

/** toᵢ = β bᵢ + α xᵢ · yᵢ with the rows of X and Y. */
export function rowProducts(
  rows: i32, columns: i32, alpha: f64, X: usize, Y: usize, beta: f64, b: usize, to: usize
): void {
  for (let i = 0; i < rows; i++, b += 8, to += 8) {
    let sums = f64x2.splat(0), left = columns
    for (; left >= 2; left -= 2, X += 16, Y += 16) sums = fma(v128.load(X), v128.load(Y), sums)
    let sum = across(sums)
    if (left == 1) {
      sum += load<f64>(X) * load<f64>(Y)
      X += 8
      Y += 8
    }
    store<f64>(to, beta * load<f64>(b) + alpha * sum)
  }
}

/**
 * Of each block, a row of `width`: z = α u + (1 − α) v + λ, then v = (1 − t / ‖z‖)₊ z and λ = z − v.
 *
 * The proximal operator of t ‖·‖ with over-relaxation α, and the step of the multipliers in units of ρ.
 */
export function shrink(blocks: i32, width: i32, alpha: f64, threshold: f64, u: usize, v: usize, lambda: usize): void {
  const rest = 1 - alpha, alphas = f64x2.splat(alpha), rests = f64x2.splat(rest)
  const bytes = <usize>(width & ~1) << 3, isOdd = (width & 1) == 1
  for (let b = 0; b < blocks; b++) {
    let squares = f64x2.splat(0)
    for (let at: usize = 0; at < bytes; at += 16) {
      const mixed = f64x2.add(f64x2.mul(alphas, v128.load(u + at)), f64x2.mul(rests, v128.load(v + at)))
      const z = f64x2.add(mixed, v128.load(lambda + at))
      v128.store(lambda + at, z)
      squares = fma(z, z, squares)
    }
    let square = across(squares)
    if (isOdd) {
      const z = alpha * load<f64>(u + bytes) + rest * load<f64>(v + bytes) + load<f64>(lambda + bytes)
      store<f64>(lambda + bytes, z)
      square += z * z
    }
    const norm = sqrt<f64>(square)
    keep(width, norm > threshold ? 1 - threshold / norm : 0, v, lambda)
    const row = <usize>width << 3
    u += row
    v += row
    lambda += row
  }
}

/** v = factor · z, and in the place of z what is left of it. */
@inline
function keep(width: i32, factor: f64, v: usize, z: usize): void {
  const factors = f64x2.splat(factor)
  for (; width >= 2; width -= 2, v += 16, z += 16) {
    const whole = v128.load(z), kept = f64x2.mul(factors, whole)
    v128.store(v, kept)
    v128.store(z, f64x2.sub(whole, kept))
  }
  if (width == 1) {
    const whole = load<f64>(z), kept = factor * whole
    store<f64>(v, kept)
    store<f64>(z, whole - kept)
  }
}

/**
 * Of both sides, with signs σ = ±1 of one: mirrored = σ |z|, and in the place of z, (1 − α/2) z − (α/2) σ |z|.
 *
 * With s the part of z that has the sign σ, and ν the other: mirrored = s − ν, and what takes the place is (1 − α) s + ν.
 */
export function reflect(count: i32, signs: usize, alpha: f64, z: usize, mirrored: usize): void {
  const half = f64x2.splat(alpha / 2), rest = f64x2.splat(1 - alpha / 2)
  const side = <usize>count << 3
  for (; count >= 2; count -= 2, signs += 16, z += 16, mirrored += 16) {
    const sign = v128.load(signs)
    reflectPair(sign, half, rest, z, mirrored)
    reflectPair(sign, half, rest, z + side, mirrored + side)
  }
  if (count == 1) {
    const sign = load<f64>(signs)
    reflectOne(sign, alpha, z, mirrored)
    reflectOne(sign, alpha, z + side, mirrored + side)
  }
}

@inline
function reflectPair(sign: v128, half: v128, rest: v128, z: usize, mirrored: usize): void {
  const value = v128.load(z), reflected = f64x2.mul(sign, f64x2.abs(value))
  v128.store(mirrored, reflected)
  v128.store(z, f64x2.sub(f64x2.mul(rest, value), f64x2.mul(half, reflected)))
}

@inline
function reflectOne(sign: f64, alpha: f64, z: usize, mirrored: usize): void {
  const value = load<f64>(z), reflected = sign * abs<f64>(value)
  store<f64>(mirrored, reflected)
  store<f64>(z, (1 - alpha / 2) * value - (alpha / 2) * reflected)
}

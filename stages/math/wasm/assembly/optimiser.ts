/**
 * Steps of optimisers over float32, each in one pass. Every operation is rounded by itself, in the order of the formulas, so that the
 * operations of a tensor library one after the other give the same bits; what is no number stays none.
 *
 * Results may not lie where other operands do.
 */

@inline
function at(address: usize, i: i32): usize {
  return address + (<usize>i << 2)
}

/** Four elements, or fewer at the end: then the first, in all lanes. */
@inline
function read(address: usize, isWhole: bool): v128 {
  return isWhole ? v128.load(address) : v128.load32_splat(address)
}

@inline
function write(address: usize, x: v128, isWhole: bool): void {
  if (isWhole) v128.store(address, x)
  else store<f32>(address, f32x4.extract_lane(x, 0))
}

@inline
function add(x: v128, y: v128): v128 {
  return f32x4.add(x, y)
}

@inline
function mul(x: v128, y: v128): v128 {
  return f32x4.mul(x, y)
}

/** θ − η g. */
export function descend(count: i32, rate: f32, theta: usize, gradient: usize, to: usize): void {
  const eta = f32x4.splat(rate)
  for (let i = 0; i < count; ) {
    const isWhole = i + 4 <= count
    const g = read(at(gradient, i), isWhole)
    write(at(to, i), f32x4.sub(read(at(theta, i), isWhole), mul(g, eta)), isWhole)
    i += isWhole ? 4 : 1
  }
}

/** v ← μ v + g; θ − η v, or with `nesterov` θ − η (g + μ v). */
export function momentum(
  count: i32, mu: f32, nesterov: bool, rate: f32,
  theta: usize, gradient: usize, velocity: usize, to: usize, toVelocity: usize
): void {
  const decay = f32x4.splat(mu), eta = f32x4.splat(rate)
  for (let i = 0; i < count; ) {
    const isWhole = i + 4 <= count
    const g = read(at(gradient, i), isWhole)
    const v = add(mul(read(at(velocity, i), isWhole), decay), g)
    const direction = nesterov ? add(g, mul(v, decay)) : v
    write(at(toVelocity, i), v, isWhole)
    write(at(to, i), f32x4.sub(read(at(theta, i), isWhole), mul(direction, eta)), isWhole)
    i += isWhole ? 4 : 1
  }
}

/**
 * m ← β₁ m + γ₁ g, v ← β₂ v + γ₂ g²; θ − s · m / (√(v / c) + ε), and less `decay` · θ where that is not zero.
 *
 * `scale` s has the rate and the correction of m, c is that of v.
 */
export function adam(
  count: i32, beta1: f32, gamma1: f32, beta2: f32, gamma2: f32, correction: f32, epsilon: f32, scale: f32, decay: f32,
  theta: usize, gradient: usize, first: usize, second: usize, to: usize, toFirst: usize, toSecond: usize
): void {
  const b1 = f32x4.splat(beta1), g1 = f32x4.splat(gamma1), b2 = f32x4.splat(beta2), g2 = f32x4.splat(gamma2)
  const c = f32x4.splat(correction), e = f32x4.splat(epsilon), s = f32x4.splat(scale), d = f32x4.splat(decay)
  for (let i = 0; i < count; ) {
    const isWhole = i + 4 <= count
    const x = read(at(theta, i), isWhole), g = read(at(gradient, i), isWhole)
    const m = add(mul(read(at(first, i), isWhole), b1), mul(g, g1))
    const v = add(mul(read(at(second, i), isWhole), b2), mul(mul(g, g), g2))
    const root = add(f32x4.sqrt(f32x4.div(v, c)), e)
    const moved = f32x4.sub(x, mul(f32x4.div(m, root), s))
    write(at(toFirst, i), m, isWhole)
    write(at(toSecond, i), v, isWhole)
    write(at(to, i), decay == 0 ? moved : f32x4.sub(moved, mul(x, d)), isWhole)
    i += isWhole ? 4 : 1
  }
}

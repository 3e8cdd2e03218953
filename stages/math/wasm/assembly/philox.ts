/**
 * Numbers of the streams of `random/Philox.ts` on raw memory, with the very bits: uniform and standard normal ones.
 *
 * Sources: Philox 4×32-10, Salmon et al., SC11 (2011); the normal quantile, M. J. Wichura, Algorithm AS 241 (1988).
 */
import { both, log, minus, over, plus, step, times } from "./shared-elementary"

const M0: u64 = 0xd2511f53
const M1: u64 = 0xcd9e8d57
const W0: u32 = 0x9e3779b9
const W1: u32 = 0xbb67ae85

/** 27 and 26 bits of two words, as `Philox.ts` has them, in (0, 1). */
@inline
function uniform(high: u32, low: u32): f64 {
  return (<f64>((<u64>(high >> 5) << 26) | <u64>(low >> 6)) + 0.5) * 1.1102230246251565e-16
}

/** The two uniform numbers of block `index`, as a vector. */
@inline
function block(index: u64, name0: u32, name1: u32, key0: u32, key1: u32): v128 {
  let c0 = <u32>index, c1 = <u32>(index >> 32), c2 = name0, c3 = name1
  for (let round = 0; round < 10; round++) {
    const p0 = M0 * <u64>c0, p1 = M1 * <u64>c2
    c0 = <u32>(p1 >> 32) ^ c1 ^ key0
    c1 = <u32>p1
    c2 = <u32>(p0 >> 32) ^ c3 ^ key1
    c3 = <u32>p0
    key0 += W0
    key1 += W1
  }
  return f64x2(uniform(c0, c1), uniform(c2, c3))
}

/** The numbers of the blocks from `first` on, `blocks` times two. */
export function uniforms(to: usize, first: u64, blocks: i32, name0: u32, name1: u32, key0: u32, key1: u32): void {
  for (let i = 0; i < blocks; i++, to += 16) v128.store(to, block(first + <u64>i, name0, name1, key0, key1))
}

@inline
function centre(q: v128): v128 {
  const r = minus(both(0.180625), times(q, q))
  let p = step(33430.57558358813, r, both(2509.0809287301227))
  p = step(67265.7709270087, r, p)
  p = step(45921.95393154987, r, p)
  p = step(13731.69376550946, r, p)
  p = step(1971.5909503065513, r, p)
  p = step(133.14166789178438, r, p)
  p = step(3.3871328727963665, r, p)
  let s = step(28729.085735721943, r, both(5226.495278852546))
  s = step(39307.89580009271, r, s)
  s = step(21213.794301586597, r, s)
  s = step(5394.196021424751, r, s)
  s = step(687.1870074920579, r, s)
  s = step(42.31333070160091, r, s)
  s = step(1, r, s)
  return over(times(q, p), s)
}

@inline
function middle(r: v128): v128 {
  let p = step(0.022723844989269184, r, both(0.0007745450142783414))
  p = step(0.2417807251774506, r, p)
  p = step(1.2704582524523684, r, p)
  p = step(3.6478483247632045, r, p)
  p = step(5.769497221460691, r, p)
  p = step(4.630337846156546, r, p)
  p = step(1.4234371107496835, r, p)
  let s = step(0.0005475938084995345, r, both(1.0507500716444169e-9))
  s = step(0.015198666563616457, r, s)
  s = step(0.14810397642748008, r, s)
  s = step(0.6897673349851, r, s)
  s = step(1.6763848301838038, r, s)
  s = step(2.053191626637759, r, s)
  s = step(1, r, s)
  return over(p, s)
}

@inline
function tail(r: v128): v128 {
  let p = step(0.000027115555687434876, r, both(2.0103343992922881e-7))
  p = step(0.0012426609473880784, r, p)
  p = step(0.026532189526576124, r, p)
  p = step(0.29656057182850487, r, p)
  p = step(1.7848265399172913, r, p)
  p = step(5.463784911164114, r, p)
  p = step(6.657904643501103, r, p)
  let s = step(1.421511758316446e-7, r, both(2.0442631033899397e-15))
  s = step(0.000018463183175100548, r, s)
  s = step(0.0007868691311456133, r, s)
  s = step(0.014875361290850615, r, s)
  s = step(0.1369298809227358, r, s)
  s = step(0.599832206555888, r, s)
  s = step(1, r, s)
  return over(p, s)
}

/** The quantiles of N(0, 1) at two probabilities in (0, 1): each branch is taken where one of the two needs it. */
@inline
function normalQuantile(probability: v128): v128 {
  const q = minus(probability, both(0.5))
  const isCentre = f64x2.le(f64x2.abs(q), both(0.425))
  if (v128.all_true<i64>(isCentre)) return centre(q)
  const isLeft = f64x2.lt(q, both(0))
  const least = v128.bitselect(probability, minus(both(1), probability), isLeft)
  const r = f64x2.sqrt(f64x2.neg(log(least)))
  const isMiddle = f64x2.le(r, both(5))
  let size = middle(minus(r, both(1.6)))
  if (!v128.all_true<i64>(v128.or(isMiddle, isCentre))) size = v128.bitselect(size, tail(minus(r, both(5))), isMiddle)
  const outer = v128.xor(size, v128.and(isLeft, i64x2.splat(i64.MIN_VALUE)))
  return v128.any_true(isCentre) ? v128.bitselect(centre(q), outer, isCentre) : outer
}

/** The normal numbers of the blocks from `first` on, `blocks` times two. */
export function normals(to: usize, first: u64, blocks: i32, name0: u32, name1: u32, key0: u32, key1: u32): void {
  for (let i = 0; i < blocks; i++, to += 16) {
    v128.store(to, normalQuantile(block(first + <u64>i, name0, name1, key0, key1)))
  }
}

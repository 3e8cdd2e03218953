/**
 * Random numbers by counting: Philox 4×32-10.
 *
 * A number depends on seed, stream name and position alone, so results do not depend on order, threads or machine.
 * Source: J. K. Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, SC11 (2011), section 3.3.
 */
import { normalQuantile } from "../special/Statistics.ts"

const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85

type Block = readonly [number, number, number, number]

/** Upper 32 bits of the product of two unsigned 32-bit numbers. */
const multiplyHigh = (a: number, b: number): number => {
  const [ah, al, bh, bl] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff]
  const middle = ah * bl + ((al * bl) >>> 16)
  const cross = al * bh + (middle & 0xffff)
  return (ah * bh + Math.floor(middle / 65_536) + Math.floor(cross / 65_536)) >>> 0
}

/** Four random words for a counter of four words and a key of two. */
export const philox4x32 = (counter: Block, key: readonly [number, number]): Block => {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(M0, c0)
    const low0 = Math.imul(M0, c0) >>> 0
    const high1 = multiplyHigh(M1, c2)
    const low1 = Math.imul(M1, c2) >>> 0
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + W0) >>> 0
    k1 = (k1 + W1) >>> 0
  }
  return [c0, c1, c2, c3]
}

export interface Stream {
  /** Standard normals, by the inverse of the distribution function: one number of the stream for each. */
  readonly normals: (count: number) => Float64Array
  /** Uniform in (0, 1), with 53 random bits. */
  readonly uniforms: (count: number) => Float64Array
  /**
   * Uniform in 0 … below − 1; the bias is below 2⁻²¹. From 2³¹ on the numbers are those whose 32 bits these are. Throws `RangeError` unless
   * `below` is whole, from 1 to 2³².
   */
  readonly integers: (count: number, below: number) => Int32Array
  /** The numbers 0 … count − 1 in random order. */
  readonly permutation: (count: number) => Int32Array
}

/** A stream of numbers. Two names, or two seeds, give streams that share nothing; a call continues where the last ended. */
export const stream = (seed: number | bigint, name: string): Stream => {
  const bits = BigInt.asUintN(64, BigInt(seed))
  const key = [Number(bits & 0xffffffffn), Number(bits >> 32n)] as const
  const [name0, name1] = nameWords(name)
  let position = 0
  let block: Block = [0, 0, 0, 0]

  /** The next uniform in (0, 1): two words make 53 bits, and half a step keeps it from 0. */
  const uniform = (): number => {
    const half = position & 1
    if (half === 0) {
      const index = position / 2
      block = philox4x32([index >>> 0, Math.floor(index / 2 ** 32), name0, name1], key)
    }
    position++
    const [high, low] = half === 0 ? [block[0], block[1]] : [block[2], block[3]]
    return ((high >>> 5) * 67_108_864 + (low >>> 6) + 0.5) / 2 ** 53
  }
  const uniforms = (count: number): Float64Array => Float64Array.from({ length: count }, uniform)
  const normals = (count: number): Float64Array => Float64Array.from({ length: count }, () => normalQuantile(uniform()))
  const integers = (count: number, below: number): Int32Array => {
    if (count > 0 && !(Number.isInteger(below) && below > 0 && below <= 2 ** 32))
      throw new RangeError(`no whole number is from 0 to below ${below}, in 32 bits`)
    return Int32Array.from({ length: count }, () => Math.floor(uniform() * below))
  }
  const permutation = (count: number): Int32Array => {
    const order = Int32Array.from({ length: count }, (_, index) => index)
    for (let last = count - 1; last > 0; last--) {
      const other = Math.floor(uniform() * (last + 1))
      const held = order[last]!
      order[last] = order[other]!
      order[other] = held
    }
    return order
  }
  return { normals, uniforms, integers, permutation }
}

/** 64 bits of a name: FNV-1a over its UTF-8 bytes. */
export const nameWords = (name: string): readonly [number, number] => {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(name)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  return [Number(hash & 0xffffffffn), Number(hash >> 32n)]
}

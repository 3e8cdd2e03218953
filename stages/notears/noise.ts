/** Noise of linear models. */
import { exponentials, gumbels } from "../math/random/Inversion.ts"
import type { RandomSource } from "../math/random/RandomSource.ts"

/** Of scale 1: N(0, 1); exponential with mean 1, which stays; Gumbel (0, 1), with mean 0.577; uniform on (−1, 1). */
const NOISES = {
  gauss: (source: RandomSource, count: number) => source.normals(count),
  exponential: exponentials,
  gumbel: gumbels,
  uniform: (source: RandomSource, count: number) => source.uniforms(count).map((share) => 2 * share - 1)
} as const

export const NOISE_NAMES = ["gauss", "exponential", "gumbel", "uniform"] as const

export type NoiseName = (typeof NOISE_NAMES)[number]

/** Numbers of this distribution. */
export const noise = (name: NoiseName, source: RandomSource, count: number): Float64Array => NOISES[name](source, count)

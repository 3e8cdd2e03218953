/** Where random numbers come from: what the distributions of this folder ask of a stream. */

export interface RandomSource {
  /** Standard normals. */
  readonly normals: (count: number) => Float64Array
  /** Uniform in (0, 1). */
  readonly uniforms: (count: number) => Float64Array
}

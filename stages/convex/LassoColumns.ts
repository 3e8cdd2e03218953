/** Features (x·u)₊ of unit vectors: the columns of a sampled convex program, which may grow. */
import type { Points } from "./tensors.ts"

export class LassoColumns {
  private readonly x: Points
  readonly directions: Array<Float64Array> = []
  /** (X u)₊ of each direction. */
  readonly features: Array<Float64Array> = []

  constructor(x: Points) {
    this.x = x
  }

  get count(): number {
    return this.features.length
  }

  /** Adds a direction, which must have length 1. */
  add(direction: Float64Array): void {
    const { data, count, dimension } = this.x
    const feature = new Float64Array(count)
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (let l = 0; l < dimension; l++) sum += data[i * dimension + l]! * direction[l]!
      feature[i] = Math.max(0, sum)
    }
    this.directions.push(direction)
    this.features.push(feature)
  }
}

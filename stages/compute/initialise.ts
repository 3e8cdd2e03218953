/** Values that training begins with, drawn from Philox by seed and name: the same on every backend. */
import type { Tensor } from "athanor/stage"
import { stream } from "../math/random/Philox.ts"
import { sizeOf } from "./gradients/shapes.ts"

type Shape = ReadonlyArray<number>

export const constant = (shape: Shape, value: number): Tensor<Float32Array> => ({
  shape,
  data: new Float32Array(sizeOf(shape)).fill(value)
})

/** Normal with variance 2 / fanIn, for ReLU: He et al., Delving Deep into Rectifiers, ICCV 2015, equation 10. */
export const heNormal = (seed: number, name: string, shape: Shape, fanIn: number): Tensor<Float32Array> => {
  const deviation = Math.sqrt(2 / fanIn)
  return { shape, data: Float32Array.from(draws(seed, name).normals(sizeOf(shape)), (x) => deviation * x) }
}

/** Uniform with variance 2 / (fanIn + fanOut): Glorot and Bengio, AISTATS 2010, equation 16. */
export const glorotUniform = (
  seed: number,
  name: string,
  shape: Shape,
  fanIn: number,
  fanOut: number
): Tensor<Float32Array> => {
  const bound = Math.sqrt(6 / (fanIn + fanOut))
  return { shape, data: Float32Array.from(draws(seed, name).uniforms(sizeOf(shape)), (u) => bound * (2 * u - 1)) }
}

const draws = (seed: number, name: string) => stream(seed, `initial value of ${name}`)

/**
 * Rules of resized images.
 *
 * Along each axis the result is a matrix times the image; its transpose takes cotangents back, to any order. As shipped, the rule of
 * half-pixel centres is that of corners.
 */
import tf from "@tensorflow/tfjs"
import type { Attributes, Rule } from "./Rule.ts"

/** A row for each element of the result: its weights on the elements that it came from. */
type Weights = (rows: number, columns: number, attrs: Attributes) => Float32Array

/** Where an element of the result, or with half-pixel centres its middle, lies in the image. */
const placeOf = (
  row: number,
  rows: number,
  columns: number,
  { alignCorners, halfPixelCenters }: Attributes
): number => {
  const isByCorners = alignCorners === true && rows > 1
  const scale = isByCorners ? (columns - 1) / (rows - 1) : columns / rows
  return scale * (halfPixelCenters === true ? row + 0.5 : row)
}

const bilinear: Weights = (rows, columns, attrs) => {
  const weights = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const place = placeOf(row, rows, columns, attrs) - (attrs["halfPixelCenters"] === true ? 0.5 : 0)
    const below = Math.max(0, Math.floor(place))
    const above = Math.min(columns - 1, Math.ceil(place))
    weights[row * columns + below]! += 1 - (place - below)
    weights[row * columns + above]! += place - below
  }
  return weights
}

const nearest: Weights = (rows, columns, attrs) => {
  const weights = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const place = placeOf(row, rows, columns, attrs)
    const near = attrs["alignCorners"] === true ? Math.round(place) : Math.floor(place)
    weights[row * columns + Math.min(columns - 1, near)] = 1
  }
  return weights
}

const resized = (kernel: string, weights: Weights): Rule => ({
  kernel,
  saves: ["images"],
  pullBack: (dy, [images], attrs) => {
    const [count, height, width, channels] = images!.shape as [number, number, number, number]
    const [, rows, columns] = dy.shape as [number, number, number, number]
    return {
      images: () => {
        const down = tf.tensor2d(weights(rows, height, attrs), [rows, height])
        const across = tf.tensor2d(weights(columns, width, attrs), [columns, width])
        const upright = tf.matMul(down, tf.reshape(dy, [count, rows, columns * channels]), true)
        const whole = tf.matMul(across, tf.reshape(upright, [count * height, columns, channels]), true)
        return tf.reshape(whole, [count, height, width, channels])
      }
    }
  }
})

export const RESIZING: ReadonlyArray<Rule> = [
  resized("ResizeBilinear", bilinear),
  resized("ResizeNearestNeighbor", nearest)
]

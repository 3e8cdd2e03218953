/** Labelled images as the stages of this family take them. */
import type { Tensor } from "athanor/stage"
import { Effect } from "effect"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"

export interface Examples {
  /** Count × pixels. */
  readonly images: Tensor
  readonly labels: Tensor
  readonly count: number
  /** Rows and columns of an image. */
  readonly side: number
}

/** Checks that there is a label from 0 below `classes` for each square image; the names are those of the inputs. */
export const asExamples = Effect.fnUntraced(function* (
  [imagesName, images]: readonly [string, Tensor],
  [labelsName, labels]: readonly [string, Tensor],
  classes: number
): Effect.fn.Return<Examples, ShapeMismatch> {
  const [count, pixels] = images.shape
  const side = Math.round(Math.sqrt(pixels ?? 0))
  if (images.shape.length !== 2 || count === undefined || count === 0 || side === 0 || side * side !== pixels) {
    return yield* new ShapeMismatch({ input: imagesName, found: images.shape, expected: "count × pixels of a square" })
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    const expected = `${count} labels, one for each of ${imagesName}`
    return yield* new ShapeMismatch({ input: labelsName, found: labels.shape, expected })
  }
  const wrong = labels.data.find((label) => !Number.isInteger(label) || label < 0 || label >= classes)
  if (wrong !== undefined) {
    const expected = `whole numbers from 0 to ${classes - 1}, and ${wrong} is among them`
    return yield* new ShapeMismatch({ input: labelsName, found: labels.shape, expected })
  }
  return { images, labels, count, side }
})

/** Images that are looked at together: what a layer makes of them has to find room. */
const CHUNK = 500

/** The row numbers of all images, in order, so many at a time. */
export const chunksOf = ({ count }: Examples): ReadonlyArray<Int32Array> =>
  Array.from({ length: Math.ceil(count / CHUNK) }, (_, chunk) => {
    const first = chunk * CHUNK
    return Int32Array.from({ length: Math.min(CHUNK, count - first) }, (__, at) => first + at)
  })

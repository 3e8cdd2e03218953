/** Networks of a fan-in, by width. */
import type { Json, Tensor } from "athanor/stage"
import { float64 } from "./tensors.ts"

/** An item of a fan-in over width and init. */
export interface Item {
  readonly matrix: { readonly [name: string]: Json }
  readonly value: Tensor
}

export interface Group {
  readonly width: number
  /** Float64 elements of each network, in the order of the inits. */
  readonly members: ReadonlyArray<{
    readonly init: string
    readonly shape: ReadonlyArray<number>
    readonly data: Float64Array
  }>
}

/** Items by rising width. */
export const byWidth = (items: ReadonlyArray<Item>): ReadonlyArray<Group> => {
  const widths = [...new Set(items.map(({ matrix }) => Number(matrix["width"])))].sort((a, b) => a - b)
  return widths.map((width) => ({
    width,
    members: items
      .filter(({ matrix }) => Number(matrix["width"]) === width)
      .map(({ matrix, value }) => ({ init: String(matrix["init"] ?? 0), shape: value.shape, data: float64(value) }))
  }))
}

/** Rounded for figures: no reader sees more, and files stay small. */
export const shown = (value: number): number => Number(value.toPrecision(6))

/** Colours of widths in every figure of the family, from narrow to wide. */
export const WIDTH_COLORS = ["#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00"]

/** The words for a width in legends. */
export const widthLabel = (width: number): string => `n = ${width}`

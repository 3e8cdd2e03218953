/** What the items of a fan-in are called in tables and figures. */
import type { Json } from "athanor/stage"

export interface Labelled {
  readonly matrix: { readonly [name: string]: Json }
}

/** The matrix value `method`, or else all matrix values, or else the place in the list, counted from 1. */
export const methodOf = ({ matrix }: Labelled, index: number): string => {
  const { method, ...others } = matrix
  if (method !== undefined) return textOf(method)
  const names = Object.keys(others).sort()
  return names.length === 0 ? String(index + 1) : names.map((name) => `${name}=${textOf(others[name])}`).join(",")
}

export const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : JSON.stringify(value))

/** Rounded for figures: no reader sees more, and files stay small. */
export const shown = (value: number): number => Number(value.toPrecision(6))

/** Imported as `athanor/math`: what all rooms of it have in common. The rooms are `athanor/math/linear` and its like. */
export { float64 } from "./float64.ts"
export { ShapeMismatch } from "./ShapeMismatch.ts"

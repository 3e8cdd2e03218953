/** Imported as `athanor/math/double-double`: numbers of 106 bits, and sums that are rounded about once. */
export * as Compensated from "./Compensated.ts"
export * as DoubleDouble from "./DoubleDouble.ts"
export * as ErrorFree from "./ErrorFree.ts"
export * as ExpLog from "./ExpLog.ts"
export { type SinCos, sinCosTurn } from "./SinCos.ts"

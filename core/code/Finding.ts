/** Something in a bundle that a stage may not do. */
export interface Finding {
  /** Where it begins in the bundle. */
  readonly offset: number
  readonly text: string
}

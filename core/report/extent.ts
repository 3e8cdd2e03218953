/** The least and the largest of many numbers. */

/** `[0, 0]` of nothing. Not by spreading them into `Math.min`: a hundred thousand arguments exhaust the stack. */
export const extent = (values: ReadonlyArray<number>): readonly [least: number, most: number] => {
  let [least, most] = [values[0] ?? 0, values[0] ?? 0]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return [least, most]
}

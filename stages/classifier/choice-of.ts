/** The class that a network takes an image for: the likeliest, the first of equal ones. `probabilities` are those of all images, row by row. */
export const choiceOf = (probabilities: ArrayLike<number>, image: number, classes: number): number => {
  const start = image * classes
  let best = 0
  for (let at = 1; at < classes; at++) {
    if ((probabilities[start + at] ?? 0) > (probabilities[start + best] ?? 0)) best = at
  }
  return best
}

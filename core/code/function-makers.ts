/** What makes functions of text: such code is in no bundle, is not identified, and no rule has read it. */

/** Prototypes of functions, each with the constructor of its kind. */
const prototypes = (): ReadonlyArray<object> =>
  [() => {}, async () => {}, function* () {}, async function* () {}].map(
    (made) => Object.getPrototypeOf(made) as object
  )

export const refuseText = (): never => {
  throw new EvalError("code cannot be made of text in a stage: it could not be identified")
}

let areStopped = false

/**
 * Has all constructors that functions lead to refuse texts from now on, for good: what a stage leaves behind may ask later. The
 * global `Function` stays, which the rules for stages see.
 */
export const stopMakers = (): void => {
  if (areStopped) return
  areStopped = true
  for (const prototype of prototypes()) {
    const maker = (): never => refuseText()
    Object.defineProperty(maker, "prototype", { value: prototype, writable: false })
    Object.defineProperty(prototype, "constructor", { value: maker, writable: false, configurable: true })
  }
}

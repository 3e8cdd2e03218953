/** Bounds analyses that call themselves: declarations may lead in circles, as `const a = b` and `const b = a` do. */

/** Calls, members and declarations that are followed; longer chains are not understood. */
const LONGEST_CHAIN = 100

export class DepthGuard {
  private depth = 0

  /** One step further; `otherwise` when that leads too deep. */
  follow<A>(otherwise: A, step: () => A): A {
    if (this.depth >= LONGEST_CHAIN) return otherwise
    this.depth++
    const result = step()
    this.depth--
    return result
  }
}

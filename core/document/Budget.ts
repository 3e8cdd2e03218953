/** The work that expressions may do together, so that no number of them takes for ever. */
import { isGuarded } from "../fault/hooks.ts"

/** Values looked at or made, of all expressions that share a budget: a second or two. */
const MOST = 20_000_000

export class Budget {
  private left = MOST

  /** Takes so many steps; whether there were as many. */
  take(steps: number): boolean {
    this.left -= steps
    return this.left >= 0 || !isGuarded("bound-expressions")
  }
}

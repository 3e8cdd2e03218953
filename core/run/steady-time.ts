/** The time of what is measured: while a process lives it neither goes back nor jumps, whatever is done to the machine's clock. */
import { isGuarded } from "../fault/hooks.ts"

/** Milliseconds since 1970: what the machine had when this process began, and what has passed since. */
export const steadyTime = (): number =>
  isGuarded("steady-clock") ? performance.timeOrigin + performance.now() : Date.now()

/** The same in whole milliseconds. */
export const steadyMillis = (): number => Math.floor(steadyTime())

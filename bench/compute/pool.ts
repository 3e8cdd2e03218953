/**
 * Products of a team of threads against those of one.
 *
 *   npx node bench/compute/pool.ts [THREADS] [ORDERS…]
 *
 * Best wall time of many rounds in turns, and efficiency: what one thread takes, over what all threads of the team together have. Others
 * that use the machine make it look lower; processor time does not see them: that of the team over that of one thread says what sharing
 * costs in work alone.
 */
import { HelperThreads } from "../../core/run/HelperThreads.ts"
import { ALONE, type Team } from "../../core/stage/Team.ts"
import type { Precision } from "../../stages/math/linear/Matrix.ts"
import { Workspace } from "../../stages/math/linear/Workspace.ts"
import { figure, line } from "./measure.ts"

const ROUNDS = 40

interface Times {
  /** Milliseconds. */
  readonly wall: number
  readonly processor: number
}

const timesOf = (run: () => void): Times => {
  const [before, start] = [process.cpuUsage(), performance.now()]
  run()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  return { wall, processor: (user + system) / 1000 }
}

/** The best of both, each for itself. */
const best = (times: ReadonlyArray<Times>): Times => ({
  wall: Math.min(...times.map(({ wall }) => wall)),
  processor: Math.min(...times.map(({ processor }) => processor))
})

const product = (precision: Precision, n: number, team: Team): (() => void) => {
  const space = new Workspace(precision, { team })
  const [a, b, c] = [space.matrix(n, n), space.matrix(n, n), space.matrix(n, n)]
  for (const { data } of [a, b]) data.set(data.map((_, i) => Math.sin(i)))
  return () => space.multiply(c, a, b)
}

const [threads = 2, ...orders] = process.argv.slice(2).map(Number)
const helpers = new HelperThreads(new URL("../../core/run/helper.ts", import.meta.url))
const { team } = helpers.lend(threads - 1)

console.log(line([`${threads} threads`, "GFLOP/s", "of one", "efficiency", "work"]))
for (const precision of ["f64", "f32"] as const) {
  for (const n of orders.length > 0 ? orders : [256, 512, 1024]) {
    const [one, all] = [product(precision, n, ALONE), product(precision, n, team)]
    for (const run of [one, all, one, all]) run()
    const rounds = Array.from({ length: ROUNDS }, () => [timesOf(one), timesOf(all)] as const)
    const [alone, together] = [best(rounds.map(([times]) => times)), best(rounds.map(([, times]) => times))]
    const rate = ({ wall }: Times): number => (2 * n ** 3) / wall / 1e6
    const efficiency = alone.wall / (threads * together.wall)
    const cells = [rate(together), rate(alone), efficiency, together.processor / alone.processor]
    console.log(line([`${precision}, order ${n}`, ...cells.map(figure)]))
  }
}
helpers.end()

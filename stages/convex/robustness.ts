/** What attacks of rising strength make of the outputs of a network. */
import { Progress } from "athanor/stage"
import { Effect } from "effect"
import { bulkStream } from "../math/random/BulkPhilox.ts"
import { fgsm, pgd, sidesFor } from "./adversary.ts"
import { MOST_MOVED, worstCorners } from "./corners.ts"
import type { LossName } from "./loss-named.ts"
import { ReluBatch } from "./ReluBatch.ts"
import type { ReluNetwork } from "./ReluNetwork.ts"
import { worstOutputs } from "./robust-loss.ts"
import type { Examples } from "./tensors.ts"

export interface AttackStrength {
  readonly loss: LossName
  readonly radii: Float64Array
  /** Steps of PGD, and its random starts. */
  readonly steps: number
  readonly restarts: number
  /** Parts of each box that are looked at for the worst case. */
  readonly boxes: number
  readonly seed: number
}

/** Outputs of all points under each attack. */
export interface AttackedOutputs {
  readonly clean: Float64Array
  readonly fgsm: Float64Array
  /** The worst of all random starts. */
  readonly pgd: Float64Array
  /** The worst that anything has found. */
  readonly worst: Float64Array
  /** That none exceeds. */
  readonly certified: Float64Array
}

export const ATTACKS = ["clean", "fgsm", "pgd", "worst", "certified"] as const

export const attackedOutputs = Effect.fnUntraced(function* (
  network: ReluNetwork,
  examples: Examples,
  strength: AttackStrength
) {
  const { x, y } = examples
  const { boxes, loss, radii, restarts, seed } = strength
  const batch = ReluBatch.of(x, network)
  const worse = worseOf(loss, y)
  const clean = batch.forward().slice()
  const settings = { ...strength, draws: bulkStream(seed, "convex/attack") }
  fgsm(settings)(batch, x.data, y)
  const byFgsm = batch.forward().slice()
  let byPgd: Float64Array = clean
  const attack = pgd(settings)
  for (let restart = 0; restart < restarts; restart++) {
    attack(batch, x.data, y)
    byPgd = worse(byPgd, batch.forward())
  }
  const { reached, bound, look } = worstOutputs(network, examples, radii, loss, boxes)
  yield* Progress.steps(x.count, "points", look)
  let worst: Float64Array = worse(worse(worse(clean, byFgsm), byPgd), reached)
  if (radii.filter((radius) => radius > 0).length <= MOST_MOVED) {
    worst = worse(worst, worstCorners(batch, x.data, radii, sidesFor(loss, y)))
  }
  return { clean, fgsm: byFgsm, pgd: byPgd, worst, certified: bound } satisfies AttackedOutputs
})

/** How bad an output is: its distance from a target, or how far it is on the wrong side of a label. */
export const severity = (loss: LossName, output: number, target: number): number =>
  loss === "squared" ? Math.abs(output - target) : -target * output

const worseOf =
  (loss: LossName, targets: Float64Array) =>
  (one: Float64Array, other: Float64Array): Float64Array =>
    one.map((output, i) =>
      severity(loss, other[i]!, targets[i]!) > severity(loss, output, targets[i]!) ? other[i]! : output
    )

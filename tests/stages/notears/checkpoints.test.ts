import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterEach, beforeEach, vi } from "vitest"
import type { Tensor } from "../../../core/stage/ArtifactKind.ts"
import { Checkpoint } from "../../../core/stage/Checkpoint.ts"
import type { Start } from "../../../core/stage/StageType.ts"
import climb from "../../../stages/notears/climb.ts"
import dagma from "../../../stages/notears/dagma.ts"
import golem from "../../../stages/notears/golem.ts"
import notears from "../../../stages/notears/notears.ts"
import topo from "../../../stages/notears/topo.ts"
import general from "../../../stages/notears/topo-general.ts"
import { tensor } from "../arrays.ts"
import { runStage } from "../run-stage.ts"
import { linearSamples } from "./samples.ts"

type Kept = Start<never>

const STAGES: ReadonlyArray<readonly [string, (X: Tensor, start?: Kept) => Effect.Effect<unknown, unknown>]> = [
  ["notears", (X, start) => runStage(notears, { steps: 150 }, { X }, start)],
  ["golem", (X, start) => runStage(golem, { steps: 120 }, { X }, start)],
  ["dagma", (X, start) => runStage(dagma, { warmSteps: 20, lastSteps: 40, every: 7 }, { X }, start)],
  ["topo, swaps", (X, start) => runStage(topo, { moves: "swap", small: 3, large: 8, kicks: 9 }, { X }, start)],
  ["topo, insertions", (X, start) => runStage(topo, { kicks: 5, restarts: 1, window: 3 }, { X }, start)],
  ["topo, price of edges", (X, start) => runStage(topo, { score: "bic", kicks: 2 }, { X }, start)],
  ["climb", (X, start) => runStage(climb, { seed: 3 }, { X }, start)],
  ["topo-general, networks", (X, start) => runStage(general, { ...NETWORKS, choice: "first" }, { X }, start)],
  ["topo-general, disjoint moves", (X, start) => runStage(general, { ...NETWORKS, ...DISJOINT }, { X }, start)]
]

const NETWORKS = { score: "mlp", hidden: 2, tolerance: 1e-3, seed: 3 } as const

const DISJOINT = { choice: "disjoint", small: 1, large: 8, largeSearches: 5 } as const

/** A clock by which each step takes longer than a loop waits with letting others in. */
beforeEach(() => {
  let now = 0
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += 50
    return now
  })
})

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(STAGES)("%s", (name, run) => {
  const X = tensor(linearSamples(`checkpoints of ${name}`, 60, 5, 1).data, 60, 5)

  it.effect("ends with the same bytes when it goes on from any checkpoint", () =>
    Effect.gen(function* () {
      const kept: Array<Kept> = []
      const whole = yield* run(X).pipe(
        Effect.provideService(Checkpoint, {
          isDue: () => true,
          save: (at, outputs) => void kept.push({ at, outputs: structuredClone(outputs) as never })
        })
      )
      assert.isAtLeast(kept.length, 5)
      for (const share of [0, 0.3, 0.7]) {
        assert.deepStrictEqual(yield* run(X, kept[Math.floor(share * kept.length)]), whole)
      }
    })
  )
})

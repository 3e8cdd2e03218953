/** Stages that are cut short, and go on from what they have kept. */
import { assert, vi } from "@effect/vitest"
import { Effect } from "effect"
import { Checkpoint } from "../../../core/stage/Checkpoint.ts"
import type { InputPorts, OutputPorts, ParamsSchema, StageType, Start } from "../../../core/stage/StageType.ts"
import { runStage } from "../run-stage.ts"

/** A slice of a loop ends after every second step. */
const SLOW = 30

/** A stage gives the same bytes and metrics from its first, a middle and its last checkpoint on. */
export const assertGoesOn = <P extends ParamsSchema, I extends InputPorts, O extends OutputPorts>(
  type: StageType<P, I, O>,
  params: P["Encoded"],
  inputs: Parameters<typeof runStage<P, I, O>>[2]
) =>
  Effect.gen(function* () {
    const kept: Array<Start<O>> = []
    let time = 0
    const clock = vi.spyOn(performance, "now").mockImplementation(() => (time += SLOW))
    const whole = yield* runStage(type, params, inputs).pipe(
      Effect.provideService(Checkpoint, {
        isDue: () => true,
        save: (at, outputs) => kept.push(structuredClone({ at, outputs }) as Start<O>)
      }),
      Effect.ensuring(Effect.sync(() => clock.mockRestore()))
    )
    assert.isNotEmpty(kept)
    for (const start of new Set([kept[0]!, kept[kept.length >> 1]!, kept.at(-1)!])) {
      assert.deepStrictEqual(yield* runStage(type, params, inputs, start), whole)
    }
  })

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import eigenfunction from "../../../stages/kernel/eigenfunction.ts"
import pca from "../../../stages/kernel/pca.ts"
import { reals } from "../../reals.ts"
import { ANGLES, norm, tensor } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"
import { limitOnCircle } from "./kernels.ts"

const THREE = tensor([1, 2, 3, 4, 5, 6], 3, 2)

describe("kernel/eigenfunction", () => {
  it.effect.each([
    [1, [1, 2]],
    [2, [3, 4]],
    [3, [5, 6]]
  ] as const)("counts components from 1: number %i", ([component, expected]) =>
    Effect.gen(function* () {
      const { targets } = (yield* runStage(eigenfunction, { component }, { eigenfunctions: THREE })).outputs
      assert.deepStrictEqual(targets, tensor(expected))
    })
  )

  it.effect.prop("is linear in its factor", { scale: reals(-1e6, 1e6) }, ({ scale }) =>
    Effect.gen(function* () {
      const { targets } = (yield* runStage(eigenfunction, { component: 2, scale }, { eigenfunctions: THREE })).outputs
      assert.deepStrictEqual([...targets.data], [3 * scale, 4 * scale])
    })
  )

  it.effect("has its factor as norm in the empirical distribution, for a component of kernel/pca", () =>
    Effect.gen(function* () {
      const { kernel } = limitOnCircle(ANGLES)
      const { eigenfunctions } = (yield* runStage(pca, {}, { kernel })).outputs
      const { targets } = (yield* runStage(eigenfunction, { component: 2, scale: 0.5 }, { eigenfunctions })).outputs
      assert.closeTo(norm(targets.data) / Math.sqrt(ANGLES.length), 0.5, 1e-14)
    })
  )

  it.effect("refuses a component that is not there, and says how many are", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(eigenfunction, { component: 4 }, { eigenfunctions: THREE }))
      assert.strictEqual(error._tag, "NoSuchComponent")
      assert.strictEqual(error.message, "component 4 was asked for, there are 3")
    })
  )

  it.effect.each([
    [tensor([1, 2, 3, 4]), "eigenfunctions has shape 4, expected components × points"],
    [tensor([], 2, 0), "eigenfunctions has shape 2×0, expected components × points"],
    [tensor([1, 2, 3, 4], 1, 2, 2), "eigenfunctions has shape 1×2×2, expected components × points"]
  ] as const)("refuses what is no matrix of components in rows: %#", ([eigenfunctions, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runStage(eigenfunction, { component: 1 }, { eigenfunctions }))
      assert.strictEqual(error._tag, "ShapeMismatch")
      assert.strictEqual(error.message, message)
    })
  )

  it("has no component 0", () => {
    assert.isFalse(takes(eigenfunction, { component: 0 }))
    assert.isTrue(takes(eigenfunction, { component: 1 }))
  })
})

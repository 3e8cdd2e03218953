import { Effect, Option, Result } from "effect"
import { assert, describe, it } from "vitest"
import { recomputeOf } from "../../../core/cli/recompute.ts"
import type { Plan } from "../../../core/plan/Plan.ts"

const plan = (tasks: number): Plan => ({ tasks: Array.from({ length: tasks }, (_, id) => ({ id })) }) as unknown as Plan

const recompute = (text: string, tick?: string) =>
  Effect.runSync(Effect.result(recomputeOf({ recompute: Option.some(text) }, tick)))

const chosen = (text: string, tick?: string) => [...Result.getOrThrow(recompute(text, tick)).chosen(plan(100))]

describe("what a run computes anew", () => {
  it("is all, with what lists make known later; or none", () => {
    assert.deepStrictEqual(chosen("all"), [...plan(100).tasks.keys()])
    assert.deepStrictEqual([...Result.getOrThrow(recompute("all")).added(plan(3))], [0, 1, 2])
    assert.deepStrictEqual(chosen("none"), [])
  })

  it("is a sample that its tick decides", () => {
    const monday = chosen("10", "s@2026-11-30T02:30:00Z")
    assert.lengthOf(new Set(monday), 10)
    assert.deepStrictEqual(chosen("10", "s@2026-11-30T02:30:00Z"), monday)
    assert.notDeepEqual(chosen("10", "s@2026-12-07T02:30:00Z"), monday)
    assert.lengthOf(chosen("1000", "s@2026-12-07T02:30:00Z"), 100)
  })

  it.each(["some", "0", "-1", "1.5", ""])("is not %j", (text) => {
    assert.isTrue(Result.isFailure(recompute(text)))
  })
})

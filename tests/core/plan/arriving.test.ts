import { assert, describe, it } from "vitest"
import { arrivingPart, certainChange } from "../../../core/plan/arriving.ts"
import type { PlanInput } from "../../../core/plan/Plan.ts"
import type { InputPart } from "../../../core/store/ActionRecord.ts"
import { digest } from "../store/sample-store.ts"

const one: PlanInput = { _tag: "One", kind: "Json", origin: { _tag: "Task", task: 0, port: "out" } }

const many = (...tasks: ReadonlyArray<number>): PlanInput => ({
  _tag: "Many",
  kind: "Json",
  items: tasks.map((task) => ({ matrix: { task }, origin: { _tag: "Task", task, port: "out" } }))
})

const had: InputPart = {
  _tag: "Many",
  digest: digest("both"),
  items: [0, 1].map((task) => ({ matrix: { task }, digest: digest(String(task)) }))
}

/** Of these tasks only the first has a result. */
const arriving = (input: PlanInput, content = "0") =>
  arrivingPart(input, (origin) => (origin._tag === "Task" && origin.task === 0 ? digest(content) : undefined))

describe("a port that waits", () => {
  it("may come out as it was where what is there is the same", () => {
    assert.isUndefined(certainChange(had, arriving(many(0, 1))))
    const unknown = { _tag: "One", digest: undefined } as const
    assert.isUndefined(certainChange({ _tag: "One", digest: digest("x") }, unknown))
    assert.isUndefined(certainChange({ _tag: "One", digest: digest("0") }, arriving(one)))
  })

  it("is certainly another where tasks come or go, something that is there is other, or a fan-in was none", () => {
    assert.strictEqual(certainChange(had, arriving(many(0, 1, 2))), "has 1 new")
    assert.strictEqual(certainChange(had, arriving(many(0))), "has 1 gone")
    assert.strictEqual(certainChange(had, arriving(many(0, 1), "x")), "has 1 changed")
    assert.strictEqual(certainChange(had, arriving(one)), "changed")
    assert.strictEqual(certainChange({ _tag: "One", digest: digest("0") }, arriving(many(0))), "changed")
    assert.strictEqual(certainChange({ _tag: "One", digest: digest("x") }, arriving(one)), "changed")
  })
})

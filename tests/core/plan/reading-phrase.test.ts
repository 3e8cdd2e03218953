import { assert, describe, it } from "vitest"
import { inputPart } from "../../../core/plan/key.ts"
import type { Plan, PlanInput } from "../../../core/plan/Plan.ts"
import { readingOf } from "../../../core/plan/reading.ts"
import { readingPhrase } from "../../../core/plan/reading-phrase.ts"
import { sketched } from "../run/sketched-plan.ts"
import { digest } from "../store/sample-store.ts"

/** A plan with a reader of some tasks. */
const reading = (needs: ReadonlyArray<string>, { fanIn = false, reader = "read" } = {}): Plan =>
  sketched([...needs.map((id) => ({ id })), { id: reader, needs, fanIn }])

const portOf = ({ tasks }: Plan): readonly [port: string, input: PlanInput] => {
  const [entry] = Object.entries(tasks.at(-1)?.inputs ?? {})
  assert(entry !== undefined)
  return entry
}

/** The content of a port where each task gives what `contents` says, or else its name. */
const partOf = (plan: Plan, contents: { readonly [task: string]: string } = {}) =>
  inputPart(portOf(plan)[1], (origin) => {
    const { id = "" } = origin._tag === "Task" ? (plan.tasks[origin.task] ?? {}) : {}
    return digest(contents[id] ?? id)
  })

/** `isTold`: whether a journal says what outputs were. */
const said = (before: Plan, now: Plan, contents = {}, { isKnown = true, isTold = true } = {}): string | undefined => {
  const [port, input] = portOf(now)
  return readingPhrase(
    { reader: now.tasks.at(-1)?.id ?? "", port, part: partOf(now, contents), reading: readingOf(now, input) },
    {
      part: partOf(before),
      reading: () => (isKnown ? readingOf(before, portOf(before)[1]) : undefined),
      contentOf: ({ task }) => (isTold ? digest(task ?? "") : undefined)
    }
  )
}

describe("what a port reads", () => {
  it("is told as a reference of the task that reads: without values that both have, or it has itself", () => {
    const both = (task: string, reader = "read") => reading([task], { reader })
    assert.strictEqual(said(both("a@m=1,n=2"), both("a@m=3,n=2")), "in0 a@m=1.out→a@m=3.out")
    assert.strictEqual(said(both("a@n=1", "r@n=2"), both("a@n=2", "r@n=2")), "in0 a@n=1.out→a.out")
    assert.strictEqual(said(both("a@n=1"), both("b@n=1")), "in0 a.out→b.out")
    assert.strictEqual(said(both("a"), both("b@n=1")), "in0 a.out→b@n=1.out")
  })

  it("is the same where the task is, whatever it gives", () => {
    const plan = reading(["a@n=1"])
    assert.isUndefined(said(plan, plan, { "a@n=1": "x" }))
    assert.isUndefined(said(plan, plan, { "a@n=1": "x" }, { isTold: false }))
    // Nothing tells what it was.
    assert.isUndefined(said(reading(["a@n=2"]), plan, {}, { isKnown: false, isTold: false }))
  })

  it("is told of a fan-in by the tasks that come, change and go", () => {
    const all = (...ns: ReadonlyArray<number>) => {
      const plan = reading(
        ns.map((n) => `a@n=${n}`),
        { fanIn: true }
      )
      const [port, input] = portOf(plan)
      assert(input._tag === "Many")
      const items = input.items.map((item, index) => ({ ...item, matrix: { n: ns[index] ?? 0 } }))
      const tasks = plan.tasks.map((task) =>
        task.id === "read" ? { ...task, inputs: { [port]: { ...input, items } } } : task
      )
      return { ...plan, tasks }
    }
    assert.strictEqual(said(all(1, 2), all(1, 2, 3)), "a.*.out has 1 new (a@n=3)")
    assert.strictEqual(said(all(1, 2), all(2, 3)), "a.*.out has 1 new (a@n=3), 1 gone (a@n=1)")
    assert.strictEqual(said(all(1, 2), all(1, 2), { "a@n=2": "x" }), "a.*.out has 1 changed (a@n=2)")
    assert.strictEqual(said(all(1, 2), all(1, 2), { "a@n=1": "x", "a@n=2": "x" }), "a.*.out has 2 changed")
    assert.strictEqual(said(all(1, 2), all(2, 1)), "a.*.out changed in order")
    assert.strictEqual(said(all(1, 2), all(3)), "a.*.out has 1 new (a@n=3), 2 gone (a@n=1, a@n=2)")
    // The names of those of now are known in any case.
    assert.strictEqual(said(all(1, 2), all(2, 3), {}, { isKnown: false }), "a.*.out has 1 new (a@n=3), 1 gone")
    assert.strictEqual(said(all(1, 2), all()), "all has 2 gone")
    assert.strictEqual(said(all(), all(1)), "a.*.out has 1 new")
  })

  it("is told of a fan-in by what feeds it where that has nothing in common", () => {
    const [one, two] = [reading(["a@n=1"], { fanIn: true }), reading(["a@n=1", "b"], { fanIn: true })]
    assert.strictEqual(said(two, one), "a.*.out has 1 gone (b)")
    assert.strictEqual(said(one, reading(["b"], { fanIn: true })), "all a.*.out→b.out")
    assert.strictEqual(said(one, reading(["a@n=1"])), "in0 a.*.out→a.out")
  })

  it("calls a task changed that came back under its name with other matrix values", () => {
    const [before, now] = [reading(["a@n=1", "a@n=2"], { fanIn: true }), reading(["a@n=2", "a@n=1"], { fanIn: true })]
    // The sketch gives items their places as matrix values.
    assert.strictEqual(said(before, now), "a.*.out has 2 changed")
  })
})

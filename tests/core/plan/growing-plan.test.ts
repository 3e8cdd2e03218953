/** Plans of pipelines whose stages go over lists that tasks make. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import type { GrowingPlan } from "../../../core/plan/GrowingPlan.ts"
import { needsOf, type Origin, type Plan, type PlanInput } from "../../../core/plan/Plan.ts"
import { selectGrowing } from "../../../core/plan/select.ts"
import type { Json } from "../../../core/stage/ArtifactKind.ts"
import { growing, refused } from "./planned.ts"

const ids = ({ tasks }: Plan): ReadonlyArray<string> => tasks.map(({ id }) => id)

/** A plan with these lists known, one after the other. */
const grown = (plan: GrowingPlan, lists: { readonly [name: string]: Json }): Plan =>
  Effect.runSync(plan.grow(new Map(Object.entries(lists)))).plan

/** Why stages cannot be made from these lists, by their names. */
const refusals = (plan: GrowingPlan, lists: { readonly [name: string]: Json }): { readonly [stage: string]: string } =>
  Object.fromEntries(
    Array.from(Effect.runSync(plan.grow(new Map(Object.entries(lists)))).refused, ([id, { message }]) => [id, message])
  )

const SPLIT = `stages:
  split: { uses: make/tensor }
  analyse:
    uses: take/one
    matrix: { part: { from: split.side }, seed: [1, 2] }
    inputs: { in: split.out }
  static: { uses: make/tensor }
  all: { uses: take/many, inputs: { all: analyse.*.out } }
outputs: { a.json: all.out, b.npy: static.out, c.npy: "analyse@part=x,seed=2.out" }
expect: [{ metric: "analyse@part=x,seed=1.loss", atMost: 1, origin: paper }]
`

describe("a plan that waits for a list", () => {
  it("leaves out the stage, and what needs it, and says what decides them", async () => {
    const { plan } = await growing(SPLIT)
    assert.deepStrictEqual(ids(plan), ["split", "static"])
    assert.deepStrictEqual(
      plan.pending?.map(({ id, waitsFor, after, needs }) => ({ id, waitsFor, after, needs })),
      [
        { id: "analyse", waitsFor: [{ task: 0, port: "side" }], after: [], needs: [0] },
        { id: "all", waitsFor: [], after: ["analyse"], needs: [] }
      ]
    )
    assert.deepStrictEqual(
      plan.outputs.map(({ destination }) => destination),
      ["b.npy"]
    )
    assert.lengthOf(plan.expectations, 0)
  })

  it("has all tasks when the list is known, those of before under their numbers", async () => {
    const plan = grown(await growing(SPLIT), { "split.side": ["x", "y"] })
    assert.deepStrictEqual(ids(plan), [
      "split",
      "static",
      "analyse@part=x,seed=1",
      "analyse@part=x,seed=2",
      "analyse@part=y,seed=1",
      "analyse@part=y,seed=2",
      "all"
    ])
    assert.isUndefined(plan.pending)
    assert.lengthOf(plan.outputs, 3)
    assert.strictEqual(plan.expectations[0]?.task, 2)
  })

  it("keeps which outputs decided the tasks of a stage, also in the part that others need", async () => {
    const lists = ({ stages, tasks }: Plan) =>
      stages.flatMap(({ id, listsFrom = [] }) => listsFrom.map(({ task, port }) => [id, tasks[task]?.id, port]))
    const plan = await growing(SPLIT)
    assert.deepStrictEqual(lists(plan.plan), [])
    const known = { "split.side": ["x"] }
    assert.deepStrictEqual(lists(grown(plan, known)), [["analyse", "split", "side"]])
    const two = await growing(`stages:
  other: { uses: make/tensor }
  split: { uses: make/tensor, matrix: { seed: [1, 2] } }
  analyse: { uses: make/tensor, matrix: { seed: [2, 1], part: { from: split.side } } }
`)
    const part = Result.getOrThrow(selectGrowing(two, ["analyse"]))
    assert.deepStrictEqual(lists(grown(part, { "split@seed=1.side": [7], "split@seed=2.side": [8] })), [
      ["analyse", "split@seed=2", "side"],
      ["analyse", "split@seed=1", "side"]
    ])
  })

  it("has no tasks for an empty list, and leaves out what was asked of them", async () => {
    const plan = grown(await growing(SPLIT), { "split.side": [] })
    assert.deepStrictEqual(ids(plan), ["split", "static", "all"])
    assert.deepStrictEqual(plan.tasks[2]?.inputs["all"], { _tag: "Many", kind: "Tensor", items: [] })
    assert.deepStrictEqual(
      plan.outputs.map(({ destination }) => destination),
      ["a.json", "b.npy"]
    )
  })

  it("keeps what is asked of tasks that the list does not have, where all of their stage was asked for", async () => {
    const asked = ({ absences }: Plan) => [
      absences?.outputs.map(({ task }) => task),
      absences?.expectations.map(({ metric }) => metric.value)
    ]
    const plan = await growing(SPLIT)
    assert.deepStrictEqual(asked(plan.plan), [[], ["analyse@part=x,seed=1.loss"]])
    assert.isUndefined(grown(plan, { "split.side": ["x"] }).absences)
    const known = { "split.side": ["y"] }
    const lost = [["analyse@part=x,seed=2"], ["analyse@part=x,seed=1.loss"]]
    assert.deepStrictEqual(asked(grown(plan, known)), lost)
    const part = (name: string) => asked(grown(Result.getOrThrow(selectGrowing(plan, [name])), known))
    assert.deepStrictEqual(part("all"), lost)
    assert.deepStrictEqual(part("analyse@part=y,seed=1"), [undefined, undefined])
    assert.deepStrictEqual(part("static"), [undefined, undefined])
  })

  it("takes the list of the task with the same values of the dimensions above", async () => {
    const plan = await growing(`stages:
  split: { uses: make/tensor, matrix: { seed: [1, 2] } }
  analyse: { uses: take/one, matrix: { seed: [2, 1], part: { from: split.side } }, inputs: { in: split.out } }
`)
    assert.deepStrictEqual(plan.plan.pending?.[0]?.waitsFor, [
      { task: 1, port: "side" },
      { task: 0, port: "side" }
    ])
    assert.deepStrictEqual(ids(grown(plan, { "split@seed=1.side": [7] })), ["split@seed=1", "split@seed=2"])
    assert.deepStrictEqual(ids(grown(plan, { "split@seed=1.side": [7], "split@seed=2.side": [8, 9] })).slice(2), [
      "analyse@seed=2,part=8",
      "analyse@seed=2,part=9",
      "analyse@seed=1,part=7"
    ])
  })

  it("goes over several lists together in a zip", async () => {
    const plan = await growing(`stages:
  a: { uses: make/tensor }
  b: { uses: make/tensor, matrix: { zip: { x: { from: a.side }, n: [1, 2] } } }
`)
    assert.deepStrictEqual(ids(plan.plan), ["a"])
    assert.deepStrictEqual(ids(grown(plan, { "a.side": ["p", "q"] })), ["a", "b@x=p,n=1", "b@x=q,n=2"])
    assert.include(refusals(plan, { "a.side": ["p"] })["b"], 'lists of one length, but "x" has 1 and "n" 2')
  })

  it("is not part of the plan where a condition leaves out who makes the list", async () => {
    const { plan } = await growing(`params: { on: false }
stages:
  a: { uses: make/tensor, when: "\${{ params.on }}" }
  b: { uses: make/tensor, matrix: { x: { from: a.side } } }
  c: { uses: take/many, inputs: { all: b.*.out } }
  d: { uses: take/one, inputs: { in: b@x=1.out } }
  e: { uses: take/one, matrix: { x: [1] }, inputs: { in: b.out } }
  m: { uses: make/tensor, matrix: { k: [1, 2] }, when: "\${{ params.on }}" }
  n: { uses: make/tensor, matrix: { k: [1, 2], x: { from: m.side } } }
  f: { uses: take/one, inputs: { in: "n@x=1,k=2.out" } }
outputs: { x.npy: b@x=1.out }
`)
    assert.deepStrictEqual(ids(plan), ["c"])
    assert.deepStrictEqual(plan.leftOut?.map(({ task, because }) => `${task}: ${because}`).toSorted(), [
      "a: its condition is false",
      "b: it needs a",
      "d: it needs b@x=1",
      "e@x=1: it needs b",
      "f: it needs n@x=1,k=2",
      "m@k=1: its condition is false",
      "m@k=2: its condition is false",
      "n@k=1: it needs m",
      "n@k=2: it needs m"
    ])
    assert.isUndefined(plan.absences)
  })

  it.each([
    ["b: { uses: make/tensor, matrix: { x: { from: a.out } } }", "matrix: a.out is a Tensor"],
    ["b: { uses: make/tensor, matrix: { x: { from: a.no } } }", 'a (make/tensor) has no output "no"'],
    ["b: { uses: make/tensor, matrix: { x: { from: m.side } } }", "m has 2 tasks"],
    ["b: { uses: make/tensor, matrix: { x: { from: b.side } } }", "circle: b → b"],
    ["b: { uses: make/tensor, matrix: { x: { from: a.side } }, with: { m: 1 } }", 'unknown parameter "m"'],
    ["b: { uses: take/one, matrix: { x: { from: a.side } } }", 'missing input "in"'],
    [
      "b: { uses: take/one, matrix: { x: { from: a.side } }, inputs: { in: a.side } }",
      "takes a Tensor, but a.side is a Json"
    ],
    ["b: { uses: take/one, matrix: { x: { from: a.side } }, inputs: { im: a.out } }", 'unknown input "im"'],
    ["b: { uses: make/tensor, matrix: { x: { from: a.side } } }\noutputs: { x.svg: b.no }", 'has no output "no"']
  ])("is found wrong before a list is known: %s", async (stage, expected) => {
    const found = await refused(
      `stages:\n  a: { uses: make/tensor }\n  m: { uses: make/tensor, matrix: { k: [1, 2] } }\n  ${stage}\n`
    )
    assert.isTrue(
      found.some(({ message }) => message.includes(expected)),
      found.map(({ message }) => message).join("\n")
    )
  })

  it.each<[Json, string]>([
    [{ a: 1 }, "split.side is no list"],
    [["x", "x"], 'has "x" twice'],
    [
      [
        { name: "a", n: 1 },
        { name: "a", n: 2 }
      ],
      "two different combinations are named"
    ]
  ])("does not grow by %j", async (list, expected) => {
    assert.include(refusals(await growing(SPLIT), { "split.side": list })["analyse"], expected)
  })
})

/** Lists of numbers, which `n` takes where they are above 0. */
const SEVERAL = `stages:
  a: { uses: make/tensor }
  b: { uses: make/tensor }
  good: { uses: make/tensor, matrix: { n: { from: a.side } }, with: { n: "\${{ matrix.n }}" } }
  bad: { uses: make/tensor, matrix: { n: { from: b.side } }, with: { n: "\${{ matrix.n }}" } }
  after: { uses: take/many, inputs: { all: good.*.out } }
  behind: { uses: take/many, inputs: { all: [bad.*.out, good.*.out] } }
`

describe("a list that a stage cannot be made from", () => {
  it("keeps that stage pending and what needs it, and no other, together or one after the other", async () => {
    const lists = new Map<string, Json>([
      ["b.side", [1, 0]],
      ["a.side", [1, 2]]
    ])
    const plan = await growing(SEVERAL)
    const first = Effect.runSync(plan.grow(new Map([...lists].slice(0, 1))))
    assert.deepStrictEqual([...first.refused.keys()], ["bad"])
    assert.deepStrictEqual(ids(first.plan), ["a", "b"])
    for (const before of [plan, first]) {
      const larger = Effect.runSync(before.grow(lists))
      assert.deepStrictEqual([...larger.refused.keys()], ["bad"])
      assert.match(
        larger.refused.get("bad")?.message ?? "",
        /^p\.yaml:6:\d+ stage "bad" \(make\/tensor\): n: .*greater than 0/u
      )
      assert.deepStrictEqual(ids(larger.plan), ["a", "b", "good@n=1", "good@n=2", "after"])
      assert.deepStrictEqual(
        larger.plan.pending?.map(({ id, waitsFor, after }) => ({ id, waitsFor, after })),
        [
          { id: "bad", waitsFor: [{ task: 1, port: "side" }], after: [] },
          { id: "behind", waitsFor: [], after: ["bad"] }
        ]
      )
      // What was refused is not asked again.
      const same = Effect.runSync(larger.grow(lists))
      assert.deepStrictEqual([...same.refused.keys()], ["bad"])
      assert.deepStrictEqual(same.plan, larger.plan)
    }
  })

  it("says all that is wrong, of each stage its own", async () => {
    const found = refusals(await growing(SEVERAL), { "a.side": [0, -1], "b.side": { no: "list" } })
    assert.deepStrictEqual(Object.keys(found).sort(), ["bad", "good"])
    assert.lengthOf(found["good"]?.split("\n") ?? [], 2)
    assert.include(found["bad"], "b.side is no list")
  })

  it("is the fault of the stage that is asked for what it does not have", async () => {
    const plan = await growing(`${SEVERAL}outputs: { x.npy: good.out }\n`)
    const found = refusals(plan, { "a.side": [1], "b.side": [1] })
    assert.deepStrictEqual(Object.keys(found), ["good"])
    assert.include(found["good"], "outputs: x.npy: good has 1 tasks")
  })

  it.each([
    ["take/many", "{ all: [good@n=1.out, good@n=3.out] }"],
    ["take/one", "{ in: good@n=3.out }"],
    ["take/one", "{ in: a.out, maybe: good@n=3.side }"]
  ])("is one that lacks what %s names: %s", async (type, inputs) => {
    const plan = await growing(`${SEVERAL}  picky: { uses: ${type}, inputs: ${inputs} }\n`)
    const larger = Effect.runSync(plan.grow(new Map([["a.side", [1, 2]]])))
    assert.match(
      larger.refused.get("picky")?.message ?? "",
      /^p\.yaml:9:\d+ stage "picky" .*: good has no task "good@n=3"; did you mean "good@n=1"\? {3}\(tasks: good@n=1, good@n=2\)$/u
    )
    assert.include(ids(larger.plan), "after")
  })

  it("is one that lacks the task whose list another goes over", async () => {
    const plan = await growing(`${SEVERAL}  deep: { uses: make/tensor, matrix: { x: { from: good@n=3.side } } }\n`)
    assert.include(refusals(plan, { "a.side": [1] })["deep"], 'stage "deep": good has no task "good@n=3"')
    assert.deepStrictEqual(refusals(plan, { "a.side": [3] }), {})
  })

  it("may lack what is optional", async () => {
    const plan = await growing(`${SEVERAL}  easy: { uses: take/one, inputs: { in: a.out, maybe: "good@n=3.side?" } }
  fan: { uses: take/many, inputs: { all: ["good@n=1.out?", "good@n=3.out?"] } }
  deep: { uses: make/tensor, matrix: { x: { from: "good@n=3.side?" } } }
`)
    const larger = Effect.runSync(plan.grow(new Map([["a.side", [1, 2]]])))
    assert.deepStrictEqual([...larger.refused.keys()], [])
    const inputs = (id: string) => larger.plan.tasks.find((task) => task.id === id)?.inputs ?? {}
    assert.deepStrictEqual(Object.keys(inputs("easy")), ["in"])
    const fan = inputs("fan")["all"]
    assert.lengthOf(fan?._tag === "Many" ? fan.items : [], 1)
    assert.deepInclude(larger.plan.leftOut ?? [], { task: "deep", because: "it needs good@n=3" })
  })

  it("does not concern a part that does without the stage", async () => {
    const lists = { "a.side": [1], "b.side": [0] }
    const plan = await growing(SEVERAL)
    assert.deepStrictEqual(refusals(Result.getOrThrow(selectGrowing(plan, ["after"])), lists), {})
    assert.deepStrictEqual(Object.keys(refusals(Result.getOrThrow(selectGrowing(plan, ["behind"])), lists)), ["bad"])
  })
})

describe("a growing plan of some stages", () => {
  const part = async (...names: ReadonlyArray<string>) => Result.getOrThrow(selectGrowing(await growing(SPLIT), names))

  it("keeps pending stages that are named, with all that they may need", async () => {
    const chosen = await part("all")
    assert.deepStrictEqual(ids(chosen.plan), ["split"])
    assert.deepStrictEqual(ids(grown(chosen, { "split.side": ["x"] })), [
      "split",
      "analyse@part=x,seed=1",
      "analyse@part=x,seed=2",
      "all"
    ])
    assert.isUndefined((await part("static")).plan.pending)
  })

  it("keeps one task of such a stage, and forgets it where the list has none of that name", async () => {
    const chosen = await part("analyse@part=x,seed=2")
    assert.deepStrictEqual(ids(grown(chosen, { "split.side": ["x", "y"] })), ["split", "analyse@part=x,seed=2"])
    assert.deepStrictEqual(ids(grown(chosen, { "split.side": ["y"] })), ["split"])
  })

  it("does not know other names", async () => {
    assert.isTrue(Result.isFailure(selectGrowing(await growing(SPLIT), ["analyze"])))
  })
})

/** A random pipeline: each stage may go over lists of the one before, and take what others make. */
const Layer = Schema.Struct({
  list: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))).check(Schema.isMaxLength(3)),
  isMade: Schema.Boolean,
  takes: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))
})
const Layers = Schema.Array(Layer).check(Schema.isMinLength(1), Schema.isMaxLength(5))

type Layers = typeof Layers.Type

/** Stage `s1` goes over a list; in one pipeline it is written out, in the other a task `l1` makes it. */
const pipelineOf = (layers: Layers, isWritten: boolean): string => {
  const lines = layers.flatMap(({ list, isMade, takes }, index) => {
    const values = [...new Set([...list, 11])]
    const written = `[${values.join(", ")}]`
    const matrix = isMade && !isWritten ? `{ from: l${index}.side }` : written
    const from = takes < index ? `, inputs: { all: s${takes}.*.out }` : ""
    const type = takes < index ? "collect/tensors" : "make/tensor"
    return [
      `  l${index}: { uses: make/tensor }`,
      `  s${index}: { uses: ${type}, matrix: { v${index}: ${matrix} }${from} }`
    ]
  })
  return `stages:\n${lines.join("\n")}\n`
}

/** A plan without its numbers: tasks by name, and what they take by the names of those that make it. */
const withoutNumbers = (plan: Plan) => {
  const name = (origin: Origin) => (origin._tag === "Task" ? [plan.tasks[origin.task]?.id, origin.port] : origin)
  const input = (value: PlanInput) =>
    value._tag === "One" ? name(value.origin) : value.items.map(({ matrix, origin }) => [matrix, name(origin)])
  return plan.tasks
    .map(({ id, stage, params, matrix, inputs }) => ({
      id,
      stage: plan.stages[stage]?.id,
      params,
      matrix,
      inputs: Object.entries(inputs).map(([port, value]) => [port, input(value)])
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

const made = (layers: Layers, isWritten: boolean) => Effect.promise(() => growing(pipelineOf(layers, isWritten)))

describe("laws of growing plans", () => {
  it.effect.prop(
    "each larger plan begins with the smaller one, in whatever order lists become known, and the last is the one written out",
    { layers: Layers, order: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))) },
    ({ layers, order }) =>
      Effect.gen(function* () {
        const lists = layers.flatMap(
          ({ list, isMade }, index): ReadonlyArray<readonly [string, Json]> =>
            isMade ? [[`l${index}.side`, [...new Set([...list, 11])]]] : []
        )
        const shuffled = lists
          .map((entry, index) => ({ entry, rank: order[index] ?? index }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ entry }) => entry)
        let smaller = yield* made(layers, false)
        for (let count = 1; count <= shuffled.length; count++) {
          const larger = yield* smaller.grow(new Map(shuffled.slice(0, count)))
          // The very same: with many lists, what is known is not made again for each.
          assert.isTrue(smaller.plan.tasks.every((task, index) => larger.plan.tasks[index] === task))
          assert.isTrue(smaller.plan.stages.every((stage, index) => larger.plan.stages[index] === stage))
          assert.isTrue(larger.plan.tasks.every((task, index) => needsOf(task).every((need) => need < index)))
          smaller = larger
        }
        assert.isUndefined(smaller.plan.pending)
        const written = (yield* made(layers, true)).plan
        assert.deepStrictEqual(withoutNumbers(smaller.plan), withoutNumbers(written))
      })
  )

  it.effect.prop(
    "so does the part that some stages need",
    { layers: Layers, target: Schema.Int },
    ({ layers, target }) =>
      Effect.gen(function* () {
        const lists = layers.flatMap(
          ({ list, isMade }, index): ReadonlyArray<readonly [string, Json]> =>
            isMade ? [[`l${index}.side`, [...new Set([...list, 11])]]] : []
        )
        const name = `s${Math.abs(target) % layers.length}`
        let smaller = Result.getOrThrow(selectGrowing(yield* made(layers, false), [name]))
        for (let count = 1; count <= lists.length; count++) {
          const larger = yield* smaller.grow(new Map(lists.toReversed().slice(0, count)))
          assert.deepStrictEqual(larger.plan.tasks.slice(0, smaller.plan.tasks.length), smaller.plan.tasks)
          assert.deepStrictEqual(larger.plan.stages.slice(0, smaller.plan.stages.length), smaller.plan.stages)
          smaller = larger
        }
        const written = Result.getOrThrow(selectGrowing(yield* made(layers, true), [name]))
        const names = new Set(withoutNumbers(smaller.plan).map(({ id }) => id))
        // Who makes the lists is needed as well.
        assert.isTrue(written.plan.tasks.every(({ id }) => names.has(id)))
      })
  )
})

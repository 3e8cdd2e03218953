import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"
import { compareTaskParams, isTold } from "../../../core/explain/compare-task-params.ts"
import type { JsonMap, Plan } from "../../../core/plan/Plan.ts"
import { fold } from "../../../core/record/RunState.ts"
import { sketched } from "../run/sketched-plan.ts"

/** A run of a pipeline whose tasks have these parameters, and have these values of its matrix. */
const run = (text: string, tasks: { readonly [task: string]: JsonMap }, params: JsonMap = {}, matrix: JsonMap = {}) => {
  const sketch = sketched(Object.keys(tasks).map((id) => ({ id })))
  const plan: Plan = {
    ...sketch,
    params,
    tasks: sketch.tasks.map((task) => ({ ...task, matrix, params: tasks[task.id] ?? {} }))
  }
  const document = text === "" ? undefined : Result.getOrThrow(decode("p.yaml", text))
  return { folder: { id: "", path: "" }, plan, state: fold([]), document }
}

const written = (map: string): string =>
  `name: p\nparams: { rate: 1 }\nstages: { train: { uses: a/b, with: ${map} }, test: { uses: a/b } }\n`

const told = (...runs: ReadonlyArray<ReturnType<typeof run>>) => compareTaskParams(runs).filter(isTold)

describe("compareTaskParams", () => {
  it("says once of the tasks of a stage what they share, and of one alone which it is", () => {
    const seeds = (lr: number, last = lr) => ({
      "train@seed=1": { lr, net: { depth: 1 } },
      "train@seed=2": { lr, net: { depth: 1 } },
      "train@seed=3": { lr: last, net: { depth: lr * 10 } },
      test: { n: 1 }
    })
    assert.deepStrictEqual(told(run("", seeds(0.1)), run("", seeds(0.2, 0.3))), [
      { name: "train.lr", tasks: ["train@seed=1", "train@seed=2"], values: [0.1, 0.2], explainedBy: [] },
      { name: "train@seed=3.lr", tasks: ["train@seed=3"], values: [0.1, 0.3], explainedBy: [] },
      { name: "train@seed=3.net.depth", tasks: ["train@seed=3"], values: [1, 2], explainedBy: [] }
    ])
    assert.deepStrictEqual(told(run("", seeds(0.1)), run("", seeds(0.1))), [])
  })

  it("has nothing in place of a parameter that is not there, and does not set tasks beside none", () => {
    const [a, b, c] = [run("", { train: { lr: 1 } }), run("", { train: {} }), run("", { test: { n: 1 } })]
    assert.deepStrictEqual(told(a, b, c), [
      { name: "train.lr", tasks: ["train"], values: [1, null, undefined], explainedBy: [] }
    ])
    assert.deepStrictEqual(told(a, c), [])
  })

  it("leaves to the pipeline's parameters what they alone explain", () => {
    const computed = written(`{ lr: "\${{ params.rate / 10 }}" }`)
    const [a, b] = [
      run(computed, { train: { lr: 0.1 } }, { rate: 1 }),
      run(computed, { train: { lr: 0.2 } }, { rate: 2 })
    ]
    assert.deepStrictEqual(told(a, b), [])
    assert.deepStrictEqual(compareTaskParams([a, b]), [
      { name: "train.lr", tasks: ["train"], values: [0.1, 0.2], explainedBy: ["rate"] }
    ])
    // A parameter that changed and explains nothing, and words that did too.
    const literal = run(written("{ lr: 0.2 }"), { train: { lr: 0.2 } }, { rate: 2 })
    const other = run(written("{ lr: 0.1 }"), { train: { lr: 0.1 } }, { rate: 1 })
    for (const [one, two] of [
      [other, literal],
      [a, literal]
    ] as const) {
      assert.deepStrictEqual(
        told(one, two).map(({ values }) => values),
        [[0.1, 0.2]]
      )
    }
  })

  it("does not hide behind a parameter what a list that a task made gives otherwise", () => {
    const text = `name: p
params: { x: 1 }
stages:
  grid: { uses: a/b }
  train: { uses: a/b, matrix: { m: { from: grid.list } }, with: { i: "\${{ params.x + matrix.m.w }}" } }
`
    const made = (x: number, w: number) => run(text, { "train@m=a": { i: x + w } }, { x }, { m: { name: "a", w } })
    assert.deepStrictEqual(
      told(made(1, 8), made(3, 16)).map(({ values }) => values),
      [[9, 19]]
    )
    assert.deepStrictEqual(told(made(1, 8), made(3, 8)), [])
  })

  it("tells of a default that is another now, though no file says it", () => {
    const text = written("{}")
    assert.deepStrictEqual(
      told(run(text, { train: { lr: 1 } }, { rate: 1 }), run(text, { train: { lr: 2 } }, { rate: 2 })).map(
        ({ name }) => name
      ),
      ["train.lr"]
    )
  })

  it("keeps apart the files that a command names, which are code", () => {
    const plan = (file: string) => {
      const { plan: made, ...rest } = run("", { train: { "run[0]": "cp", "file a.txt": file } })
      return { ...rest, plan: { ...made, stages: made.stages.map((stage) => ({ ...stage, stageType: "command" })) } }
    }
    assert.deepStrictEqual(told(plan("x"), plan("y")), [])
  })
})

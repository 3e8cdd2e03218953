import { assert, describe, expect, it } from "vitest"
import { needsOf } from "../../../core/plan/Plan.ts"
import { arriving, GRID, messages, planned, refused, task } from "./planned.ts"

describe("makePlan", () => {
  it("puts tasks after those they need, with the tasks of a stage together", async () => {
    const plan = await planned(
      `stages:\n  end: { uses: take/many, inputs: { all: grid.*.out } }\n${GRID}  lone: { uses: make/tensor }`
    )
    for (const [index, each] of plan.tasks.entries()) for (const need of needsOf(each)) assert.isBelow(need, index)
    for (const [index, stage] of plan.stages.entries()) {
      for (const own of stage.tasks) assert.strictEqual(plan.tasks[own]?.stage, index)
    }
    assert.deepStrictEqual(plan.stages.map(({ id, tasks }) => `${id} ${tasks.length}`).sort(), [
      "end 1",
      "grid 4",
      "lone 1"
    ])
  })

  it("refuses a pipeline of too many tasks at the stage with which they are", async () => {
    const matrix = 'matrix: { a: "${{ range(100000) }}" }'
    const stages = ["a", "b", "c", "d"].map((id) => `  ${id}: { uses: command, run: [ls], ${matrix} }\n`)
    assert.deepStrictEqual(await messages(`stages:\n${stages.join("")}`), [
      'stage "b": with its 100000 tasks the pipeline has more than 120000'
    ])
  })

  it("refuses to gather thousands for each of thousands", async () => {
    const matrix = 'matrix: { a: "${{ range(2000) }}" }'
    const stages = [
      `  s: { uses: make/tensor, ${matrix} }\n`,
      `  t: { uses: take/many, ${matrix}, inputs: { all: [s.out, s.*.out] } }\n`
    ]
    assert.deepStrictEqual(await messages(`stages:\n${stages.join("")}`), [
      'stage "t" (take/many): input "all" gathers too many artifacts, for each task anew'
    ])
  })

  it("says at its parameter what a check of the stage type throws", async () => {
    const [complaint] = await refused("stages:\n  s: { uses: check/throwing, with: { first: 2, second: x } }\n")
    assert.deepInclude(complaint, {
      message: 'stage "s": a check of the parameters of check/throwing fails: no word for x'
    })
    assert.deepInclude(complaint?.span, { line: 3, column: 56 })
  })

  it("is data that survives a journey as JSON", async () => {
    const plan = await planned(
      `sources: { file: { path: a.npy, kind: Tensor } }
stages:\n${GRID}  end: { uses: take/many, inputs: { all: [grid.*.out, sources.file] }, timeout: 2s, retries: 3 }
outputs: { f.svg: end.figure }
expect: [{ metric: end.loss, value: 1, tolerance: { absolute: 1 }, origin: paper }]
report: { figures: [end.figure] }`
    )
    // Equal but for what is undefined, which JSON leaves out.
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
    assert.strictEqual(task(plan, "end").retries, 3)
    assert.strictEqual(task(plan, "end").timeout, 2000)
    assert.deepStrictEqual(plan.outputs, [{ destination: "f.svg", from: { task: 4, port: "figure" } }])
    assert.deepStrictEqual(plan.figures, [{ task: 4, port: "figure" }])
    assert.deepStrictEqual(
      plan.expectations.map(({ task, metric }) => [task, metric]),
      [[4, "loss"]]
    )
  })

  it("takes what a stage type says of itself", async () => {
    const plan = await planned(
      "stages:\n  a: { uses: make/tensor }\n  b: { uses: take/many, inputs: { all: a.*.out } }"
    )
    assert.deepInclude(plan.stages[0], { stageType: "make/tensor", source: "eq. 1", determinism: "bitwise" })
    assert.deepInclude(plan.stages[1], { determinism: "libm", outputs: { out: "Json", figure: "Figure" } })
    assert.notProperty(plan.stages[1], "source")
  })
})

describe("parameters of a plan", () => {
  it("have their defaults filled in and one spelling", async () => {
    const plan = await planned(
      "stages:\n  a: { uses: make/tensor }\n  b: { uses: make/tensor, with: { mode: fast, n: 1.0, name: x } }"
    )
    assert.deepStrictEqual(task(plan, "a").params, { n: 1, name: "x", mode: "fast" })
    assert.deepStrictEqual(task(plan, "b").params, task(plan, "a").params)
  })

  it("decide the resources, unless the file does", async () => {
    const plan = await planned(
      `stages:
  a: { uses: make/tensor, with: { n: 3 } }
  b: { uses: make/tensor, with: { n: 3 }, resources: { cpu: 1, memory: 1MiB } }
  c: { uses: take/one, inputs: { in: a.out } }`
    )
    assert.deepStrictEqual(task(plan, "a").resources, { cpu: 3, memory: 0 })
    assert.deepStrictEqual(task(plan, "b").resources, { cpu: 1, memory: 1048576 })
    assert.deepStrictEqual(task(plan, "c").resources, { cpu: 1, memory: 0 })
  })

  it("say how often, how and with what attempts are made", async () => {
    const plan = await planned(
      `limits: { licence: 2 }
stages:
  a:
    uses: make/tensor
    retries: { max: 3, delay: 500ms, longest: 10s }
    resources: { memory: { first: 1GiB, factor: 2 }, gpu: 2, tokens: { licence: 1 } }
  b: { uses: make/tensor, resources: { gpu: 0 } }`
    )
    const { resources, retries, backoff } = task(plan, "a")
    assert.deepStrictEqual(resources, { cpu: 1, memory: 2 ** 30, memoryFactor: 2, gpu: 2, tokens: { licence: 1 } })
    assert.deepStrictEqual([retries, backoff], [3, { delay: 500, factor: 2, longest: 10_000 }])
    assert.deepStrictEqual(task(plan, "b").resources, { cpu: 1, memory: 0 })
    assert.deepStrictEqual(plan.limits, { licence: 2 })
  })

  it("hold only tokens that the pipeline has", async () => {
    const found = await refused(
      "limits: { licence: 2 }\nstages:\n  a: { uses: make/tensor, resources: { tokens: { lisence: 1 } } }"
    )
    assert.deepStrictEqual(
      found.map(({ span, message, hint }) => [span.line, span.column, message, hint]),
      [
        [
          4,
          50,
          'stage "a": token "lisence" is not among the limits of the pipeline',
          'did you mean "licence"?   (limits: licence)'
        ]
      ]
    )
    const [none] = await refused("stages:\n  a: { uses: make/tensor, resources: { tokens: { seat: 1 } } }")
    assert.strictEqual(none?.hint, "add   limits: { seat: 1 }   at the top level")
  })

  it("are evaluated with the matrix values of each task", async () => {
    const plan = await planned(`stages:\n${GRID}`)
    assert.deepStrictEqual(
      plan.tasks.map(({ id, params }) => `${id} ${params["n"]}`),
      ["grid@width=10,init=0 10", "grid@width=10,init=1 10", "grid@width=20,init=0 20", "grid@width=20,init=1 20"]
    )
  })

  it("are all complained about at once, each at its place", async () => {
    const found = await refused("stages:\n  a: { uses: make/tensor, with: { n: 0, nome: y, mode: quick } }")
    assert.deepStrictEqual(
      found.map(({ message }) => /unknown parameter "nome"|n: |mode: /u.exec(message)?.[0]),
      ["n: ", 'unknown parameter "nome"', "mode: "]
    )
    assert.include(found[0]?.message, "found 0")
    assert.include(found[1]?.hint, 'did you mean "name"?')
    assert.include(found[2]?.message, 'found "quick"')
    assert.deepStrictEqual(
      found.map(({ span }) => span.column),
      found.map(({ span }) => span.column).toSorted((a, b) => a - b)
    )
  })

  it("are complained about once for all tasks of a matrix", async () => {
    const text = "stages:\n  a: { uses: make/tensor, matrix: { i: [1, 2, 3] }, with: { mode: quick } }"
    assert.lengthOf(await messages(text), 1)
  })
})

describe("inputs of a plan", () => {
  it("fan in in the order of the matrix, and of the references", async () => {
    const plan = await planned(
      `sources: { file: { path: a.npy, kind: Tensor } }
stages:
${GRID}  end: { uses: take/many, inputs: { all: [sources.file, "grid@width=20,init=0.out", grid.*.out] } }`
    )
    const all = [10, 20].flatMap((width) => [0, 1].map((init) => `grid@width=${width},init=${init}`))
    assert.deepStrictEqual(arriving(plan, "end", "all"), ["file", "grid@width=20,init=0", ...all])
    const input = task(plan, "end").inputs["all"]
    assert.deepStrictEqual(input?._tag === "Many" ? input.items.map(({ matrix }) => matrix).slice(0, 3) : [], [
      {},
      { width: 20, init: 0 },
      { width: 10, init: 0 }
    ])
  })

  it("may leave out what is optional and nothing else", async () => {
    const plan = await planned(
      `stages:
  a: { uses: make/tensor }
  without: { uses: take/one, inputs: { in: a.out } }
  with: { uses: take/one, inputs: { maybe: a.side, in: a.out } }`
    )
    assert.deepStrictEqual(Object.keys(task(plan, "without").inputs), ["in"])
    // In the order of the stage type, not of the file.
    assert.deepStrictEqual(Object.keys(task(plan, "with").inputs), ["in", "maybe"])
    const missing = await messages("stages:\n  a: { uses: take/one }\n  b: { uses: take/many }")
    assert.deepStrictEqual(missing, [
      'stage "a" (take/one): missing input "in" (Tensor)',
      'stage "b" (take/many): missing input "all" (Tensor)'
    ])
  })

  it.each([
    ["a wrong kind", "{ in: a.side }", 'input "in" takes a Tensor, but a.side is a Json'],
    ["a source of a wrong kind", "{ in: sources.text }", 'input "in" takes a Tensor, but sources.text is a Json'],
    ["an output that is not there", "{ in: a.ot }", 'a (make/tensor) has no output "ot"'],
    ["an output named like a method", "{ in: a.toString }", 'has no output "toString"'],
    ["a port that is not there", "{ in: a.out, im: a.out }", 'unknown input "im"'],
    ["a port named like a method", "{ in: a.out, toString: a.out }", 'unknown input "toString"'],
    ["a fan-in where one is taken", "{ in: a.*.out }", 'input "in" takes one Tensor, not a list of them'],
    ["a list where one is taken", "{ in: [a.out] }", 'input "in" takes one Tensor, not a list of them']
  ])("refuse %s", async (_, inputs, expected) => {
    const found = await messages(
      `sources: { text: { path: t.json, kind: Json } }
stages:
  a: { uses: make/tensor }
  b: { uses: take/one, inputs: ${inputs} }`
    )
    assert.lengthOf(found, 1, found.join("\n"))
    assert.include(found[0], 'stage "b" (take/one): ')
    assert.include(found[0], expected)
  })

  it("refuse a circle, and say what else is wrong in the same breath", async () => {
    const found = await messages(
      `stages:
  a: { uses: take/one, inputs: { in: b.out } }
  b: { uses: take/one, inputs: { in: a.out, im: a.out } }`
    )
    assert.deepStrictEqual(found.map((text) => /circle|unknown input/u.exec(text)?.[0]).sort(), [
      "circle",
      "unknown input"
    ])
  })

  it("add nothing to the complaint about an unknown stage type", async () => {
    const [found, ...more] = await refused(
      `stages:
  a: { uses: make/tensr }
  b: { uses: take/one, inputs: { in: a.out } }
outputs: { x: a.side }
expect: [{ metric: a.loss, value: 1, tolerance: { absolute: 1 }, origin: paper }]`
    )
    assert.deepStrictEqual(more, [])
    assert.strictEqual(found?.message, 'stage "a": unknown stage type "make/tensr"')
    assert.include(found?.hint, 'did you mean "make/tensor"?')
  })

  it("refuse a stage type outside of the folder of the file", async () => {
    for (const path of ["../x.ts", "./a/../../x.ts"]) {
      const found = await messages(`stages:\n  a: { uses: ${path} }`)
      assert.deepStrictEqual(found, [`stage "a": ${path} lies outside of the folder of the pipeline file`])
    }
  })
})

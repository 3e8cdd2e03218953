import { assert, describe, it } from "vitest"
import { arriving, documentOf, GRID, planned, refused } from "./planned.ts"

const consumer = (input: string) => `stages:\n${GRID}  next:\n    uses: take/one\n${input}`

/** Complaints with their places. */
const complaints = async (text: string): Promise<ReadonlyArray<string>> =>
  (await refused(text)).map(
    ({ message, hint, span: { line, column, length } }) => `${line}:${column}+${length} ${message}; ${hint}`
  )

describe("a reference that gives some values of a matrix", () => {
  it("takes the others from the task that asks", async () => {
    const plan = await planned(consumer("    matrix: { init: [1, 0] }\n    inputs: { in: grid@width=20.out }"))
    for (const init of [0, 1]) {
      assert.deepStrictEqual(arriving(plan, `next@init=${init}`, "in"), [`grid@width=20,init=${init}`])
    }
  })

  it("gives its own where the task that asks has one of the same dimension", async () => {
    const plan = await planned(
      consumer("    matrix: { width: [10, 20], init: [1] }\n    inputs: { in: grid@width=20.out }")
    )
    assert.deepStrictEqual(arriving(plan, "next@width=10,init=1", "in"), ["grid@width=20,init=1"])
  })

  it("may give them by expressions over matrix and parameters, text and maps by their names", async () => {
    const plan = await planned(`params: { init: 1 }
stages:
${GRID}  named: { uses: make/tensor, matrix: { model: [{ name: small, n: 1 }, { name: odd one, n: 2 }], init: [0, 1] } }
  next:
    uses: take/one
    matrix: { of: [{ name: wide, width: 20 }, { name: slim, width: 10 }] }
    inputs: { in: "grid@init=\${{ params.init }},width=\${{ matrix.of.width }}.out" }
  last:
    uses: take/one
    matrix: { init: [0], model: [{ name: wide, of: odd one }] }
    inputs: { in: "named@model=\${{ matrix.model.of }}.out" }
`)
    assert.deepStrictEqual(arriving(plan, "next@of=wide", "in"), ["grid@width=20,init=1"])
    assert.deepStrictEqual(arriving(plan, "next@of=slim", "in"), ["grid@width=10,init=1"])
    assert.deepStrictEqual(arriving(plan, "last@init=0,model=wide", "in"), ['named@model="odd one",init=0'])
  })

  it("makes the same tasks as one that leaves them all to the task that asks", async () => {
    const plan = (reference: string) =>
      planned(consumer(`    matrix: { width: [20], init: [0, 1] }\n    inputs: { in: "${reference}" }`))
    const { tasks } = await plan("grid.out")
    for (const reference of ["grid@width=20.out", "grid@init=${{ matrix.init }}.out", "grid@width=20.out?"]) {
      if (reference.endsWith("?")) continue
      assert.deepStrictEqual((await plan(reference)).tasks, tasks)
    }
  })

  it("may be one of several, by which tasks choose the stage that has their value", async () => {
    const plan = await planned(`params: { most: 10 }
stages:
  fast: { uses: make/tensor, matrix: { method: [fast, { name: faster, n: 2 }], d: [10, 20] } }
  slow: { uses: make/tensor, matrix: { method: [slow], d: [10, 20] }, when: "\${{ matrix.d <= params.most }}" }
  end:
    uses: take/one
    matrix: { method: [slow, fast, faster], d: [10, 20] }
    inputs: { in: [fast.out?, slow.out?] }
  after:
    uses: take/one
    matrix: { method: [{ name: slow again, of: slow }, { name: fast again, of: faster }], d: [10, 20] }
    inputs: { in: ["fast@method=\${{ matrix.method.of }}.out?", "slow@method=\${{ matrix.method.of }}.out?"] }
`)
    assert.deepStrictEqual(
      plan.tasks.filter(({ id }) => /^(end|after)/u.test(id)).map(({ id }) => [id, ...arriving(plan, id, "in")]),
      [
        ["end@method=slow,d=10", "slow@method=slow,d=10"],
        ["end@method=fast,d=10", "fast@method=fast,d=10"],
        ["end@method=fast,d=20", "fast@method=fast,d=20"],
        ["end@method=faster,d=10", "fast@method=faster,d=10"],
        ["end@method=faster,d=20", "fast@method=faster,d=20"],
        ['after@method="slow again",d=10', "slow@method=slow,d=10"],
        ['after@method="fast again",d=10', "fast@method=faster,d=10"],
        ['after@method="fast again",d=20', "fast@method=faster,d=20"]
      ]
    )
    assert.deepStrictEqual(plan.leftOut, [
      { task: "slow@method=slow,d=20", because: "its condition is false" },
      { task: "end@method=slow,d=20", because: "it needs slow" },
      { task: 'after@method="slow again",d=20', because: "it needs slow@method=slow" }
    ])
  })
})

describe("an optional input that chooses by computed values", () => {
  const STAGES = `stages:
  fast: { uses: make/tensor, matrix: { method: [fast], d: [1, 2] } }
  slow: { uses: make/tensor, matrix: { method: [slow], d: [1, 2] }, when: "\${{ matrix.d < 2 }}" }
  after:
    uses: take/one
    matrix: { of: [fast, slow], d: [1, 2] }
    inputs:
      in: fast@method=fast.out
      maybe: `

  it("is needed: the task would bear the name of what it did not have", async () => {
    const plan = await planned(
      `${STAGES}["fast@method=\${{ matrix.of }}.side?", "slow@method=\${{ matrix.of }}.side?"]\n`
    )
    assert.deepStrictEqual(
      plan.tasks.filter(({ id }) => id.startsWith("after")).map(({ id }) => [id, ...arriving(plan, id, "maybe")]),
      [
        ["after@of=fast,d=1", "fast@method=fast,d=1"],
        ["after@of=fast,d=2", "fast@method=fast,d=2"],
        ["after@of=slow,d=1", "slow@method=slow,d=1"]
      ]
    )
    assert.deepInclude(plan.leftOut ?? [], { task: "after@of=slow,d=2", because: "it needs slow@method=slow" })
  })

  it("stays empty where nothing is computed, or only one task is meant", async () => {
    for (const maybe of ["[fast@method=slow.side?, slow@method=slow.side?]", '"slow@method=${{ matrix.of }}.side?"']) {
      const plan = await planned(`${STAGES}${maybe}\n`)
      assert.deepStrictEqual(arriving(plan, "after@of=slow,d=2", "maybe"), [])
    }
  })
})

describe("a value that is wrong", () => {
  it.each([
    [
      'matrix: { init: [0] }\n    inputs: { in: "grid@widht=20.out" }',
      '10:25+5 stage "next" (take/one): grid has no dimension "widht"; did you mean "width"?   (dimensions: width, init)'
    ],
    [
      "matrix: { init: [0] }\n    inputs: { in: grid@width=21.out }",
      '10:30+2 stage "next" (take/one): grid has no task with width=21; did you mean "20"?   (width: 10, 20)'
    ],
    [
      "matrix: { n: [0] }\n    inputs: { in: grid@width=20.out }",
      '10:19+17 stage "next" (take/one): grid@width=20 leaves open which init; write grid@width=20,init=0.port, or give the matrix of the stage that asks a dimension init'
    ],
    [
      "matrix: { init: [3] }\n    inputs: { in: grid@width=20.out }",
      '10:19+17 stage "next" (take/one): grid has no task "grid@width=20,init=3"; did you mean "grid@width=20,init=0"?   (tasks: grid@width=10,init=0, grid@width=10,init=1, grid@width=20,init=0, grid@width=20,init=1)'
    ],
    [
      "matrix: { init: [0] }\n    inputs: { in: 'grid@width=20,width=10.out' }",
      '10:19+28 stage "next" (take/one): grid@width=20,width=10 gives a dimension two values; undefined'
    ],
    [
      'matrix: { init: [0], w: [21] }\n    inputs: { in: "grid@width=${{ matrix.w }}.out" }',
      '10:24+22 stage "next" (take/one): grid has no task with width=21; did you mean "20"?   (width: 10, 20)'
    ],
    [
      'matrix: { init: [0], width: [21] }\n    inputs: { in: [grid.out?, "grid@width=20,init=4.out?"] }',
      '10:20+9 stage "next" (take/one): input "in": none of its stages has a task for next@init=0,width=21; exclude it from the matrix, or leave it out by when:'
    ],
    [
      "matrix: { init: [0], width: [21] }\n    inputs: { in: [grid.out?, grid.out?] }",
      '10:20+9 stage "next" (take/one): input "in": none of its stages has a task with width=21; did you mean "20"?   (width: 10, 20)'
    ],
    [
      'matrix: { of: [11] }\n    inputs: { in: "grid@width=10,init=0.out", maybe: ["grid@width=${{ matrix.of }},init=0.side?", "grid@width=${{ matrix.of }},init=1.side?"] }',
      '10:55+42 stage "next" (take/one): input "maybe": none of its stages has a task with width=11; did you mean "10"?   (width: 10, 20)'
    ]
  ])("is told with its place and the nearest that is right: %s", async (stage, expected) => {
    assert.deepStrictEqual(await complaints(consumer(`    ${stage}`)), [expected])
  })

  it.each([
    [
      'inputs: { in: "grid@width=${{ matrix.withd }}.out" }',
      'stage "next": input "in": matrix has no "withd"; did you mean "width"?   (matrix: width)'
    ],
    [
      'inputs: { in: "grid@width=1${{ matrix.width }}.out" }',
      'stage "next": input "in": an expression gives a whole value; write stage@key=${{ … }}.port'
    ],
    [
      'inputs: { in: "${{ matrix.width }}.out" }',
      'stage "next": input "in": "${{ matrix.width }}.out" names no artifact; the name of a stage is written out; a value may be an expression: stage@key=${{ matrix.key }}.port'
    ],
    [
      'inputs: { in: grid.out }\noutputs: { a.npy: "grid@width=${{ params.n }}.out" }',
      "outputs: a.npy: no expression can stand here; the inputs of a stage may give values by expressions"
    ]
  ])("in the file itself is found before anything is planned: %s", (text, expected) => {
    const document = `params: { n: 10 }\n${consumer(`    matrix: { width: [10] }\n    ${text}`)}`
    assert.throws(() => documentOf(document), expected)
  })
})

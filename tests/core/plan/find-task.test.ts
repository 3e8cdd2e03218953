import { assert, describe, it } from "vitest"
import { arriving, GRID, messages, planned, refused } from "./planned.ts"

const consumer = (input: string) => `stages:\n${GRID}  next:\n    uses: take/one\n${input}`

describe("tasks that inputs name", () => {
  it("are aligned between stages of the same matrix", async () => {
    const plan = await planned(consumer(`    matrix: { init: [1, 0], width: [20, 10] }\n    inputs: { in: grid.out }`))
    for (const init of [0, 1]) {
      for (const width of [10, 20]) {
        const from = arriving(plan, `next@init=${init},width=${width}`, "in")
        assert.deepStrictEqual(from, [`grid@width=${width},init=${init}`])
      }
    }
  })

  it("are aligned where the asking matrix has a dimension more", async () => {
    const plan = await planned(
      consumer(`    matrix: { width: [10], beta: [0.1, 0.2], init: [1] }\n    inputs: { in: grid.out }`)
    )
    for (const beta of [0.1, 0.2]) {
      assert.deepStrictEqual(arriving(plan, `next@width=10,beta=${beta},init=1`, "in"), ["grid@width=10,init=1"])
    }
  })

  it("are refused where the asking matrix has a dimension less, or a value more", async () => {
    const less = await messages(consumer("    matrix: { width: [10] }\n    inputs: { in: grid.out }"))
    assert.deepStrictEqual(less, ['stage "next" (take/one): grid has 4 tasks'])
    const more = await messages(consumer("    matrix: { width: [30], init: [0] }\n    inputs: { in: grid.out }"))
    assert.lengthOf(more, 1)
  })

  it("may name one task, with its values in any order", async () => {
    for (const name of ["grid@width=20,init=1", "grid@init=1,width=20"]) {
      const plan = await planned(consumer(`    inputs: { in: "${name}.out" }`))
      assert.deepStrictEqual(arriving(plan, "next", "in"), ["grid@width=20,init=1"])
    }
  })

  it("name a task whose text values need quotes, or hold what separates names", async () => {
    const plan = await planned(
      `stages:
  odd: { uses: make/tensor, matrix: { a: ["x,y", "1", 1, [1, 2]], b: ["p=q"] } }
  one: { uses: take/one, inputs: { in: 'odd@a="x,y",b="p=q".out' } }
  two: { uses: take/one, inputs: { in: 'odd@a="1",b="p=q".out' } }
  three: { uses: take/one, inputs: { in: 'odd@b="p=q",a=1.out' } }
  four: { uses: take/one, inputs: { in: 'odd@b="p=q",a="x,y".out' } }
  five: { uses: take/one, inputs: { in: 'odd@b="p=q",a=[1,2].out' } }`
    )
    assert.deepStrictEqual(arriving(plan, "one", "in"), ['odd@a="x,y",b="p=q"'])
    assert.deepStrictEqual(arriving(plan, "two", "in"), ['odd@a="1",b="p=q"'])
    assert.deepStrictEqual(arriving(plan, "three", "in"), ['odd@a=1,b="p=q"'])
    assert.deepStrictEqual(arriving(plan, "four", "in"), ['odd@a="x,y",b="p=q"'])
    assert.deepStrictEqual(arriving(plan, "five", "in"), ['odd@a=[1,2],b="p=q"'])
  })

  it("are refused where no task has the name, with the nearest that is there", async () => {
    const [found] = await refused(consumer(`    inputs: { in: "grid@width=21,init=1.out" }`))
    assert.include(found?.message, 'grid has no task "grid@width=21,init=1"')
    assert.include(found?.hint, 'did you mean "grid@width=20,init=1"?')
  })

  it("are compared with the names that are there once, however many tasks ask", async () => {
    const before = performance.now()
    const found = await refused(`stages:
  grid: { uses: make/tensor, matrix: { n: "\${{ range(1, 2001) }}" }, with: { n: "\${{ matrix.n }}" } }
  end:
    uses: take/many
    matrix: { n: "\${{ range(1, 2001) }}" }
    inputs: { all: ["grid@n=1x0.out", "grid@n=1x1.out", "grid@n=1x2.out", grid.out] }`)
    assert.lengthOf(found, 3)
    assert.isBelow(performance.now() - before, 3000)
  })
})

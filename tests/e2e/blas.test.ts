/** A native library for linear algebra, from the variable that asks for it to keys and results. */
import { assert, describe, it } from "vitest"
import { SOME_BLAS } from "../some-blas.ts"
import { makeProject } from "./project.ts"

const STAGE = `import { Effect, Schema } from "effect"
import { Blas, StageType } from "athanor/stage"

export default StageType.make({
  name: "my/product",
  summary: "A product, by whatever there is",
  determinism: "bitwise",
  blas: true,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { out: "Json" },
  run: () =>
    Effect.gen(function* () {
      const blas = yield* Blas.Current
      if (blas === undefined) return { out: "own" }
      const shape = { transposeA: false, transposeB: false, m: 1, n: 1, k: 2, alpha: 1, beta: 0, lda: 2, ldb: 1, ldc: 1 }
      const c = new Float64Array(1)
      blas.dgemm({ ...shape, a: Float64Array.of(2, 3), b: Float64Array.of(5, 7), c })
      return { out: [blas.title, c[0]] }
    })
})
`

const FILE = `name: products
stages:
  product: { uses: ./product.ts }
`

const project = (asked: string) => makeProject({ "product.ts": STAGE, "products.yaml": FILE }, { PIPELINE_BLAS: asked })

describe("PIPELINE_BLAS", () => {
  it("leaves stages their own kernels when it is not set to a library", () => {
    const { run, read } = project("none")
    assert.strictEqual(run("run", "products.yaml").status, 0)
    run("get", "latest:product.out", "out.json")
    assert.strictEqual(JSON.parse(read("out.json")), "own")
  })

  it("refuses a plan with a library that is not here", () => {
    const { status, stderr } = project("/nowhere/libblas.so").run("run", "products.yaml")
    assert.strictEqual(status, 2)
    assert.match(
      stderr,
      /the library that PIPELINE_BLAS names is not here: (?:\/nowhere\/libblas\.so: Failed to load|the package koffi is not installed)/u
    )
  })

  it.skipIf("reason" in SOME_BLAS)("has a library compute, and its name and version in the key", () => {
    const { run, runAfter, read } = project("auto")
    const { status, stderr } = run("run", "products.yaml")
    assert.strictEqual(status, 0, stderr)
    run("get", "latest:product.out", "out.json")
    const [title, value] = JSON.parse(read("out.json"))
    assert.strictEqual(value, 31)
    assert.include(run("doctor").stdout, title)
    // The same key, and another one without.
    assert.include(run("plan", "products.yaml").stdout, "1 cached")
    const { stdout } = runAfter("export PIPELINE_BLAS=none", "why", "products.yaml", "product")
    assert.match(stdout, /environment blas is gone|environment blas.*PIPELINE_BLAS/u)
  })
})

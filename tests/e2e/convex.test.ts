import { assert, describe, it } from "vitest"
import { makeProject } from "./project.ts"

const X = [
  [1, 0.5],
  [-1, 0.2],
  [0.3, -0.8],
  [-0.6, -0.7],
  [0.1, 0.9],
  [0.8, -0.4]
]
const y = [1, -1, 1, 1, -1, 1]

const csv = (rows: ReadonlyArray<ReadonlyArray<number>>): string => rows.map((row) => row.join(",")).join("\n")

const project = () =>
  makeProject({
    "X.csv": `${csv(X)}\n`,
    "y.csv": `${y.join("\n")}\n`,
    "X.json": JSON.stringify(X),
    "y.json": JSON.stringify(y),
    "nan.csv": "1,2\n3,NaN\n",
    "short.csv": "1\n-1\n"
  })

const admm = (inputs: ReadonlyArray<string>, params: object = { sampled: 4, iterations: 50 }) => [
  ...["call", "convex/admm", "--with", JSON.stringify(params), "--out", "out"],
  ...inputs.flatMap((input) => ["--input", input])
]

describe("pipeline call convex/admm", () => {
  it("trains on plain files, and takes its own outputs for another stage", () => {
    const { run, read } = project()
    for (const kind of ["csv", "json"]) {
      const { status, stderr } = run(...admm([`X=X.${kind}`, `y=y.${kind}`]))
      assert.strictEqual(status, 0, stderr)
    }
    assert.isAbove(read("out/model.safetensors").length, 100)
    const patterns = run("call", "convex/patterns", "--with", '{ "sampled": 4 }', "--input", "X=X.csv", "--out", "p")
    assert.strictEqual(patterns.status, 0, patterns.stderr)
    const { status, stderr } = run(...admm(["X=X.csv", "y=y.csv", "patterns=p/patterns.npy"]))
    assert.strictEqual(status, 0, stderr)
  })

  it("says what is wrong with files that it cannot learn from", () => {
    const { run } = project()
    const said = (...args: Parameters<typeof admm>): string => {
      const { status, stderr, stdout } = run(...admm(...args))
      assert.notStrictEqual(status, 0)
      return stdout + stderr
    }
    assert.include(said(["X=nan.csv", "y=short.csv"]), "NaN")
    assert.include(said(["X=X.csv", "y=short.csv"]), "6, a target for each point")
    assert.include(said(["X=X.csv", "y=y.csv"], { sampled: 100 }), "6 points of rank 2 have at most 12")
  })
})

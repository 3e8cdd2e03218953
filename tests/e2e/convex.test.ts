import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { filesBelow } from "../files-below.ts"
import { until } from "../until.ts"
import { makeProject, type Project } from "./project.ts"

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

/** Stages that take a second or two, each of the same points and patterns. */
const LONG = {
  descent: "{ loss: hinge, adversary: pgd, radius: 0.1, fixed: 1, starts: 2, steps: 3000 }",
  "block-admm": "{ loss: hinge, sampled: 60, iterations: 6000, tolerance: 0 }"
}

const pipeline = (type: string, params: string) => `name: long
stages:
  points:
    uses: convex/examples
    with: { problem: circle, count: 16 }
  long:
    uses: convex/${type}
    with: ${params}
    inputs: { X: points.X, y: points.y }
`

interface Shown {
  readonly tasks: ReadonlyArray<{
    readonly task: string
    readonly outputs: unknown
    readonly metrics: unknown
    readonly continuedFrom?: { readonly at: number }
  }>
}

/** The long task of the latest run. */
const longOf = (of: Project) =>
  (of.json("show", "latest", "--json") as Shown).tasks.find(({ task }) => task === "long")!

const hasCheckpoint = ({ folder }: Project): boolean => {
  const kept = join(folder, "artifacts-cache/checkpoints")
  return existsSync(kept) && filesBelow(kept).some((file) => file.endsWith("checkpoint"))
}

const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) throw new Error("the run was over before it could be killed")
  const ended = once(child, "exit")
  child.kill("SIGKILL")
  await ended
}

describe("a long stage of global training that was killed", () => {
  for (const [type, params] of Object.entries(LONG)) {
    it(`goes on where it was, to the bytes of an undisturbed run: ${type}`, async () => {
      const killed = makeProject({ "long.yaml": pipeline(type, params) })
      const child = killed.start("run", "long.yaml")
      await until(() => hasCheckpoint(killed))
      await kill(child)
      assert.strictEqual(killed.run("run", "long.yaml").status, 0)
      const { continuedFrom, outputs, metrics } = longOf(killed)
      assert.isAbove(continuedFrom?.at ?? 0, 0)
      const fresh = makeProject({ "long.yaml": pipeline(type, params) })
      assert.strictEqual(fresh.run("run", "long.yaml").status, 0)
      const other = longOf(fresh)
      assert.deepStrictEqual({ outputs, metrics }, { outputs: other.outputs, metrics: other.metrics })
    })
  }
})

import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Effect, Result } from "effect"
import { assert, describe, it } from "vitest"
import * as Codec from "../../../core/codec/Codec.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { ArtifactStore } from "../../../core/store/ArtifactStore.ts"
import type { Digest } from "../../../core/store/Digest.ts"
import * as Store from "../../../core/store/Store.ts"
import { makeProject, type Project, TINY } from "../../e2e/project.ts"

interface RunAnswer {
  readonly run: string
}

interface Shown {
  readonly tasks: ReadonlyArray<{
    readonly task: string
    readonly key: string
    readonly computedBy: string
    readonly metrics: { readonly [name: string]: number }
    readonly outputs: { readonly [port: string]: string }
  }>
}

const run = (project: Project, ...args: ReadonlyArray<string>): string =>
  (project.json("run", "tiny.yaml", "--json", ...args) as RunAnswer).run

const shown = (project: Project, name: string) => {
  const { tasks } = project.json("show", name, "--json") as Shown
  return Object.fromEntries(tasks.map(({ task, ...told }) => [task, told]))
}

const got = (project: Project, reference: string): string => {
  const { status, stderr } = project.run("get", reference, "got.json")
  assert.strictEqual(status, 0, stderr)
  return project.read("got.json")
}

/** Computes a task anew with another result, as a stage that is not deterministic would. */
const supersede = (project: Project, key: string): Promise<void> =>
  Effect.gen(function* () {
    const actions = yield* ActionStore
    const artifacts = yield* ArtifactStore
    const record = actions.find(key as Digest)
    assert.isDefined(record)
    const files = Result.getOrThrow(Codec.encode("Tensor", { shape: [4], data: Float64Array.of(9, 9, 9, 9) }))
    yield* actions.forget(record.key)
    const outputs = { numbers: yield* artifacts.write("Tensor", files) }
    yield* actions.commit({ ...record, outputs, metrics: { sum: 36 }, runId: "another run" })
  }).pipe(Effect.provide(Store.layer(join(project.folder, "artifacts-cache"))), Effect.runPromise)

describe("the results of a run", () => {
  it("stay its own when a stage that is not deterministic is computed anew", async () => {
    const project = makeProject(TINY)
    const first = run(project)
    const again = run(project)
    const before = shown(project, first)
    const one = before["numbers@seed=1"]
    const numbers = got(project, `${first}:numbers@seed=1.numbers`)
    const total = got(project, `${first}:total.total`)
    project.run("report", first)
    const page = project.read("reports/tiny/report.html")
    await supersede(project, one?.key ?? "")
    const anew = run(project)
    assert.deepInclude(shown(project, anew)["numbers@seed=1"], { metrics: { sum: 36 }, computedBy: "another run" })
    assert.strictEqual(got(project, "latest:numbers@seed=1.numbers"), "[9,9,9,9]\n")
    // The run that computed them, and the one that found them, have them still.
    assert.deepStrictEqual(shown(project, first), before)
    for (const name of [first, again]) {
      assert.strictEqual(got(project, `${name}:numbers@seed=1.numbers`), numbers)
      assert.strictEqual(got(project, `${name}:total.total`), total)
      const { outputs, metrics, computedBy } = shown(project, name)["numbers@seed=1"] ?? {}
      assert.deepStrictEqual([outputs, metrics, computedBy], [one?.outputs, { sum: 16 }, first])
    }
    project.run("report", first)
    assert.strictEqual(project.read("reports/tiny/report.html"), page)
    rmSync(join(project.folder, "artifacts-cache/index.sqlite"))
    assert.strictEqual(got(project, `${first}:numbers@seed=1.numbers`), numbers)
    assert.strictEqual(got(project, before["total"]?.outputs["total"] ?? ""), total)
  })

  it("are named with the way to get them back when the store has lost them", () => {
    const project = makeProject(TINY)
    // Too large to live in their records.
    project.edit("tiny.yaml", "n: 4", "n: 4000")
    const first = run(project)
    const digest = shown(project, first)["numbers@seed=1"]?.outputs["numbers"] ?? ""
    for (const prefix of readdirSync(join(project.folder, "artifacts-cache/objects"))) {
      rmSync(join(project.folder, "artifacts-cache/objects", prefix), { recursive: true })
    }
    const words = `error: run ${first} had numbers@seed=1.numbers (${digest.slice(0, 12)}), but its content is no longer in the store: \`pipeline run tiny.yaml numbers@seed=1\` with the parameters of that run computes it again\n`
    const lost = project.run("get", `${first}:numbers@seed=1.numbers`, "x.npy")
    assert.deepStrictEqual([lost.status, lost.stdout, lost.stderr], [4, "", words])
    for (const segment of readdirSync(join(project.folder, "artifacts-cache/actions"))) {
      rmSync(join(project.folder, "artifacts-cache/actions", segment))
    }
    const gone = project.run("get", `${first}:numbers@seed=1.numbers`, "x.npy")
    assert.deepStrictEqual([gone.status, gone.stdout, gone.stderr], [4, "", words])
    assert.strictEqual(shown(project, first)["numbers@seed=1"]?.outputs["numbers"], digest)
    assert.notInclude(readdirSync(project.folder), "x.npy")
  })
})

describe("pipeline get", () => {
  it("names the tasks of a stage that has several", () => {
    const project = makeProject(TINY)
    const name = run(project)
    const { status, stderr } = project.run("get", "latest:numbers.numbers", "x.npy")
    assert.strictEqual(status, 2)
    assert.strictEqual(
      stderr,
      `error: run ${name} has 3 tasks of numbers: name one of numbers@seed=0, numbers@seed=1, numbers@seed=2\n`
    )
  })

  it("writes what the name promises, or says what the kind can be written as", () => {
    const project = makeProject(TINY)
    run(project)
    project.run("get", "latest:numbers@seed=1.numbers", "n.csv")
    assert.strictEqual(project.read("n.csv"), "1\n3\n5\n7\n")
    project.run("get", "latest:numbers@seed=1.numbers", "n.json")
    assert.strictEqual(project.read("n.json"), "[1,3,5,7]\n")
    const { status, stderr } = project.run("get", "latest:numbers@seed=1.numbers", "n.svg")
    assert.strictEqual(status, 2)
    assert.strictEqual(stderr, "error: n.svg: a Tensor is written as .npy, .csv, .json, not .svg\n")
    assert.notInclude(readdirSync(project.folder), "n.svg")
  })

  it("places an artifact inside a folder that is there, and leaves what that has", () => {
    const project = makeProject({ ...TINY, "out/mine.txt": "mine" })
    run(project)
    assert.match(
      project.run("get", "latest:numbers@seed=1.numbers", "out").stdout,
      /^out\/numbers@seed=1\.numbers\.npy /u
    )
    assert.match(project.run("get", "latest:total.figure", "new/").stdout, /^new\/total\.figure\.vl\.json /u)
    assert.deepStrictEqual(readdirSync(join(project.folder, "out")).sort(), ["mine.txt", "numbers@seed=1.numbers.npy"])
  })
})

import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { makeProject, TINY } from "./project.ts"

interface Compared {
  readonly html: string
  readonly runs: ReadonlyArray<{ readonly letter: string; readonly run: string }>
  readonly differing: unknown
  readonly figures: unknown
}

interface Told {
  readonly html: string
  readonly profiles: ReadonlyArray<{
    readonly runs: ReadonlyArray<unknown>
    readonly metrics: ReadonlyArray<{
      readonly metric: string
      readonly values: ReadonlyArray<number | null>
      readonly shifts: ReadonlyArray<{
        readonly after: string
        readonly causes: ReadonlyArray<{ readonly phrase: string }>
      }>
    }>
  }>
}

describe("runs side by side", () => {
  it("have a page, a history with the causes of its shifts, and ranks", () => {
    const project = makeProject(TINY)
    const run = (...flags: ReadonlyArray<string>): string =>
      (project.json("run", "tiny.yaml", "--json", ...flags) as { readonly run: string }).run
    const first = run()
    const second = run("-S", "n=5")
    project.edit("stages/scale.ts", "value * 2", "value * 3")
    const third = run("-S", "n=5")

    const compared = project.json("report", "--compare", "latest~2", second, "latest", "--json") as Compared
    assert.deepStrictEqual(
      compared.runs.map(({ letter, run }) => [letter, run]),
      [
        ["A", first],
        ["B", second],
        ["C", third]
      ]
    )
    assert.deepStrictEqual(compared.differing, { params: 1, metrics: 4, code: 1 })
    assert.deepStrictEqual(compared.figures, [{ reference: "total.figure", form: "overlaid" }])
    const page = project.read(compared.html)
    for (const part of ["param n 4→5", "function scaled changed", "48 ± 0.5", "✗ missed"]) assert.include(page, part)
    assert.include(project.run("report", "--compare").stdout, "the code of 1 stage differ\n")
    assert.isTrue(existsSync(join(project.folder, "reports/tiny/comparisons")))

    const told = project.json("report", "--history", "tiny", "--json") as Told
    const [profile] = told.profiles
    const total = profile?.metrics.find(({ metric }) => metric === "total.all")
    assert.deepStrictEqual(total?.values, [48, 75, 105])
    assert.deepStrictEqual(
      total?.shifts.map(({ after, causes }) => [after, causes.map(({ phrase }) => phrase)]),
      [
        [second, ["param n 4→5"]],
        [third, ["code of my/numbers: function scaled changed"]]
      ]
    )
    assert.include(project.read(told.html), "total.all over 3 runs, from 48 to 105; 2 shifts")

    const ranks = project.json("runs", "--metric", "total.all", "--sort", "--json") as ReadonlyArray<{
      readonly rank: number
      readonly run: string
    }>
    assert.deepStrictEqual(
      ranks.map(({ rank, run }) => [rank, run]),
      [
        [1, first],
        [2, second],
        [3, third]
      ]
    )
    const csv = project.run("runs", "-m", "numbers.sum", "--over", "seed", "--csv", "--limit", "1").stdout
    assert.match(csv, /^rank,run,numbers\.sum,numbers\.sum sd,numbers\.sum n,numbers\.sum of\n1,\S+,16,4,3,3\n$/u)

    const fewer = run("-S", "n=5", "-S", "seeds=2")
    const apart = project.json("report", "--compare", third, fewer, "--json") as Compared
    assert.include(project.read(apart.html), "<li>other tasks: param seeds 3→2 <code")

    const refusals: ReadonlyArray<readonly [reason: string, ...args: ReadonlyArray<string>]> = [
      ["name another beside latest", "report", "--compare", "latest"],
      ["`report --compare latest latest~1` sets them side by side", "report", "latest", "latest~1"],
      ["3 runs came before", "report", "--compare", "latest~9"],
      ['did you mean "total.all"', "runs", "--metric", "totl.all"],
      ["--sort needs the name of a value", "runs", "--sort"],
      ['did you mean "seed"?', "runs", "--metric", "numbers.sum", "--over", "sed"]
    ]
    for (const [reason, ...args] of refusals) {
      const { status, stderr } = project.run(...args)
      assert.strictEqual(status, 2)
      assert.include(stderr, reason)
    }
  })

  it("say of a metric that it diverged, also where it was found in the store", () => {
    const project = makeProject(TINY)
    project.edit(
      "stages/numbers.ts",
      "return { numbers",
      'if (params.seed === 1) yield* Metric.record("sum", Number.NaN)\n      return { numbers'
    )
    const run = (): string => (project.json("run", "tiny.yaml", "--json") as { readonly run: string }).run
    const [ran, found] = [run(), run()]
    const ranks = project.json("runs", "-m", "numbers.sum", "--over", "seed", "--json") as ReadonlyArray<{
      readonly run: string
      readonly metrics: { readonly "numbers.sum": unknown }
    }>
    assert.deepStrictEqual(
      ranks.map((row) => [row.run, row.metrics["numbers.sum"]]),
      [found, ran].map((one) => [one, { mean: 16, sd: Math.sqrt(32), n: 2, of: 3 }])
    )
    assert.match(project.run("runs", "-m", "numbers.sum", "--over", "seed").stdout, / 16 ± 5\.7 \(2 of 3\)/u)
    const { tasks } = project.json("show", found, "--json") as {
      readonly tasks: ReadonlyArray<{ readonly task: string; readonly metrics: unknown }>
    }
    assert.deepStrictEqual(tasks.find(({ task }) => task === "numbers@seed=1")?.metrics, { sum: "NaN" })
  })
})

import { assert, describe, it } from "vitest"
import { makeProject, type Project, TINY } from "./project.ts"

/** A project that ran with n = 4, 5 and 6, in this order. */
const ranProject = (): Project => {
  const project = makeProject(TINY)
  for (const n of [4, 5, 6]) assert.strictEqual(project.run("run", "tiny.yaml", "-S", `n=${n}`).status, 0)
  return project
}

interface Listed {
  readonly run: string
  readonly values: { readonly [name: string]: unknown }
}

const listed = (project: Project, ...args: ReadonlyArray<string>) =>
  project.json("runs", ...args, "--json") as ReadonlyArray<Listed>

describe("pipeline runs and diff", () => {
  it("list the runs that are asked for, and set them side by side", () => {
    const project = ranProject()
    const [six, five, four] = listed(project).map(({ run }) => run)
    assert(six !== undefined && five !== undefined && four !== undefined)
    assert.deepStrictEqual(
      listed(project, "--where", "n > 4 and outcome = success", "--sort", "total.all").map(({ run, values }) => [
        run,
        values
      ]),
      [
        [five, { n: 5, "total.all": 75 }],
        [six, { n: 6, "total.all": 108 }]
      ]
    )
    const [first] = listed(project, "--sort", "n", "--descending", "--limit", "1")
    assert.strictEqual(first?.run, six)
    assert.strictEqual(
      project.run("runs", "--sort", "n", "--columns", "n,numbers@seed=1.sum", "--csv").stdout,
      `run,n,numbers@seed=1.sum\n${four},4,16\n${five},5,25\n${six},6,36\n`
    )
    assert.include(project.run("runs", "--where", "n > 9").stdout, "no run is like this")
    const { status, stdout, stderr } = project.run("runs", "--where", "n > 4 and alll > 5")
    assert.deepStrictEqual([status, stdout], [2, ""])
    assert.include(stderr, '--where:1:11  error  no run has a "alll"\n    1 │ n > 4 and alll > 5\n')
    assert.include(stderr, '│           ^^^^ did you mean "all"?')

    const text = project.run("diff", four, five).stdout
    assert.match(text, /^A {2}\S+\nB {2}\S+\n\nparams\n +A +B\n +n +4 +5\n/u)
    assert.match(text, /total\.all +48 +75 +\+27\n/u)
    assert.notInclude(text, "seeds")
    assert.notInclude(text, "\ncode\n")
    assert.include(project.run("diff", four, five, "--all").stdout, "seeds")
    project.edit("stages/scale.ts", "value * 2", "value * 3")
    project.run("run", "tiny.yaml", "-S", "n=6")
    const code = project.json("diff", four, six, "latest", "--only", "code", "--json") as {
      readonly runs: ReadonlyArray<string>
      readonly code: ReadonlyArray<{ readonly name: string; readonly changes: unknown }>
    }
    assert.deepStrictEqual(code.runs.slice(0, 2), [four, six])
    assert.deepStrictEqual(
      code.code.map(({ name, changes }) => [name, changes]),
      [["numbers", [[], [], ["code of my/numbers: function scaled changed"]]]]
    )
    assert.include(project.run("diff", "latest", "latest").stdout, "nothing differs")
    assert.strictEqual(project.run("diff", "latest").status, 2)
  })

  it("tell which literal of a stage is another, once for all of its tasks", () => {
    const project = makeProject(TINY)
    const run = (): string => (project.json("run", "tiny.yaml", "--json") as { readonly run: string }).run
    const first = run()
    project.edit("tiny.yaml", "n: 4", "n: 5")
    project.edit("tiny.yaml", `millis: "\${{ params.millis }}"`, "millis: 0.5")
    const second = run()
    const text = project.run("diff", first, second).stdout
    assert.match(text, /\nparams\n +A +B\n +n +4 +5\n\ntask params\n +A +B\n +numbers\.millis +0 +0\.5 +3 tasks\n\n/u)
    const { taskParams } = project.json("diff", first, second, "--json") as { readonly taskParams: unknown }
    const tasks = [0, 1, 2].map((seed) => `numbers@seed=${seed}`)
    assert.deepStrictEqual(taskParams, [{ name: "numbers.millis", tasks, values: [0, 0.5], explainedBy: [] }])
    const all = project.json("diff", first, second, "--all", "--only", "taskParams", "--json")
    assert.deepInclude((all as { readonly taskParams: ReadonlyArray<unknown> }).taskParams, {
      name: "numbers.n",
      tasks,
      values: [4, 5],
      explainedBy: ["n"]
    })
  })
})

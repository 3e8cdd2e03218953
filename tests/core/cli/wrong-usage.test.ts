import { assert, describe, it } from "vitest"
import { makeProject, TINY } from "../../e2e/project.ts"

describe("a wrong command line", () => {
  it.each<readonly [ReadonlyArray<string>, string, string]>([
    [
      ["plan", "tiny.yaml", "--josn"],
      "Unrecognized flag: --josn in command pipeline plan; did you mean --json?",
      "plan"
    ],
    [["get", "latest:total.total"], "Missing required argument: dest", "get"],
    [["run", "tiny.yaml", "-j", "0"], 'Invalid value for flag --jobs: "0". Expected: a whole number from 1 on', "run"],
    [["run", "tiny.yaml", "-j-3"], 'Invalid value for flag --jobs: "-3". Expected: a whole number from 1 on', "run"],
    [["runs", "--limit", "-1"], 'Invalid value for flag --limit: "-1". Expected: a whole number from 1 on', "runs"],
    [["gc"], 'Unknown subcommand "gc" for "pipeline"; did you mean pipeline cache gc?', ""],
    [["cache", "prune"], 'Unknown subcommand "prune" for "pipeline cache"; did you mean pipeline cache gc?', "cache"],
    [
      ["cache", "gc", "--force"],
      "Unrecognized flag: --force in command pipeline cache gc; did you mean --apply?",
      "cache gc"
    ],
    [["runs", "--limit", "0"], 'Invalid value for flag --limit: "0". Expected: a whole number from 1 on', "runs"]
  ])("%j is answered in one complaint", (args, words, command) => {
    const { status, stdout, stderr } = makeProject(TINY).run(...args)
    assert.deepStrictEqual(
      [status, stdout, stderr],
      [2, "", `error: ${words}\nsee ${["pipeline", command].join(" ").trim()} --help\n`]
    )
  })

  it("that asks for two things at once is refused", () => {
    const project = makeProject(TINY)
    assert.include(project.run("cache", "verify", "--all", "--rerun", "2").stderr, "one or the other")
    project.run("run", "tiny.yaml")
    assert.include(project.run("cache", "gc", "-n", "--apply").stderr, "--apply removes, --dry-run only says")
    assert.strictEqual(project.run("cache", "gc", "-n").status, 0)
  })

  it("says that one run is too few to be compared", () => {
    const { status, stderr } = makeProject(TINY).run("diff", "latest")
    assert.deepStrictEqual([status, stderr], [2, "error: diff sets runs side by side: name another beside latest\n"])
  })

  it("may have its values attached to its flags", () => {
    const project = makeProject(TINY)
    const { stdout } = project.run("run", "tiny.yaml", "-nj1", "-Sn=7", "--json")
    assert.strictEqual((JSON.parse(stdout) as { readonly params: { readonly n: number } }).params.n, 7)
  })

  it("says that a stage takes no inputs", () => {
    const { status, stderr } = makeProject(TINY).run("call", "data/circle", "--input", "zz=1")
    assert.strictEqual(status, 2)
    assert.strictEqual(stderr, 'error: data/circle has no input "zz"; it takes none\n')
  })
})

describe("pipeline plan", () => {
  it("does not guess how long what never ran will take", () => {
    const project = makeProject(TINY)
    const { stdout } = project.run("plan", "tiny.yaml")
    assert.include(stdout, "4 to run, 0 may run, 0 cached · time unknown for 4 tasks\n")
    assert.notInclude(stdout, "about")
    const { tasks, predicted } = project.json("plan", "tiny.yaml", "--json") as {
      readonly tasks: ReadonlyArray<{ readonly predictedMillis: number | null }>
      readonly predicted: unknown
    }
    assert.deepStrictEqual(predicted, { workMillis: 0, criticalPathMillis: 0, unknownTasks: 4 })
    assert.strictEqual(tasks[0]?.predictedMillis, null)
    project.run("run", "tiny.yaml", "numbers")
    assert.match(
      project.run("plan", "tiny.yaml", "-S", "n=5").stdout,
      /4 to run, 0 may run, 0 cached · about \S+ of work, at least \S+ · time unknown for 1 task\n/u
    )
  })
})

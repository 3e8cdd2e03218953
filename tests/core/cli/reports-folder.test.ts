import { readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { makeProject, type Outcome, type Project, TINY } from "../../e2e/project.ts"

const ran = (project: Project, ...args: ReadonlyArray<string>): Outcome => {
  const outcome = project.run("run", "tiny.yaml", ...args)
  assert.strictEqual(outcome.status, 0, outcome.stderr)
  return outcome
}

const page = (project: Project): string => project.read("reports/tiny/report.html")

describe("the reports folder after a run", () => {
  it("is left alone while nothing that it shows has changed, and written anew when anything has", () => {
    const project = makeProject(TINY)
    ran(project)
    const first = page(project)
    assert.strictEqual(ran(project).stdout, "1 of 1 expectations met\n")
    assert.strictEqual(page(project), first)
    project.edit("tiny.yaml", "name: tiny", "# a remark\nname: tiny")
    ran(project)
    assert.strictEqual(page(project), first)
    for (const [from, to, words] of [
      ["name: tiny", "name: tiny\ndescription: Sums of even numbers", "Sums of even numbers"],
      ["name: tiny", 'name: tiny\npaper: { title: "On sums", arxiv: "1234.56789" }', "On sums"],
      ["origin: reference }", 'origin: reference, source: "table 7" }', "table 7"]
    ] as const) {
      project.edit("tiny.yaml", from, to)
      ran(project)
      assert.include(page(project), words)
    }
    project.edit("stages/total.ts", "The sum of all numbers", "Adds everything up")
    ran(project)
    assert.include(page(project), "Adds everything up")
  })

  it("gets back what a person changed or removed in it", () => {
    const project = makeProject(TINY)
    ran(project)
    for (const file of ["total.json", "figures/sums.svg", "report.html"]) {
      const whole = project.read(`reports/tiny/${file}`)
      project.write(`reports/tiny/${file}`, whole.slice(0, -9))
      ran(project)
      // The page names its run.
      if (file === "report.html") assert.match(page(project), /<\/html>\s*$/u)
      else assert.strictEqual(project.read(`reports/tiny/${file}`), whole)
    }
    // The page of another run lies in the place of the latest one's.
    ran(project, "-S", "n=5")
    const latest = page(project)
    const runs = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string }>
    project.run("report", runs.at(-1)?.run ?? "")
    assert.notStrictEqual(page(project), latest)
    ran(project, "-S", "n=5")
    assert.match(page(project), /n = 5/u)
  })

  it("keeps the study's page and files when only a part was asked for, and says where that part's page is", () => {
    const project = makeProject(TINY)
    ran(project)
    const before = [page(project), project.read("reports/tiny/total.json")]
    const { stderr } = ran(project, "-S", "n=5", "numbers@seed=1", "--json")
    const [part = ""] = readdirSync(join(project.folder, "reports/tiny/parts"))
    const html = `reports/tiny/parts/${part}/report.html`
    assert.include(stderr, `${html} (only a part was asked for: reports/tiny/report.html stays as it was)`)
    assert.include(project.read(html), part)
    assert.include(project.run("report", part).stdout, html)
    assert.deepStrictEqual([page(project), project.read("reports/tiny/total.json")], before)
    // Whoever asks for a stage that needs everything asks for everything.
    ran(project, "-S", "n=6", "total")
    assert.notStrictEqual(page(project), before[0])
    assert.lengthOf(readdirSync(join(project.folder, "reports/tiny/parts")), 1)
  })

  it("has the report although the catalogue is broken, and says how to mend that", () => {
    const project = makeProject({ ...TINY, "artifacts-cache/catalogue.json": "{ half" })
    const { stderr } = ran(project)
    assert.match(
      stderr,
      /\nwarning: the run is not in the catalogue: cannot read \S+catalogue\.json: .*; mend it by hand/u
    )
    assert.include(page(project), "</html>")
    assert.strictEqual(project.read("artifacts-cache/catalogue.json"), "{ half")
  })
})

describe("outputs:", () => {
  it.each([
    ["report.html", "is a name that the report needs for itself"],
    ["./Report.HTML", "is a name that the report needs for itself"],
    [".report.json", "is a name that the report needs for itself"],
    ["report.html/total.json", "is a name that the report needs for itself"],
    ["parts", "is a name that the report needs for itself"],
    ["total.csv", "a Json is written as .json, not .csv"],
    ["total.svg", "a Json is written as .json, not .svg"]
  ])("may not name %s, and says so at its place", (destination, words) => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "  total.json: total.total", `  ${destination}: total.total`)
    const { status, stdout, stderr } = project.run("run", "tiny.yaml")
    assert.deepStrictEqual([status, stdout], [2, ""])
    assert.match(stderr, /^tiny\.yaml:13:3 {2}error {2}/u)
    assert.include(stderr, words)
  })

  it("may ask for a tensor as text", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "  total.json: total.total", "  parts/one.csv: numbers@seed=1.numbers")
    ran(project)
    assert.strictEqual(project.read("reports/tiny/parts/one.csv"), "1\n3\n5\n7\n")
  })
})

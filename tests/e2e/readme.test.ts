/** The samples of the documents, run as they stand. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { makeProject } from "./project.ts"

const page = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")

/** Fenced blocks of a language, with the file that their first line names. */
const blocks = (text: string, language: string): ReadonlyArray<readonly [file: string, text: string]> =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n(?:#|//) (?<file>\\S+)\\n(?<text>[\\s\\S]*?)\`\`\``, "gu"))].map(
    ({ groups }) => [groups?.["file"] ?? "", groups?.["text"] ?? ""]
  )

const hasPython = spawnSync("python3", ["--version"]).status === 0

describe("README.md", () => {
  it("shows a pipeline and a stage type that run, and meet what they expect", () => {
    const readme = page("README.md")
    const files = [...blocks(readme, "yaml"), ...blocks(readme, "ts")].filter(([file]) => file !== "rates.yaml")
    assert.deepStrictEqual(
      files.map(([file]) => file),
      ["squares.yaml", "norms.ts"]
    )
    const project = makeProject(Object.fromEntries(files))
    const { status, stdout, stderr } = project.run("run", "squares.yaml", "--check")
    assert.strictEqual(status, 0, stderr)
    assert.include(stdout, "1 of 1 met")
  })

  it.skipIf(!hasPython)("shows what a run, an edit and the question why come to (where there is a python3)", () => {
    const readme = page("README.md")
    const [text = ""] = blocks(readme, "yaml").flatMap(([file, text]) => (file === "rates.yaml" ? [text] : []))
    const project = makeProject({ ...PROGRAMS, "rates.yaml": `# rates.yaml\n${text}` })
    const shown = (args: ReadonlyArray<string>, line: string): void => {
      const { status, stdout, stderr } = project.run(...args)
      assert.strictEqual(status, 0, stderr)
      assert.include(stdout + stderr, line)
      assert.include(readme, line)
    }
    shown(["run", "rates.yaml", "--check"], "4 ran, 0 cached, 0 failed")
    shown(["run", "rates.yaml", "--check"], "0 ran, 4 cached, 0 failed")
    project.edit("fit.py", "import", "# A comment.\nimport")
    shown(["run", "rates.yaml", "--check"], "3 ran, 1 cached, 0 failed")
    project.edit("rates.yaml", "steps: 200", "steps: 400")
    shown(["plan", "rates.yaml"], "3 to run, 1 may run, 0 cached")
    shown(["why", "rates.yaml", "best"], 'root cause: param run[5] "200"→"400" (rates.yaml:3:42)')
  })
})

/** What the pipeline of the first page calls. */
const PROGRAMS = {
  "fit.py": `import json, sys
rate, steps = float(sys.argv[2]), int(sys.argv[4])
with open("result.json", "w") as file:
    json.dump({"rate": rate, "loss": (1 - rate / 100) ** (20 * steps)}, file)
`,
  "best.py": `import json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
items = json.loads((folder / "manifest.json").read_text())
results = [json.loads((folder / item["path"]).read_text()) for item in items]
with open("choice.json", "w") as file:
    json.dump(min(results, key=lambda result: result["loss"]), file)
`
}

describe("docs/command-line.md", () => {
  const text = page("docs/command-line.md")
  const help = (...command: ReadonlyArray<string>): string => makeProject({}).run(...command, "--help").stdout
  /** What a section of a page of help lists: the names of each line, without what is said of them. */
  const listed = (text: string, section: string): ReadonlyArray<string> => {
    const [, body = ""] = new RegExp(`^${section}\\n(?<body>(?: .*\\n)+)`, "mu").exec(text) ?? []
    return [...body.matchAll(/^ +(?<names>.*?)(?: {2}|$)/gmu)].map(({ groups }) => groups?.["names"] ?? "")
  }

  it("lists every command", () => {
    const commands = listed(help(), "SUBCOMMANDS")
    assert.includeMembers([...commands], ["run", "plan", "schema", "cache"])
    assert.deepStrictEqual(
      commands.filter((name) => !text.includes(`\n| \`${name}`)),
      []
    )
  })

  const rows = [...text.matchAll(/^\| `(?<command>[a-z]+(?: [a-z]+)?)\b.*$/gmu)].map(
    ({ 0: row, groups }) => [groups?.["command"] ?? "", row] as const
  )
  it.each(rows)("lists every flag of %s", (command, row) => {
    const [, shared = ""] = /^\*\*Flags that many take\.\*\*(?<text>[\s\S]*?)\n\n/mu.exec(text) ?? []
    const missing = listed(help(...command.split(" ")), "FLAGS").filter((names) => {
      const forms = [...names.matchAll(/(?<form>-[\w-]+)/gu)].map(({ groups }) => groups?.["form"] ?? "")
      return !forms.some((form) => new RegExp(`${form}(?![\\w-])`, "u").test(row + shared))
    })
    assert.deepStrictEqual(missing, [])
  })
})

describe("docs/pipeline-file.md", () => {
  it.skipIf(!hasPython)("shows a command that runs and meets what it expects (where there is a python3)", () => {
    const text = page("docs/pipeline-file.md")
    const pipeline = blocks(text, "yaml").filter(([file]) => file === "words.yaml")
    const project = makeProject({
      ...Object.fromEntries([...pipeline, ...blocks(text, "python")]),
      "lib/split.py": "def words(text):\n    return text.split()\n",
      "text/a.txt": "to be or not to be\n",
      "text/b.txt": "be quick\n"
    })
    const { status, stderr } = project.run("run", "words.yaml", "--check")
    assert.strictEqual(status, 0, stderr)
    assert.strictEqual(project.read("reports/words/counts.csv").trim(), "word,count\nbe,3\nto,2\nor,1")
    project.edit("count.py", 'print("word,count"', 'print("term,count"')
    assert.include(project.run("plan", "words.yaml").stdout, "count.py changed")
  })
})

describe("docs/authoring-stages.md", () => {
  it("shows a stage type that runs on a file from outside, and fails with words of its own", () => {
    const [[file, text] = ["", ""]] = blocks(page("docs/authoring-stages.md"), "ts")
    assert.strictEqual(file, "stages/moments.ts")
    const project = makeProject({
      [file]: text,
      "heights.csv": "height,name\n1.5,a\n2.5,b\n",
      "moments.yaml": `name: moments
sources: { heights: { path: heights.csv, kind: Table } }
stages:
  moments:
    uses: ./stages/moments.ts
    with: { column: height }
    inputs: { table: sources.heights, others: [sources.heights, sources.heights] }
outputs: { moments.json: moments.moments, heights.svg: moments.figure }
expect:
  - { metric: moments.variance, value: 0.5, tolerance: { absolute: 0 }, origin: reference }
  - { metric: moments.others, value: 2, tolerance: { absolute: 0 }, origin: reference }
`
    })
    const { status, stderr } = project.run("run", "moments.yaml", "--check")
    assert.strictEqual(status, 0, stderr)
    assert.deepStrictEqual(JSON.parse(project.read("reports/moments/moments.json")), { mean: 2, variance: 0.5 })
    project.edit("heights.csv", "2.5,b\n", "")
    assert.include(project.run("run", "moments.yaml").stderr, "TooFew: 1 rows are too few for a variance")
  })

  it("shows a stage type that goes on from its smaller result, and gives what a run from the beginning gives", () => {
    const [, [file, text] = ["", ""]] = blocks(page("docs/authoring-stages.md"), "ts")
    assert.strictEqual(file, "stages/average.ts")
    const project = makeProject({
      [file]: text,
      "average.yaml": `name: average
params: { terms: 30 }
stages:
  average:
    uses: ./stages/average.ts
    with: { terms: "\${{ params.terms }}", seen: "\${{ range(10, params.terms, 10) }}" }
outputs: { course.json: average.course }
`
    })
    const course = (...words: ReadonlyArray<string>): string => {
      const { status, stderr } = project.run("run", "average.yaml", ...words)
      assert.strictEqual(status, 0, stderr)
      return project.read("reports/average/course.json")
    }
    const terms = (text: string) => (JSON.parse(text) as ReadonlyArray<readonly [number, number]>).map(([term]) => term)
    assert.deepStrictEqual(terms(course()), [10, 20, 30])
    assert.include(project.run("plan", "average.yaml", "-S", "terms=55").stdout, "goes on from terms=30")
    const extended = course("-S", "terms=55")
    assert.deepStrictEqual(terms(extended), [10, 20, 30, 40, 50, 55])
    assert.strictEqual(extended, course("-S", "terms=55", "--force", "average"))
  })
})

import { assert, describe, it } from "vitest"
import { makeProject, type Project } from "./project.ts"

const command = (id: string, script: string): string => `  ${id}:
    uses: command
    shell: true
    run: "${script}"
    outputs: { m: { path: m.json, kind: Metrics } }
`

const pipeline = (name: string, ...stages: ReadonlyArray<string>): string =>
  `name: ${name}\nstages:\n${stages.join("")}`

const MAKE = "echo '{}' > m.json"

interface Planned {
  readonly tasks: ReadonlyArray<{
    readonly task: string
    readonly reason: string
    readonly predictedMillis: number | null
  }>
}

const planOf = (project: Project, file: string): Planned["tasks"] =>
  (project.json("plan", file, "--json") as Planned).tasks

describe("a plan of commands", () => {
  it("knows nothing of one from others, which share nothing but the word", () => {
    const project = makeProject({
      "a.yaml": pipeline("a", command("fit", MAKE)),
      "b.yaml": pipeline("b", command("train", `true; ${MAKE}`))
    })
    assert.strictEqual(project.run("run", "a.yaml").status, 0)
    const [train] = planOf(project, "b.yaml")
    assert.deepInclude(train, { task: "train", reason: "never run", predictedMillis: null })
    assert.match(project.run("plan", "b.yaml").stdout, /^run {2}train {2}~\? {2}never run\n/u)
    const text = project.run("why", "b.yaml", "train").stdout
    assert.strictEqual(text, "train  to run: never run\n")
    project.edit("a.yaml", MAKE, `${MAKE}; true`)
    const [fit] = planOf(project, "a.yaml")
    assert.match(fit?.reason ?? "", /^param run /u)
    assert.isNumber(fit?.predictedMillis)
  })

  it("says of what has failed that it has, and why", () => {
    const project = makeProject({
      "a.yaml": pipeline("a", command("fit", "exit 3"), command("other", MAKE)),
      "b.yaml": pipeline("b", command("fit", `false; ${MAKE}`))
    })
    assert.strictEqual(project.run("run", "a.yaml", "-k").status, 1)
    const said = /^failed in run \S+: .*\b3\b/u
    const [fit] = planOf(project, "a.yaml")
    assert.match(fit?.reason ?? "", said)
    assert.match(project.run("why", "a.yaml", "fit").stdout, /^fit {2}to run: failed in run \S+: .*\b3\b/u)
    // Another pipeline has nothing to do with it.
    assert.strictEqual(planOf(project, "b.yaml")[0]?.reason, "never run")
    project.edit("a.yaml", "exit 3", `true; ${MAKE}`)
    assert.strictEqual(project.run("run", "a.yaml").status, 0)
    assert.deepStrictEqual(
      planOf(project, "a.yaml").map(({ reason }) => reason),
      ["", ""]
    )
  })
})

import { assert, describe, it } from "vitest"
import { makeProject, type Project } from "./project.ts"

const stage = (body: { readonly params: string; readonly value: string; readonly more?: string }): string => `
import { Effect, Schema } from "effect"
import { Metric, StageType } from "athanor/stage"

export default StageType.make({
  name: "my/power",
  summary: "Powers",
  determinism: "bitwise",${body.more ?? ""}
  params: Schema.Struct({ base: Schema.Finite${body.params} }),
  inputs: {},
  outputs: { value: "Json" },
  run: ({ params }) =>
    Effect.gen(function* () {
      const value = ${body.value}
      yield* Metric.record("value", value)
      return { value }
    })
})
`

const OLD = stage({ params: "", value: "params.base ** 2" })

const NEW = {
  params: ", shift: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))",
  value: "params.base ** 2 + params.shift"
}

const PIPELINE = `name: power
stages:
  power: { uses: ./power.ts, with: { base: 3 } }
outputs: { value.json: power.value }
`

interface Ran {
  readonly run: string
  readonly counts: { readonly ran: number; readonly hit: number }
}

const ran = (project: Project): Ran => project.json("run", "power.yaml", "--json") as Ran

/** What "pipeline why" says of the code, for the author of the stage type. */
const codesOf = (project: Project): { readonly old: string; readonly now: string } => {
  const { stdout } = project.run("why", "power.yaml", "power")
  const { old, now } = /made by code (?<old>[0-9a-f]{12}); it is (?<now>[0-9a-f]{12}) now/u.exec(stdout)?.groups ?? {}
  if (old === undefined || now === undefined) throw new Error(stdout)
  return { old, now }
}

describe("a parameter that was added later", () => {
  it("leaves older results where the stage type says so, in every command", () => {
    const project = makeProject({ "power.ts": OLD, "power.yaml": PIPELINE })
    const before = project.run("stages", "./power.ts").stdout
    const first = ran(project)
    project.write("power.ts", stage(NEW))
    const { old, now } = codesOf(project)
    assert.include(before, `code: ${old}`)
    assert.include(project.run("plan", "power.yaml").stdout, "1 to run")
    const added = project.run("stages", "./power.ts").stdout
    project.write(
      "power.ts",
      stage({ ...NEW, more: `\n  compatibleWith: [{ code: "${old}", as: "${now}", without: { shift: 0 } }],` })
    )
    // To say so is no change of the code.
    const code = (text: string) => /^code: .*$/mu.exec(text)?.[0]
    assert.strictEqual(code(project.run("stages", "./power.ts").stdout), code(added))
    assert.match(
      project.run("plan", "power.yaml").stdout,
      new RegExp(`^cached +power +by compatible code ${old}$`, "mu")
    )
    assert.include(project.run("why", "power.yaml", "power").stdout, `computed in run ${first.run} by compatible code`)
    const second = ran(project)
    assert.deepStrictEqual(second.counts, { ...second.counts, ran: 0, hit: 1 })
    for (const run of [first.run, second.run]) {
      project.run("get", `${run}:power.value`, "value.json")
      assert.strictEqual(JSON.parse(project.read("value.json")), 9)
      const shown = project.json("show", run, "--json") as {
        readonly tasks: ReadonlyArray<{ readonly computedBy: string; readonly metrics: unknown }>
      }
      assert.deepStrictEqual([shown.tasks[0]?.computedBy, shown.tasks[0]?.metrics], [first.run, { value: 9 }])
      assert.strictEqual(project.run("report", run).status, 0)
    }
    // Code that is edited after that was said is not meant.
    project.edit("power.ts", "+ params.shift", "+ 2 * params.shift")
    assert.include(project.run("plan", "power.yaml").stdout, "1 to run")
    project.edit("power.ts", "+ 2 * params.shift", "+ params.shift")
    // What the older code could not do is computed.
    project.edit("power.yaml", "base: 3", "base: 3, shift: 1")
    assert.deepStrictEqual(ran(project).counts, { ...second.counts, ran: 1, hit: 0 })
    assert.strictEqual(JSON.parse(project.read("reports/power/value.json")), 10)
  })

  it("is refused where it means nothing, at the stage that uses it", () => {
    const project = makeProject({ "power.ts": OLD, "power.yaml": PIPELINE })
    for (const [said, words, hint] of [
      ['{ code: "3f9c", as: "0123456789ab" }', 'code "3f9c" is compatible, which is no identity', "12 digits or more"],
      [
        '{ code: "0123456789ab", as: "0123456789cd", without: { shfit: 0 } }',
        'what code 0123456789ab did without "shfit", which is no parameter',
        'did you mean "shift"?'
      ]
    ] as const) {
      project.write("power.ts", stage({ ...NEW, more: `\n  compatibleWith: [${said}],` }))
      const { status, stderr } = project.run("validate", "power.yaml")
      assert.strictEqual(status, 2)
      assert.include(stderr, "power.yaml:3:18")
      assert.include(stderr, words)
      assert.include(stderr, hint)
    }
  })
})

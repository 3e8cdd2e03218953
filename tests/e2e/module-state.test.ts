import { assert, describe, it } from "vitest"
import { makeProject, type Project } from "./project.ts"

/** A stage that remembers in its module what it has seen. */
const REMEMBERING = `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

let seen = 1
let first: number | undefined

export default StageType.make({
  name: "my/remembering",
  summary: "A number that depends on what the module remembers",
  determinism: "bitwise",
  params: Schema.Struct({ seed: Schema.Int }),
  inputs: {},
  outputs: { value: "Json" },
  run: ({ params }) =>
    Effect.sync(() => {
      first ??= params.seed
      seen = seen * 10 + params.seed
      return { value: [params.seed, first, seen] }
    })
})
`

const STUDY = `name: memory
stages:
  one:
    uses: ./remembering.ts
    matrix: { seed: "\${{ range(4) }}" }
    with: { seed: "\${{ matrix.seed }}" }
`

const project = (study: string = STUDY): Project => makeProject({ "memory.yaml": study, "remembering.ts": REMEMBERING })

/** The digests of what each task gave. */
const results = ({ json }: Project): unknown => {
  const { tasks } = json("show", "latest", "--json") as {
    readonly tasks: ReadonlyArray<{ readonly task: string; readonly outputs: unknown }>
  }
  return Object.fromEntries(tasks.map(({ task, outputs }) => [task, outputs]))
}

const ran = (study: Project, ...choices: ReadonlyArray<string>): unknown => {
  const { status, stderr } = study.run("run", "memory.yaml", ...choices)
  assert.strictEqual(status, 0, stderr)
  return results(study)
}

describe("a stage that remembers in its module", () => {
  it("gives each task the same, alone, one after the other, and side by side", () => {
    const alone = Object.assign({}, ...[0, 1, 2, 3].map((seed) => ran(project(STUDY.replace("range(4)", `[${seed}]`)))))
    assert.deepStrictEqual(ran(project(), "-j", "1"), alone)
    assert.deepStrictEqual(ran(project(), "-j", "4"), alone)
  })
})

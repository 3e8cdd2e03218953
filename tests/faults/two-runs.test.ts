import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert } from "vitest"
import { read } from "../../core/record/Journal.ts"
import type { JournalEvent } from "../../core/record/JournalEvent.ts"
import type { Project } from "../e2e/project.ts"
import { until } from "../until.ts"
import { faultRow, type Program } from "./fault-row.ts"

const [LAYERS, WIDTH] = [10, 10]

/** `stage` of each layer after the first, with the name of the one before; a task reads one of it, every third layer all. */
const layers = (stage: (layer: number, inputs: string) => string): string =>
  Array.from({ length: LAYERS }, (_, layer) => {
    const from = layer % 3 === 0 ? `layer${layer - 1}.*.out` : `layer${layer - 1}.out`
    return `  layer${layer}: ${stage(layer, layer === 0 ? "" : `inputs: { before: ${from} }, `)}`
  }).join("\n")

const MATRIX = `matrix: { i: "\${{ range(${WIDTH}) }}" }`

/**
 * A hundred commands, each of which writes its name into a file outside when it begins. Their words must not name that file:
 * it would be part of their code.
 */
const COMMANDS = {
  "hundred.yaml": `name: hundred
params: { folder: "" }
stages:
${layers(
  (layer, inputs) =>
    `{ uses: command, ${MATRIX}, ${inputs}run: [sh, -c, 'echo "$1" >> "\${0#in:}/begun.txt"; echo "\\"$1\\"" > out.json', "in:\${{ params.folder }}", "${layer}-\${{ matrix.i }}"], outputs: { out: { path: out.json, kind: Json } } }`
)}
`
}

/** The commands in a project, whose folder they are to write into. */
const commands = (project: Program["project"]): Project => {
  const study = project(COMMANDS)
  study.edit("hundred.yaml", 'folder: ""', `folder: ${study.folder}`)
  return study
}

const typed = (name: string, inputs: string): string => `import { Effect, Schema } from "effect"
${inputs.includes("Port") ? 'import { Port, StageType } from "athanor/stage"' : 'import { StageType } from "athanor/stage"'}

export default StageType.make({
  name: "my/${name}",
  summary: "A number after a moment",
  determinism: "bitwise",
  params: Schema.Struct({ layer: Schema.Int, i: Schema.Int }),
  inputs: ${inputs},
  outputs: { out: "Json" },
  run: ({ params }) => Effect.as(Effect.sleep(10), { out: [params.layer, params.i] })
})
`

/** A hundred tasks of stage types. */
const TYPED = {
  "first.ts": typed("first", "{}"),
  "one.ts": typed("one", '{ before: "Json" }'),
  "all.ts": typed("all", '{ before: Port.many("Json") }'),
  "hundred.yaml": `name: hundred
stages:
${layers((layer, inputs) => {
  const file = layer === 0 ? "first" : layer % 3 === 0 ? "all" : "one"
  return `{ uses: ./${file}.ts, ${MATRIX}, ${inputs}with: { layer: ${layer}, i: "\${{ matrix.i }}" } }`
})}
`
}

const ALL = Array.from({ length: LAYERS }, (_, layer) =>
  Array.from({ length: WIDTH }, (_, i) => `layer${layer}@i=${i}`)
)
  .flat()
  .sort()

const runsOf = (study: Project): ReadonlyArray<string> => {
  const folder = join(study.folder, "artifacts-cache/runs")
  return existsSync(folder) ? readdirSync(folder).map((run) => join(folder, run)) : []
}

/** The tasks that finished in a run, as far as its journal is on the disk. */
const finishedIn = (run: string): ReadonlyArray<string> => tasksWith(run, "TaskFinished")

const tasksWith = (run: string, tag: JournalEvent["_tag"]): ReadonlyArray<string> => {
  const file = join(run, "journal.jsonl")
  const events = existsSync(file) ? read(readFileSync(file)).entries.map(({ event }) => event) : []
  return events.flatMap((event) => (event._tag === tag && "task" in event ? [event.task] : []))
}

/** The tasks whose commands have begun, in the order in which they did. */
const begunIn = (study: Project): ReadonlyArray<string> =>
  study
    .read("begun.txt")
    .trimEnd()
    .split("\n")
    .map((name) => `layer${name.replace("-", "@i=")}`)

const ended = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const [code] = (await once(child, "exit")) as [number | null]
  return code
}

/** Two processes that run the same pipeline, started at once. */
const startTwo = (study: Project): readonly [ChildProcess, ChildProcess] => {
  const start = () => study.start("run", "hundred.yaml", "-j", "2")
  return [start(), start()]
}

const bothEnd = async (study: Project): Promise<void> => {
  assert.deepStrictEqual(await Promise.all(startTwo(study).map(ended)), [0, 0])
}

const ROUNDS = 2

faultRow(
  {
    fault: "two runs on one cache: a hundred commands, both started at once",
    expected: "each is executed exactly once in total",
    protections: ["kernel-lock", "look-up-again"]
  },
  async ({ project }) => {
    for (let round = 0; round < ROUNDS; round++) {
      const study = commands(project)
      await bothEnd(study)
      assert.deepStrictEqual([...begunIn(study)].sort(), ALL)
      assert.deepStrictEqual(runsOf(study).flatMap(finishedIn).sort(), ALL)
    }
  }
)

faultRow(
  {
    fault: "two runs on one cache: a hundred tasks of stage types, both started at once",
    expected: "each is executed exactly once in total",
    protections: ["kernel-lock", "look-up-again"]
  },
  async ({ project }) => {
    for (let round = 0; round < ROUNDS; round++) {
      const study = project(TYPED)
      await bothEnd(study)
      assert.deepStrictEqual(runsOf(study).flatMap(finishedIn).sort(), ALL)
    }
  }
)

/** How often each of some names is there. */
const counted = (names: ReadonlyArray<string>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

faultRow(
  {
    fault: "two runs on one cache: one of them killed in the middle",
    expected:
      "the other ends with every result; what the killed one finished is not done again, what it was at is done once more at most",
    protections: ["kernel-lock"]
  },
  async ({ project }) => {
    for (let round = 0; round < ROUNDS; round++) {
      const study = commands(project)
      const [one, other] = startTwo(study)
      const enough = 20 + (60 * round) / ROUNDS
      await until(() => one.exitCode !== null || runsOf(study).flatMap(finishedIn).length >= enough)
      one.kill("SIGKILL")
      await ended(one)
      assert.strictEqual(await ended(other), 0)
      const begun = counted(begunIn(study))
      assert.deepStrictEqual([...begun.keys()].sort(), ALL)
      const again = [...begun].filter(([, times]) => times > 1)
      // Two were in flight in it, each begun once more by the other.
      assert.isAtMost(again.length, 2)
      for (const [task, times] of again) assert.strictEqual(times, 2, task)
      const finished = runsOf(study).flatMap(finishedIn)
      assert.deepStrictEqual(
        [...counted(finished).values()].filter((times) => times > 1),
        []
      )
    }
  }
)

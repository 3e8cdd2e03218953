import { execFileSync, spawnSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { filesBelow } from "../files-below.ts"
import { COMMAND, makeProject, type Project, TINY } from "./project.ts"

interface Shown {
  readonly outcome: string
  readonly tasks: ReadonlyArray<{ readonly task: string; readonly status: string; readonly error?: string }>
}

const shown = (project: Project): Shown => project.json("show", "latest", "--json") as Shown

const statuses = (project: Project): { readonly [task: string]: string } =>
  Object.fromEntries(shown(project).tasks.map(({ task, status }) => [task, status]))

/** A stage type that fails in a way of its own, until a file says otherwise: seeds below 2 are well. */
const FRAIL = `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

class Diverged extends Schema.TaggedError<Diverged>()("Diverged", { at: Schema.Int }) {
  override get message(): string {
    return \`diverged at step \${this.at}\`
  }
}

export default StageType.make({
  name: "my/numbers",
  summary: "Fails for larger seeds",
  determinism: "bitwise",
  params: Schema.Struct({ seed: Schema.Int, how: Schema.Literals(["error", "throw", "spin", "exit", "nan"]) }),
  inputs: {},
  outputs: { numbers: "Tensor" },
  run: ({ params: { seed, how } }) =>
    Effect.gen(function* () {
      if (seed >= 2) {
        if (how === "error") return yield* new Diverged({ at: 7 })
        if (how === "throw") throw new Error("a slip of the pen")
        while (how === "spin") {}
      }
      return { numbers: { shape: how === "nan" ? [3] : [1], data: Float64Array.of(seed) } }
    })
})
`

const frail = (how: string, more = ""): Project => {
  const project = makeProject({ ...TINY, "stages/numbers.ts": FRAIL })
  project.edit(
    "tiny.yaml",
    'with: { n: "${{ params.n }}", seed: "${{ matrix.seed }}", millis: "${{ params.millis }}" }',
    `with: { seed: "\${{ matrix.seed }}", how: ${how} }${more}`
  )
  return project
}

describe("a stage that fails", () => {
  it("ends the run with status 1 and its own words, and keeps what finished", () => {
    const project = frail("error")
    const { status, stderr } = project.run("run", "tiny.yaml", "-k")
    assert.strictEqual(status, 1)
    assert.include(stderr, "diverged at step 7")
    assert.deepStrictEqual(statuses(project), {
      "numbers@seed=0": "done",
      "numbers@seed=1": "done",
      "numbers@seed=2": "failed",
      total: "skipped"
    })
    assert.strictEqual(project.run("run", "tiny.yaml", "-k").status, 1)
    assert.strictEqual(statuses(project)["numbers@seed=0"], "hit")
  })

  it("is told in some thousand characters, whatever it throws", () => {
    const project = frail("throw")
    project.edit("stages/numbers.ts", '"a slip of the pen"', '"m".repeat(3e6)')
    const { status, stderr } = project.run("run", "tiny.yaml", "-k")
    assert.strictEqual(status, 1)
    assert.match(stderr, / … \(\d+ more characters\)/u)
    const journals = filesBelow(join(project.folder, "artifacts-cache/runs")).filter((file) => file.endsWith(".jsonl"))
    for (const file of [...journals, ...filesBelow(join(project.folder, "reports"))]) {
      assert.isBelow(statSync(file).size, 300_000, file)
    }
    assert.isBelow(stderr.length, 100_000)
  })

  it("does not stop what does not need it, with --keep-going", () => {
    const project = frail("error")
    project.edit(
      "tiny.yaml",
      "outputs:",
      "  apart:\n    uses: ./stages/numbers.ts\n    with: { seed: 1, how: error }\n  sum:\n    uses: ./stages/total.ts\n    inputs: { numbers: apart.numbers }\noutputs:"
    )
    assert.strictEqual(project.run("run", "tiny.yaml", "--keep-going").status, 1)
    assert.strictEqual(statuses(project)["sum"], "done")
  })

  it("is tried again as often as the file says", () => {
    const project = frail("throw", "\n    retries: 1")
    project.edit("tiny.yaml", "seeds: 3", "seeds: [2]")
    project.edit("tiny.yaml", "range(params.seeds)", "params.seeds")
    const { stderr } = project.run("run", "tiny.yaml")
    assert.include(stderr, "a slip of the pen")
    const journal = project.read(
      `artifacts-cache/runs/${readdirSync(join(project.folder, "artifacts-cache/runs"))[0]}/journal.jsonl`
    )
    assert.lengthOf(journal.match(/AttemptStarted/gu) ?? [], 2)
  })

  it("is ended when it takes too long, also in a loop that never yields", () => {
    const project = frail("spin", "\n    timeout: 500ms")
    const { status, stderr } = project.run("run", "tiny.yaml")
    assert.strictEqual(status, 1)
    assert.include(stderr, "no result after 0.5 s")
  })

  it("is told what is wrong with its output", () => {
    const project = frail("nan")
    const { status, stderr } = project.run("run", "tiny.yaml")
    assert.strictEqual(status, 1)
    assert.include(stderr, 'output "numbers": Tensor: shape 3 needs 3 elements, data has 1')
  })
})

const slow = (): Project => {
  const project = makeProject(TINY)
  project.edit("tiny.yaml", "seeds: 3, n: 4, millis: 0", "seeds: 8, n: 10, millis: 40")
  return project
}

/** Waits until a task is done in the run that is going on. */
const untilDone = async (project: Project, tasks: number): Promise<void> => {
  for (let round = 0; round < 400; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    try {
      const runs = join(project.folder, "artifacts-cache/runs")
      const [run = ""] = readdirSync(runs)
      const journal = project.read(`artifacts-cache/runs/${run}/journal.jsonl`)
      if ((journal.match(/TaskFinished/gu) ?? []).length >= tasks) return
    } catch {
      // It has not come so far.
    }
  }
  throw new Error("no task finished")
}

describe("a run that is cut short", () => {
  it("keeps what finished when it is interrupted, and says so by its status", async () => {
    const project = slow()
    const child = project.start("run", "tiny.yaml", "-j", "2")
    const ended = once(child, "exit")
    await untilDone(project, 1)
    child.kill("SIGINT")
    const [code] = await ended
    assert.strictEqual(code, 130)
    assert.strictEqual(shown(project).outcome, "interrupted")
    const done = Object.values(statuses(project)).filter((status) => status === "done").length
    assert.isAtLeast(done, 1)
    const { counts } = project.json("run", "tiny.yaml", "--json") as { readonly counts: { readonly hit: number } }
    assert.strictEqual(counts.hit, done)
  })

  it("loses nothing that was committed when it is killed", async () => {
    const project = slow()
    const child = project.start("run", "tiny.yaml", "-j", "2")
    const ended = once(child, "exit")
    await untilDone(project, 2)
    child.kill("SIGKILL")
    await ended
    assert.strictEqual(shown(project).outcome, "unfinished")
    const { counts } = project.json("run", "tiny.yaml", "--json") as {
      readonly counts: { readonly hit: number; readonly ran: number }
    }
    assert.isAtLeast(counts.hit, 2)
    assert.strictEqual(counts.hit + counts.ran, 9)
  })
})

describe("two runs at once", () => {
  it("do the work once", async () => {
    const project = slow()
    const children = [project.start("run", "tiny.yaml", "-j", "2"), project.start("run", "tiny.yaml", "-j", "2")]
    const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]))
    assert.deepStrictEqual(codes, [0, 0])
    const runs = project.json("runs", "--json") as ReadonlyArray<{ readonly ran: number; readonly hit: number }>
    assert.strictEqual(
      runs.reduce((sum, { ran }) => sum + ran, 0),
      9
    )
    assert.strictEqual(
      runs.reduce((sum, { hit }) => sum + hit, 0),
      9
    )
  })
})

describe("a store that cannot be used", () => {
  it("is refused when a newer version made it", () => {
    const project = makeProject(TINY)
    project.run("run", "tiny.yaml")
    writeFileSync(join(project.folder, "artifacts-cache/format.json"), '{"store":99}')
    const { status, stderr } = project.run("run", "tiny.yaml")
    assert.strictEqual(status, 4)
    assert.match(stderr, /format 99/u)
  })

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")("is reported when it may not be written", () => {
    const project = makeProject(TINY)
    chmodSync(project.folder, 0o555)
    assert.strictEqual(project.run("run", "tiny.yaml").status, 4)
    chmodSync(project.folder, 0o755)
  })

  it.skipIf(!canLimitFiles())("is reported when the disk takes no more", () => {
    const project = makeProject(TINY)
    project.edit("tiny.yaml", "n: 4", "n: 200000")
    // A limit on the size of files stands in for a full disk: writes fail in the middle.
    const script = `ulimit -f 600; "${process.execPath}" "$0" run tiny.yaml`
    const { status, stderr } = limited(project, script)
    assert.notStrictEqual(status, 0)
    assert.notInclude(stderr, "at async")
    const after = project.json("run", "tiny.yaml", "--json") as { readonly outcome: string }
    assert.strictEqual(after.outcome, "success")
  })
})

function canLimitFiles(): boolean {
  try {
    execFileSync("sh", ["-c", "ulimit -f 600"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

function limited(project: Project, script: string): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync("sh", ["-c", script, COMMAND], {
    cwd: project.folder,
    env: { ...process.env, NO_COLOR: "1" },
    encoding: "utf8"
  })
  return { status, stderr }
}

import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { filesBelow } from "../files-below.ts"
import { makeProject, type Project } from "./project.ts"

/** A stage type that goes a chaotic way, in which no digit may be lost, and takes its time for each step. */
const WALK = `import { Effect, Schema } from "effect"
import { Checkpoint, Metric, StageType } from "athanor/stage"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

export default StageType.make({
  name: "my/walk",
  summary: "The logistic map",
  determinism: "bitwise",
  extends: { param: "steps" },
  params: Schema.Struct({
    steps: Count,
    seed: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
    work: Count.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))
  }),
  inputs: {},
  outputs: { places: "Tensor" },
  run: ({ params: { steps, seed, work }, start }) =>
    Effect.gen(function* () {
      const places = start === undefined ? [0.1 + seed] : Array.from(start.outputs.places.data)
      yield* Checkpoint.steps({
        from: start?.at ?? 0,
        total: steps,
        unit: "steps",
        body: () => {
          let waste = 0
          for (let index = 0; index < work; index++) waste += index
          const place = places[places.length - 1]!
          places.push(3.99 * place * (1 - place) + 0 * waste)
        },
        outputs: () => ({ places: { shape: [places.length], data: Float64Array.from(places) } })
      })
      yield* Metric.record("last", places[steps]!)
      return { places: { shape: [places.length], data: Float64Array.from(places) } }
    })
})
`

/** 5,000 steps of some tenths of a millisecond. */
const SLOW = `name: walk
params: { steps: 5000 }
stages:
  walk:
    uses: ./walk.ts
    with: { steps: "\${{ params.steps }}", work: 400000 }
`

const project = (file: string): Project => makeProject({ "walk.ts": WALK, "walk.yaml": file })

interface ShownTask {
  readonly task: string
  readonly continuedFrom?: { readonly at: number; readonly key?: string }
  readonly outputs: unknown
  readonly metrics: unknown
}

/** A task of the latest run. */
const shown = (of: Project, name = "walk"): ShownTask => {
  const { tasks } = of.json("show", "latest", "--json") as { readonly tasks: ReadonlyArray<ShownTask> }
  const found = tasks.find(({ task }) => task === name)
  if (found === undefined) throw new Error(`the run has no task ${name}`)
  return found
}

const resultOf = ({ outputs, metrics }: ShownTask) => ({ outputs, metrics })

/** Checkpoints that are on the disk, by file. */
const checkpointsOf = ({ folder }: Project): ReadonlyArray<string> => {
  const all = join(folder, "artifacts-cache/checkpoints")
  return existsSync(all)
    ? readdirSync(all).flatMap((key) => readdirSync(join(all, key)).map((name) => join(all, key, name)))
    : []
}

/** Waits until something holds of what a process does; it must not be over before. */
const until = async (child: ChildProcess, holds: () => boolean): Promise<void> => {
  while (!holds()) {
    if (child.exitCode !== null) throw new Error("the run was over before")
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const hasStarted = ({ folder }: Project): boolean => {
  const runs = join(folder, "artifacts-cache/runs")
  const journals = existsSync(runs) ? readdirSync(runs).map((run) => join(runs, run, "journal.jsonl")) : []
  return journals.some((file) => existsSync(file) && readFileSync(file, "utf8").includes("AttemptStarted"))
}

const isKept = (of: Project) => checkpointsOf(of).some((file) => file.endsWith("/checkpoint"))

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  const ended = once(child, "exit")
  child.kill(signal)
  await ended
}

/** What a run from the beginning gives. */
const fresh = (file: string, name?: string) => {
  const other = project(file)
  assert.strictEqual(other.run("run", "walk.yaml").status, 0)
  const task = shown(other, name)
  assert.isUndefined(task.continuedFrom)
  return resultOf(task)
}

/** A stage type whose steps come to an end of their own, long before the most that it may take. */
const SETTLE = `import { Effect, Schema } from "effect"
import { Checkpoint, Metric, StageType } from "athanor/stage"

export default StageType.make({
  name: "my/settle",
  summary: "The number that is its own cosine",
  determinism: { tolerance: 1e-9 },
  extends: { param: "most" },
  params: Schema.Struct({ most: Schema.Int, pause: Schema.Int }),
  inputs: {},
  outputs: { places: "Tensor" },
  run: ({ params: { most, pause }, start }) =>
    Effect.gen(function* () {
      const places = start === undefined ? [1] : Array.from(start.outputs.places.data)
      const isSettled = () => places.length > 1 && Math.abs(places.at(-1)! - places.at(-2)!) < 1e-12
      const outputs = () => ({ places: { shape: [places.length], data: Float64Array.from(places) } })
      yield* Checkpoint.steps({
        from: start?.at ?? 0,
        total: most,
        unit: "steps",
        until: isSettled,
        body: () => {
          let waste = 0
          for (let index = 0; index < pause; index++) waste += index
          places.push(Math.cos(places.at(-1)!) + 0 * waste)
        },
        outputs
      })
      yield* Metric.recordAll({ steps: places.length - 1, settled: isSettled() ? 1 : 0 })
      return outputs()
    })
})
`

describe("a task that is done before its most steps", () => {
  const settle = (most: number, pause = 0): { readonly [file: string]: string } => ({
    "settle.ts": SETTLE,
    "settle.yaml": `name: settle
params: { most: ${most} }
stages:
  settle: { uses: ./settle.ts, with: { most: "\${{ params.most }}", pause: ${pause} } }
`
  })
  const metricsOf = (of: Project) => shown(of, "settle").metrics as { readonly [name: string]: number }

  it("ends there, and more steps add nothing to its result", () => {
    const whole = makeProject(settle(100_000))
    assert.strictEqual(whole.run("run", "settle.yaml").status, 0)
    const first = shown(whole, "settle")
    const { settled, steps } = metricsOf(whole)
    assert.strictEqual(settled, 1)
    assert.isBelow(steps!, 100)
    assert.strictEqual(whole.run("run", "settle.yaml", "-S", "most=200000").status, 0)
    const second = shown(whole, "settle")
    assert.strictEqual(second.continuedFrom?.at, 100_000)
    assert.deepStrictEqual(resultOf(second), resultOf(first))
    assert.strictEqual(whole.run("run", "settle.yaml", "-S", "most=20").status, 0)
    assert.deepStrictEqual([metricsOf(whole)["settled"], metricsOf(whole)["steps"]], [0, 20])
  })

  it("goes on from its checkpoint to the same end, byte for byte, and leaves none", async () => {
    const slow = settle(100_000, 20_000_000)
    const killed = makeProject(slow)
    const child = killed.start("run", "settle.yaml")
    await until(child, () => isKept(killed))
    await end(child, "SIGKILL")
    assert.strictEqual(killed.run("run", "settle.yaml").status, 0)
    const task = shown(killed, "settle")
    assert.isAbove(task.continuedFrom?.at ?? 0, 0)
    assert.deepStrictEqual(checkpointsOf(killed), [])
    // The work of a step is no part of its result.
    const whole = makeProject(settle(100_000))
    assert.strictEqual(whole.run("run", "settle.yaml").status, 0)
    assert.deepStrictEqual(resultOf(task), resultOf(shown(whole, "settle")))
  })
})

describe("a task that was cut short", () => {
  it("goes on from its checkpoint after kill -9, gives the bytes of an undisturbed run, and leaves no checkpoint", async () => {
    const killed = project(SLOW)
    const child = killed.start("run", "walk.yaml")
    await until(child, () => isKept(killed))
    await end(child, "SIGKILL")
    assert.strictEqual(killed.run("run", "walk.yaml").status, 0)
    const task = shown(killed)
    assert.isAbove(task.continuedFrom?.at ?? 0, 0)
    assert.isUndefined(task.continuedFrom?.key)
    assert.deepStrictEqual(checkpointsOf(killed), [])
    assert.deepStrictEqual(resultOf(task), fresh(SLOW))
  })

  it("goes on where it was when a person stopped it, whatever time had passed", async () => {
    const stopped = project(SLOW)
    // What has taken no step has nothing to keep: a busy machine needs longer for the first one.
    for (const pause of [300, 1000, 3000]) {
      const child = stopped.start("run", "walk.yaml")
      await until(child, () => hasStarted(stopped))
      await new Promise((resolve) => setTimeout(resolve, pause))
      await end(child, "SIGINT")
      if (checkpointsOf(stopped).length > 0) break
    }
    assert.lengthOf(checkpointsOf(stopped), 1)
    assert.strictEqual(stopped.run("run", "walk.yaml").status, 0)
    assert.isAbove(shown(stopped).continuedFrom?.at ?? 0, 0)
  })

  it.each([
    ["a thread", ""],
    ["a process, which may not write", "\n    resources: { memory: 500MiB }"]
  ])("comes to its end in %s within a time limit that one attempt does not", (_, more) => {
    const limited = project(SLOW)
    limited.edit("walk.yaml", "uses: ./walk.ts", `uses: ./walk.ts\n    timeout: 800ms\n    retries: 9${more}`)
    limited.edit("walk.yaml", "steps: 5000", "steps: 3000")
    const { status, stderr } = limited.run("run", "walk.yaml")
    assert.strictEqual(status, 0, stderr)
    assert.isAbove(shown(limited).continuedFrom?.at ?? 0, 0)
  })

  it("begins anew when it is asked for, and when its checkpoint is not as it was written", async () => {
    for (const [damage, words] of [
      [(file: string) => writeFileSync(file, "half"), []],
      [() => {}, ["--force", "walk"]]
    ] as const) {
      const killed = project(SLOW)
      const child = killed.start("run", "walk.yaml")
      await until(child, () => isKept(killed))
      await end(child, "SIGKILL")
      for (const file of checkpointsOf(killed)) damage(file)
      assert.strictEqual(killed.run("run", "walk.yaml", ...words).status, 0)
      assert.isUndefined(shown(killed).continuedFrom)
    }
  })
})

const QUICK = SLOW.replace(", work: 400000", "").replace("steps: 5000", "steps: 2000")

describe("a larger value of the parameter along which a stage extends its results", () => {
  it("goes on from the result of the smaller one: plan and run say so, the bytes are those of a fresh run", () => {
    const study = project(QUICK)
    study.run("run", "walk.yaml")
    const before = shown(study)
    const { stdout } = study.run("plan", "walk.yaml", "-S", "steps=3000")
    assert.include(stdout, "param steps 2000→3000; goes on from steps=2000")
    assert.strictEqual(study.run("run", "walk.yaml", "-S", "steps=3000").status, 0)
    const after = shown(study)
    assert.strictEqual(after.continuedFrom?.at, 2000)
    assert.match(after.continuedFrom?.key ?? "", /^[0-9a-f]{64}$/u)
    assert.deepStrictEqual(resultOf(after), fresh(QUICK.replace("2000", "3000")))
    // What is computed from the beginning when somebody asks contradicts nothing.
    const again = study.run("run", "walk.yaml", "-S", "steps=3000", "--force", "walk")
    assert.notInclude(again.stderr, "other bytes")
    assert.isUndefined(shown(study).continuedFrom)
    // The smaller one is a result of its own, and no larger one stands in for it.
    study.run("run", "walk.yaml")
    assert.deepStrictEqual(resultOf(shown(study)), resultOf(before))
    study.run("run", "walk.yaml", "-S", "steps=500")
    assert.isUndefined(shown(study).continuedFrom)
  })

  it("gives the same in two processes at once", async () => {
    const study = project(QUICK)
    study.run("run", "walk.yaml")
    const sizes = ["2500", "2600", "2600"]
    const children = sizes.map((steps) => study.start("run", "walk.yaml", "-S", `steps=${steps}`))
    for (const child of children) {
      if (child.exitCode === null) await once(child, "exit")
      assert.strictEqual(child.exitCode, 0)
    }
    for (const steps of new Set(sizes)) {
      study.run("run", "walk.yaml", "-S", `steps=${steps}`)
      assert.deepStrictEqual(resultOf(shown(study)), fresh(QUICK.replace("2000", steps)))
    }
  })

  it("begins anew, with a warning, where the smaller result is damaged, which is mended when it is wanted", () => {
    const study = project(QUICK)
    study.run("run", "walk.yaml")
    const before = shown(study)
    const objects = join(study.folder, "artifacts-cache/objects")
    const places = filesBelow(objects)
    for (const file of places) damageTensor(file)
    const { stderr } = study.run("run", "walk.yaml", "-S", "steps=3000")
    assert.include(stderr, "cannot go on from what there was at 2000")
    assert.deepStrictEqual(resultOf(shown(study)), fresh(QUICK.replace("2000", "3000")))
    assert.include(study.run("plan", "walk.yaml").stdout, "1 to run")
    study.run("run", "walk.yaml")
    assert.deepStrictEqual(resultOf(shown(study)), resultOf(before))
  })

  it("is refused where the stage has no such parameter", () => {
    const study = project(QUICK)
    study.edit("walk.ts", 'param: "steps"', 'param: "stpes"')
    const { status, stderr } = study.run("plan", "walk.yaml")
    assert.strictEqual(status, 2)
    assert.include(stderr, 'my/walk says that it extends its results along "stpes", which is no parameter')
    assert.include(stderr, 'did you mean "steps"?')
  })
})

describe("a command", () => {
  const COUNTING = `name: walk
stages:
  walk:
    uses: command
    retries: 2
    shell: true
    run: |
      count=$(cat "$CHECKPOINTS/count" 2>/dev/null || echo 0)
      echo $((count + 1)) > "$CHECKPOINTS/count"
      [ "$count" -ge 2 ]
      echo "{\\"count\\": $count}" > count.json
    outputs: { count: { path: count.json, kind: Metrics } }
`

  it("finds in its folder what earlier attempts have left, in this run and the next, until there is a result", () => {
    const study = project(COUNTING)
    assert.strictEqual(study.run("run", "walk.yaml", "-f", "walk").status, 0)
    assert.deepStrictEqual(shown(study).metrics, { count: 2 })
    assert.deepStrictEqual(checkpointsOf(study), [])
    study.edit("walk.yaml", "retries: 2", "retries: 0")
    study.edit("walk.yaml", "-ge 2", "-ge 1")
    assert.strictEqual(study.run("run", "walk.yaml").status, 1)
    assert.lengthOf(checkpointsOf(study), 1)
    assert.strictEqual(study.run("run", "walk.yaml", "-f", "walk").status, 1)
    assert.strictEqual(study.run("run", "walk.yaml").status, 0)
    assert.deepStrictEqual(shown(study).metrics, { count: 1 })
    // One that leaves nothing has no folder when it is over.
    study.edit("walk.yaml", 'echo $((count + 1)) > "$CHECKPOINTS/count"', "true")
    assert.strictEqual(study.run("run", "walk.yaml").status, 1)
    assert.deepStrictEqual(readdirSync(join(study.folder, "artifacts-cache/checkpoints")), [])
  })
})

describe("a training of the study", () => {
  const TRAINING = `name: walk
params: { steps: 1500 }
stages:
  samples: { uses: data/gaussian, with: { points: 40, seed: 1 } }
  train:
    uses: ntk/train
    with:
      width: 128
      seed: 1
      steps: "\${{ params.steps }}"
      snapshots: "\${{ range(0, params.steps, 100) }}"
      drift: true
    inputs: { points: samples.points, targets: samples.targets }
`

  it("that is killed, and one that is made longer, give the bytes of one that went through", async () => {
    const killed = project(TRAINING)
    const child = killed.start("run", "walk.yaml")
    await until(child, () => isKept(killed))
    await end(child, "SIGKILL")
    assert.strictEqual(killed.run("run", "walk.yaml").status, 0)
    assert.isAbove(shown(killed, "train").continuedFrom?.at ?? 0, 0)
    assert.deepStrictEqual(resultOf(shown(killed, "train")), fresh(TRAINING, "train"))
    assert.strictEqual(killed.run("run", "walk.yaml", "-S", "steps=1800").status, 0)
    assert.strictEqual(shown(killed, "train").continuedFrom?.at, 1500)
    assert.deepStrictEqual(resultOf(shown(killed, "train")), fresh(TRAINING.replace("1500", "1800"), "train"))
  })
})

/** Other bytes of the same size in an object that is a tensor. */
const damageTensor = (file: string): void => {
  const bytes = readFileSync(file)
  if (!bytes.subarray(1, 6).equals(Buffer.from("NUMPY"))) return
  chmodSync(file, 0o644)
  writeFileSync(file, bytes.fill(1, 200, 300))
}

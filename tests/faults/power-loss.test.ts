import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, onTestFinished } from "vitest"
import { read } from "../../core/record/Journal.ts"
import { expectedTotal, STUDY } from "./chaos/study.ts"
import { faultRow, type Program } from "./fault-row.ts"
import { copyAsAfterPowerLoss, type FileSystem, makeImage, mount, unmount, whyNoImage } from "./loop-image.ts"

/** Power failures, each of a run of its own, at instants through its length. */
const FAILURES = Number(process.env["POWER_FAILURES"] ?? 4)

/** Milliseconds from the start of a run to its usual end. */
const LENGTH = 900

/** What the disk had when the power failed, and what journals told until then. */
interface Remains {
  readonly image: string
  readonly finished: ReadonlySet<string>
  readonly seed: number
}

/** A folder that is removed at the end of the test, with what is mounted in it. */
const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-power-"))
  onTestFinished(() => {
    for (const name of readdirSync(folder)) unmount(join(folder, name))
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Tasks that journals call finished, in all runs of a store or in one: whoever reads that relies on their results. */
const finishedIn = (store: string, only?: string): ReadonlySet<string> => {
  const runs = join(store, "runs")
  const journals = (existsSync(runs) ? readdirSync(runs) : [])
    .filter((run) => only === undefined || run === only)
    .map((run) => join(runs, run, "journal.jsonl"))
    .filter((file) => existsSync(file))
  const events = journals.flatMap((file) => read(readFileSync(file)).entries.map(({ event }) => event))
  return new Set(events.flatMap((event) => (event._tag === "TaskFinished" ? [`${event.task} ${event.key}`] : [])))
}

/** Runs on a file system that loses its power at an instant of each. */
const losePower = async (kind: FileSystem, folder: string, { project }: Program): Promise<ReadonlyArray<Remains>> => {
  const disk = join(folder, "disk")
  const image = makeImage(join(folder, "image"), kind)
  mount(image, disk, kind)
  const study = project(STUDY, { PIPELINE_CACHE: join(disk, "store") })
  const remains: Array<Remains> = []
  for (let seed = 1; seed <= FAILURES; seed++) {
    const child = study.start("run", "chaos.yaml", "-S", `seed=${seed}`, "-j", "2")
    const ended = new Promise((resolve) => child.once("exit", resolve))
    await new Promise((resolve) => setTimeout(resolve, (LENGTH * seed) / FAILURES))
    // Held still for as long as the copy takes: a power failure takes no time.
    child.kill("SIGSTOP")
    const copy = join(folder, `image-${seed}`)
    const finished = finishedIn(join(disk, "store"))
    copyAsAfterPowerLoss(image, copy)
    remains.push({ image: copy, finished, seed })
    child.kill("SIGCONT")
    await ended
  }
  return remains
}

const restart = (kind: FileSystem, { image, finished, seed }: Remains, { project }: Program): void => {
  const disk = `${image}-disk`
  mount(image, disk, kind)
  const store = join(disk, "store")
  const study = project(STUDY, { PIPELINE_CACHE: store })
  const isThere = existsSync(join(store, "format.json"))
  const verified = study.run("cache", "verify")
  // The power may have failed before there was a store.
  assert.strictEqual(verified.status, isThere ? 0 : 2, `after failure ${seed}: ${verified.stdout}${verified.stderr}`)
  const { status, stdout, stderr } = study.run("run", "chaos.yaml", "-S", `seed=${seed}`, "--json")
  assert.strictEqual(status, 0, stderr)
  assert.deepStrictEqual(JSON.parse(study.read("reports/chaos/total.json")), expectedTotal(seed))
  const computed = finishedIn(store, (JSON.parse(stdout) as { readonly run: string }).run)
  assert.deepStrictEqual(
    [...computed].filter((task) => finished.has(task)),
    [],
    `after failure ${seed}: what was finished was computed again`
  )
  unmount(disk)
}

for (const kind of ["ext4", "xfs"] as const) {
  faultRow(
    {
      fault: `power loss: ${kind}`,
      expected: "what a journal called finished is there, whole, and nothing is empty; the next run does the rest",
      protections: ["sync"],
      unless: whyNoImage(kind)
    },
    async (program) => {
      for (const remains of await losePower(kind, makeFolder(), program)) restart(kind, remains, program)
    }
  )
}

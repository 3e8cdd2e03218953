import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, onTestFinished, vi } from "vitest"
import { read } from "../../core/record/Journal.ts"
import { isEvent, type ScheduleEvent } from "../../core/schedule/ScheduleEvent.ts"
import { readLines } from "../../core/store/checked-lines.ts"
import type { Project } from "../e2e/project.ts"
import { until } from "../until.ts"
import { FAULTY, faultRow } from "./fault-row.ts"

vi.mock("../../core/fault/hooks.ts", () => import("./hooks.ts"))

const HOUR = 3_600_000

const study = (missed: string) => ({
  "beat.yaml": `name: beat
stages:
  pulse: { uses: command, run: [sh, -c, "echo '{}' > pulse.json"], outputs: { pulse: { path: pulse.json, kind: Json } } }
schedule: { cron: "* * * * * *", timeZone: UTC, missed: ${missed} }
`
})

const eventsOf = ({ folder }: Project): ReadonlyArray<ScheduleEvent> => {
  const file = join(folder, "artifacts-cache/schedules/journal.jsonl")
  if (!existsSync(file)) return []
  return readLines(readFileSync(file))
    .lines.map(({ value }) => value)
    .filter(isEvent)
}

/** Ids of the ticks that runs have, one for each run. */
const ticksThatRan = ({ folder }: Project): ReadonlyArray<string> => {
  const runs = join(folder, "artifacts-cache/runs")
  if (!existsSync(runs)) return []
  return readdirSync(runs).flatMap((run) => {
    const journal = join(runs, run, "journal.jsonl")
    const first = existsSync(journal) ? read(readFileSync(journal)).entries[0]?.event : undefined
    return first?._tag === "RunStarted" && first.tick !== undefined ? [first.tick] : []
  })
}

/** Fates of ticks by their instants: one each, or something is wrong. */
const fatesOf = (project: Project): ReadonlyMap<number, ReadonlyArray<string>> => {
  const fates = new Map<number, Array<string>>()
  const add = (tick: number, fate: string): void => void fates.set(tick, [...(fates.get(tick) ?? []), fate])
  for (const event of eventsOf(project)) {
    if (event._tag === "Ended") add(event.tick, event.outcome)
    if (event._tag === "Passed") for (let tick = event.first; tick <= event.last; tick += 1000) add(tick, event.reason)
  }
  return fates
}

const serve = (project: Project, ...args: ReadonlyArray<string>): ChildProcess => {
  const child = project.start("schedule", "serve", ...args)
  onTestFinished(() => void child.kill("SIGKILL"))
  return child
}

const ended = (child: ChildProcess) => until(() => child.exitCode ?? child.signalCode ?? undefined)

const isEnded = (least: number) => (project: Project) =>
  eventsOf(project).filter(({ _tag }) => _tag === "Ended").length >= least

const stop = async (child: ChildProcess): Promise<void> => {
  child.kill("SIGTERM")
  await ended(child)
}

const checkFates = (project: Project): void => {
  const several = [...fatesOf(project)].filter(([, fates]) => fates.length !== 1)
  assert.deepStrictEqual(several, [])
  const ran = ticksThatRan(project)
  assert.strictEqual(new Set(ran).size, ran.length, "a tick has run twice")
}

/** A variable that only a process of the program with faults reads. */
const faulty = (at: string): NodeJS.ProcessEnv => ({ FAULT_AT: at })

faultRow(
  {
    fault: "the daemon of schedules is killed when a tick is written down, and its run begins late",
    expected: "the tick counts as missed, and the run does not begin any more",
    protections: ["begin-once"]
  },
  async ({ project, without }) => {
    // Who serves, and that it has adopted the schedule, are written down before.
    const killed = project(study("skip"), faulty("schedule.durable#3=kill"))
    await ended(serve(killed))
    const started = eventsOf(killed).findLast(({ _tag }) => _tag === "Started")
    if (started?._tag !== "Started") throw new Error("nothing was written down")
    // The next one, in the same folder, has no fault before it.
    const env = { ...process.env, FAULT_OFF: without.join(","), FAULT_AT: "" }
    const run = (variables: NodeJS.ProcessEnv, ...args: ReadonlyArray<string>): ChildProcess => {
      const child = spawn(process.execPath, [FAULTY, ...args], { cwd: killed.folder, env: { ...env, ...variables } })
      onTestFinished(() => void child.kill("SIGKILL"))
      return child
    }
    const next = run({}, "schedule", "serve")
    await until(() => fatesOf(killed).get(started.tick))
    const tick = `beat@${new Date(started.tick).toISOString().replace(".000Z", "Z")}`
    await ended(run({ PIPELINE_TICK: `${started.token} ${tick}` }, "run", "beat.yaml"))
    await stop(next)
    assert.deepStrictEqual(fatesOf(killed).get(started.tick), ["missed"])
    assert.notInclude(ticksThatRan(killed), tick)
    checkFates(killed)
  }
)

faultRow(
  {
    fault: "two daemons serve the schedules of one store",
    expected: "one does, and the other takes over when it is killed: no tick runs twice",
    protections: ["kernel-lock"]
  },
  async ({ project }) => {
    const shared = project(study("latest"))
    const daemons = [serve(shared), serve(shared)]
    // On a busy machine one is there long before the other.
    await Promise.all(daemons.map(({ stderr }) => stderr && once(stderr, "data")))
    await until(() => isEnded(2)(shared))
    checkFates(shared)
    daemons[0]?.kill("SIGKILL")
    await until(() => isEnded(4)(shared))
    await stop(daemons[1] as ChildProcess)
    checkFates(shared)
  }
)

faultRow(
  {
    fault: "the daemon of schedules, or a run of its, is killed at a named step",
    expected: "the next daemon takes up what is left: each tick has one fate, and none runs twice",
    protections: []
  },
  async ({ project }) => {
    for (const at of ["schedule.written#3", "tick.spawned", "tick.begun"]) {
      const killed = project(study("latest"), faulty(`${at}=kill`))
      const first = serve(killed)
      // Where the run is what dies, the daemon goes on.
      await until(() => first.exitCode !== null || first.signalCode !== null || isEnded(1)(killed))
      first.kill("SIGKILL")
      await ended(first)
      const before = eventsOf(killed).filter(({ _tag }) => _tag === "Ended").length
      const second = killed.start("schedule", "serve")
      onTestFinished(() => void second.kill("SIGKILL"))
      await until(() => isEnded(before + 1)(killed) || second.exitCode !== null || second.signalCode !== null)
      second.kill("SIGKILL")
      checkFates(killed)
    }
  }
)

faultRow(
  {
    fault: "clock goes back or jumps: that of the daemon of schedules",
    expected: "nothing runs twice when it is put back, and what lies between is missed when it is put forward",
    protections: []
  },
  async ({ project }) => {
    const back = project(study("skip"), faulty(`schedule.durable#4=clock:${-2 * HOUR}`))
    const daemon = serve(back)
    let said = ""
    daemon.stderr?.on("data", (piece: Buffer) => {
      said += piece
    })
    await until(() => said.includes("the clock was ahead once"))
    await stop(daemon)
    checkFates(back)
    assert.isAtMost(ticksThatRan(back).length, 1)
    const forth = project(study("skip"), faulty(`schedule.durable#4=clock:${2 * HOUR}`))
    const other = serve(forth)
    await until(() => eventsOf(forth).find((event) => event._tag === "Passed" && event.last - event.first > HOUR))
    await until(() => isEnded(2)(forth))
    await stop(other)
    checkFates(forth)
  }
)

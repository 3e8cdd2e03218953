import type { ChildProcess } from "node:child_process"
import { appendFileSync, existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { until } from "../until.ts"
import { makeProject, type Project } from "./project.ts"

/** A study of one command, whose metric is what a file says. */
const BEAT = `name: beat
sources: { rate: { path: rate.json, kind: Json } }
stages:
  pulse:
    uses: command
    run: [cp, "\${{ inputs.rate }}", pulse.json]
    inputs: { rate: sources.rate }
    outputs: { scores: { path: pulse.json, kind: Metrics } }
expect:
  - { metric: pulse.rate, value: 60, tolerance: { absolute: 5 }, origin: reference }
`

const SCHEDULE = `schedule:
  name: often
  cron: "* * * * * *"
  timeZone: Europe/Berlin
  hooks:
    - { on: [failure, recovery, drift], run: [sh, -c, "cat >> told.jsonl; echo >> told.jsonl"] }
`

const project = (schedule = SCHEDULE, env: NodeJS.ProcessEnv = {}): Project =>
  makeProject({ "beat.yaml": BEAT + schedule, "rate.json": '{ "rate": 60 }' }, env)

interface Row {
  readonly tick: string
  readonly at: number
  readonly fate: string
  readonly run?: string
}

const rowsOf = (study: Project): ReadonlyArray<Row> =>
  existsSync(join(study.folder, "artifacts-cache/schedules/journal.jsonl"))
    ? (study.json("schedule", "history", "--limit", "1000", "--json") as ReadonlyArray<Row>)
    : []

const succeeded = (study: Project, least: number): boolean =>
  rowsOf(study).filter(({ fate }) => fate === "success").length >= least

interface Daemon {
  readonly child: ChildProcess
  readonly said: () => string
}

/** A daemon that is killed when the test ends. */
const serve = (study: Project, ...args: ReadonlyArray<string>): Daemon => {
  const child = study.start("schedule", "serve", ...args)
  let said = ""
  child.stderr?.on("data", (piece: Buffer) => {
    said += piece
  })
  onTestFinished(() => void child.kill("SIGKILL"))
  return { child, said: () => said }
}

const ended = (daemon: Daemon) => until(() => daemon.child.exitCode ?? daemon.child.signalCode ?? undefined)

/** A document with the types of its values in their place. */
const shapeOf = (value: unknown): unknown => {
  if (value === null) return "null"
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== "object") return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOf(part)]))
}

/** What the hook was told; two that are told at once may share a line break. */
const noticesIn = (study: Project) =>
  study
    .read("told.jsonl")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

const AGAIN = { every: 200 }

describe("pipeline schedule", { timeout: 120_000 }, () => {
  it("starts runs when their time has come, compares them, tells hooks, and ends when it is told to", async () => {
    const study = project()
    const daemon = serve(study)
    await until(() => succeeded(study, 1), AGAIN)
    study.write("rate.json", '{ "rate": 80 }')
    const told = () => (existsSync(join(study.folder, "told.jsonl")) ? study.read("told.jsonl") : "")
    await until(() => told().includes('"drift"'), AGAIN)
    study.write("rate.json", '{ "rate": 61 }')
    await until(() => told().includes('"event":"recovery"'), AGAIN)
    daemon.child.kill("SIGTERM")
    assert.strictEqual(await ended(daemon), 130)
    const notices = noticesIn(study)
    const drift = notices.find(({ event }) => event === "drift")
    assert.deepInclude(drift.drift[0], { kind: "expectation", metric: "pulse.rate", before: "met", now: "missed" })
    assert.strictEqual(drift.tick.outcome, "unmet")
    // The shape that programs of others rely on: docs/json-output.md.
    assert.deepStrictEqual(shapeOf(drift), {
      ...{ version: "number", id: "string", event: "string" },
      schedule: { id: "string", pipeline: "string", file: "string", cron: "string", timeZone: "string" },
      tick: {
        ...{ id: "string", at: "string", startedAt: "string", endedAt: "string" },
        ...{ outcome: "string", before: "string", detail: "null" }
      },
      run: {
        ...{ id: "string", traceId: "string", ran: "number", hit: "number", failed: "number", skipped: "number" },
        failures: [],
        expectations: { met: "number", missed: [{ metric: "string", verdict: "string", words: "string" }] }
      },
      drift: [{ kind: "string", metric: "string", before: "string", now: "string", words: "string" }]
    })
    const rows = rowsOf(study)
    assert.isEmpty(rows.filter(({ fate }) => fate === "running"))
    const runs = new Set(
      (study.json("runs", "--limit", "1000", "--json") as ReadonlyArray<{ run: string }>).map(({ run }) => run)
    )
    assert.isTrue(rows.every(({ run }) => run === undefined || runs.has(run)))
    const listed = study.json("schedule", "list", "--json") as { servedBy: unknown; schedules: ReadonlyArray<unknown> }
    assert.strictEqual(listed.servedBy, null)
    assert.deepInclude(listed.schedules[0] as object, {
      schedule: "beat/often",
      timeZone: "Europe/Berlin",
      isKnown: true
    })
  })

  it("goes on where a daemon was killed, and starts nothing twice; another waits until then", async () => {
    const study = project()
    const first = serve(study)
    await until(() => succeeded(study, 1), AGAIN)
    const second = serve(study)
    await until(() => second.said().includes("waiting"))
    first.child.kill("SIGKILL")
    const before = rowsOf(study).length
    await until(() => succeeded(study, 3) && rowsOf(study).length > before + 1, AGAIN)
    second.child.kill("SIGTERM")
    await ended(second)
    const rows = rowsOf(study)
    assert.deepStrictEqual(
      rows.filter(({ fate }) => ["running", "lost", "waiting"].includes(fate)),
      []
    )
    const seconds = rows.map(({ at }) => at / 1000).sort((a, b) => a - b)
    const [from = 0] = seconds
    // Nobody was away for longer than counts as in time: each second has its row.
    assert.deepStrictEqual(
      seconds,
      Array.from(seconds, (_, index) => from + index)
    )
  })

  it("ends where somebody removes what it goes by", async () => {
    const study = project()
    const daemon = serve(study)
    await until(() => succeeded(study, 1), AGAIN)
    rmSync(join(study.folder, "artifacts-cache/schedules"), { recursive: true })
    assert.strictEqual(await ended(daemon), 4)
    assert.include(daemon.said(), "somebody has moved or removed the journal of schedules")
  })

  it("runs when somebody asks for it, compared and told like a time that has come", () => {
    const study = project()
    assert.strictEqual(study.run("schedule", "run", "beat/often", "beat.yaml").status, 0)
    study.write("rate.json", '{ "rate": 80 }')
    const { status, stderr } = study.run("schedule", "run", "beat/often", "beat.yaml")
    assert.strictEqual(status, 3)
    assert.include(stderr, "drift: pulse.rate is newly missed")
    assert.deepStrictEqual(
      rowsOf(study).map(({ fate }) => fate),
      ["unmet", "success"]
    )
    const events = noticesIn(study).map(({ event }) => event)
    assert.deepStrictEqual(events.toSorted(), ["drift", "failure"])
    const unknown = study.run("schedule", "run", "beat/oftn", "beat.yaml")
    assert.strictEqual(unknown.status, 2)
    assert.include(unknown.stderr, 'did you mean "beat/often"?')
  })

  it("says which hooks could not be told, and tells with the next run what it has left open", () => {
    const hooks = `    - { on: success, webhook: "http://127.0.0.1:9/", tokenFrom: UNSET_IN_TESTS }
    - { on: success, run: [sh, -c, "[ -e ready ] && cat >> told.jsonl"] }
`
    const study = project(SCHEDULE.replace("* * * * * *", "0 0 1 1 *").replace(/ {4}- .*\n/u, hooks))
    assert.include(
      study.run("schedule", "serve", "--once").stderr,
      "hooks cannot be told: not set here: UNSET_IN_TESTS"
    )
    const { status, stderr } = study.run("schedule", "run", "beat/often", "beat.yaml")
    assert.strictEqual(status, 0)
    assert.match(stderr, /success\/1 {2}nobody could be told: the variable UNSET_IN_TESTS is not set/u)
    assert.match(stderr, /success\/2 {2}not told yet: it ended with 1/u)
    const text = study.run("schedule", "history").stdout
    assert.include(text, "not told: hook 1 of success: the variable UNSET_IN_TESTS is not set")
    assert.include(text, "not told: hook 2 of success: not yet")
    assert.include(study.run("schedule", "list").stdout, "success, hooks not told")
    study.write("ready", "")
    study.run("schedule", "run", "beat/often", "beat.yaml")
    assert.lengthOf(new Set(noticesIn(study).map(({ id }) => id)), 2)
    appendFileSync(join(study.folder, "artifacts-cache/schedules/journal.jsonl"), "no event\n")
    const later = study.run("schedule", "history")
    assert.notInclude(later.stdout, "not yet")
    assert.include(later.stderr, "warning: 1 line of the journal of schedules cannot be read")
  })

  it("ends by itself where a hook that took too long has left a process behind, and by Ctrl-C while it tells one", async () => {
    const left = `(trap '' TERM; sleep 600) & trap '' TERM; sleep 600`
    const hook = (timeout: string): string => `    - { on: success, run: [sh, -c, "${left}"], timeout: ${timeout} }\n`
    const study = project(SCHEDULE.replace(/ {4}- .*\n/u, hook("100ms")))
    const { stderr } = study.run("schedule", "run", "beat/often", "beat.yaml")
    assert.include(stderr, "not told yet: it took longer than 100ms")
    study.edit("beat.yaml", "timeout: 100ms", "timeout: 10m")
    const child = study.start("schedule", "run", "beat/often", "beat.yaml")
    onTestFinished(() => void child.kill("SIGKILL"))
    await until(() => rowsOf(study).filter(({ fate }) => fate === "success").length === 2, AGAIN)
    child.kill("SIGINT")
    assert.strictEqual(await until(() => child.exitCode ?? child.signalCode ?? undefined), 130)
  })

  it("writes for journald where that reads it, and for people where it has only started their terminal", () => {
    const study = project(SCHEDULE.replace("* * * * * *", "0 0 1 1 *"), { JOURNAL_STREAM: "8:1" })
    assert.match(
      study.run("schedule", "serve", "--once").stderr,
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}serving 1 schedule$/mu
    )
    // A shell that has standard error go to a file, and says so as systemd does.
    const stream = `exec 2> said.txt; JOURNAL_STREAM=$(stat -L -c %d:%i /dev/fd/2); export JOURNAL_STREAM`
    assert.strictEqual(study.runAfter(stream, "schedule", "serve", "--once").status, 0)
    assert.match(study.read("said.txt"), /^<6>serving 1 schedule$/mu)
  })

  it("looks once at what comes each second, and is not held up by a hook that fails", async () => {
    const study = project(SCHEDULE.replace(/ {4}- .*\n/u, "    - { on: success, run: [sh, -c, exit 3] }\n"))
    assert.strictEqual(study.run("schedule", "serve", "--once").status, 0)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const { status, stderr } = study.run("schedule", "serve", "--once")
    assert.strictEqual(status, 0)
    assert.match(stderr, /not told yet: it ended with 3; the next visit or daemon tells it again\n$/u)
    assert.lengthOf(
      rowsOf(study).filter(({ fate }) => fate === "success"),
      1
    )
  })

  it("looks once for whoever starts it from time to time, and keeps what a broken file said last", async () => {
    const study = project(SCHEDULE.replace("* * * * * *", "0 0 1 1 *"))
    assert.strictEqual(study.run("schedule", "serve", "--once").status, 0)
    assert.deepStrictEqual(rowsOf(study), [])
    const coming = study.json("schedule", "next", "-n", "2", "--json") as ReadonlyArray<{ tick: string; local: string }>
    assert.match(coming[0]?.tick ?? "", /^beat\/often@\d{4}-12-31T23:00:00Z$/u)
    assert.match(coming[0]?.local ?? "", /^\w{3} \d{4}-01-01 00:00 UTC\+1$/u)
    const unwritten = study.run("schedule", "export", "--format", "systemd", "--out", "/proc/none/units")
    assert.include(unwritten.stderr, "cannot write /proc/none/units/")
    assert.strictEqual(unwritten.status, 4)
    study.write("namesake.yaml", `${BEAT.replace("beat", "Beat-often")}schedule: { cron: "@daily" }\n`)
    const taken = study.run("schedule", "export", "--format", "systemd")
    assert.include(
      taken.stderr,
      "Beat-often cannot be written for systemd: its files would have the names of those of beat/often"
    )
    assert.strictEqual(taken.status, 2)
    study.edit("namesake.yaml", "schedule:", "# schedule:")
    study.edit("beat.yaml", "0 0 1 1 *", "0 0 30 2 *")
    const { status, stderr } = study.run("schedule", "next")
    assert.strictEqual(status, 0)
    assert.include(stderr, 'schedule: "0 0 30 2 *" is a time that never comes')
    // Whoever names a file means it.
    for (const words of [["next"], ["list", "--json"], ["serve", "--once"]]) {
      const named = study.run("schedule", ...words, "beat.yaml")
      assert.strictEqual(named.status, 2, words.join(" "))
      assert.include(named.stderr, "is a time that never comes")
    }
  })
})

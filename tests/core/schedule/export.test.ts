import { execFileSync, spawnSync } from "node:child_process"
import { Result } from "effect"
import { assert, describe, expect, it } from "vitest"
import { parse } from "yaml"
import type { ExportedFile, ExportPlace } from "../../../core/schedule/Exported.ts"
import { exportCrontab, plainCron } from "../../../core/schedule/export-crontab.ts"
import { exportGithub } from "../../../core/schedule/export-github.ts"
import { exportKubernetes } from "../../../core/schedule/export-kubernetes.ts"
import { calendarsOf, exportSystemd } from "../../../core/schedule/export-systemd.ts"
import { utcCrons } from "../../../core/schedule/utc-crons.ts"
import { sampleSchedule } from "./sample-schedule.ts"

const PLACE: ExportPlace = { launcher: ["/opt/athanor/bin/pipeline.js"], folder: "/study", settings: {} }
const NOW = Date.UTC(2026, 10, 26)

const FULL = sampleSchedule(
  'name: weekly, cron: "30 2 * * MON", timeZone: Europe/Berlin, missed: all, maxCatchUp: 3, startingDeadline: 12h, overlap: replace, jitter: 5m, profile: small'
)
const PLAIN = sampleSchedule('cron: "@daily"')

/** Compares files with those that were looked at by a person. */
const isAsKept = async (exported: Result.Result<ReadonlyArray<ExportedFile>, string>): Promise<void> => {
  for (const { name, text } of Result.getOrThrow(exported))
    await expect(text).toMatchFileSnapshot(`../../fixtures/schedules/${name}`)
}

const CALENDARS: ReadonlyArray<readonly [cron: string, ...calendars: ReadonlyArray<string>]> = [
  ["30 2 * * 1", "Mon *-*-* 02:30:00 Europe/Berlin"],
  ["*/20 * * * *", "*-*-* *:00,20,40:00 Europe/Berlin"],
  ["@monthly", "*-*-01 00:00:00 Europe/Berlin"],
  ["0 3 L * *", "*-*~01 03:00:00 Europe/Berlin"],
  ["0 9 1,15 * 5", "*-*-01,15 09:00:00 Europe/Berlin", "Fri *-*-* 09:00:00 Europe/Berlin"]
]

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0

describe("a schedule for systemd", () => {
  it.each(CALENDARS)("says %s by OnCalendar", (cron, ...calendars) => {
    assert.deepStrictEqual(calendarsOf({ cron, timeZone: "Europe/Berlin" }), Result.succeed(calendars))
  })

  it
    .skipIf(!hasSystemd)
    .each(["30 2 * * 1", "*/20 8-17 * * MON-FRI", "0 3 L * *", "15 4 1,15 * *", "*/10 0 12 * 1-3 SUN", "0 0 29 2 *"])(
    "means the same times by it, as systemd sees them: %s",
    (cron) => {
      const { line } = sampleSchedule(`cron: "${cron}", timeZone: America/New_York`)
      const [calendar = ""] = Result.getOrThrow(calendarsOf({ cron, timeZone: "America/New_York" }))
      const from = "2027-01-15 12:00:00 UTC"
      const { stderr, stdout } = spawnSync(
        "systemd-analyze",
        ["calendar", "--iterations=6", `--base-time=${from}`, calendar],
        {
          encoding: "utf8",
          env: { ...process.env, TZ: "UTC", LANG: "C" }
        }
      )
      const found = [...stdout.matchAll(/(?:Next elapse|Iteration #\d+|Iter\. #\d+): \w+ (?<time>.*) UTC/gu)].map(
        ({ groups }) => Date.parse(`${groups?.["time"]?.replace(" ", "T")}Z`)
      )
      assert.lengthOf(found, 6, stdout + stderr)
      let at = Date.parse("2027-01-15T12:00:00Z")
      assert.deepStrictEqual(
        found,
        found.map(() => {
          at = line.after(at) ?? 0
          return at
        })
      )
    }
  )

  it("is a timer and a service, with what they cannot say", () => isAsKept(exportSystemd(FULL, PLACE)))
})

describe("a schedule for cron", () => {
  it("is a line, with what it cannot say", async () => {
    await isAsKept(exportCrontab(FULL, PLACE))
    const [file] = Result.getOrThrow(exportCrontab(PLAIN, { ...PLACE, folder: "/a study/50%" }))
    assert.match(
      file?.text ?? "",
      /^CRON_TZ=UTC\n0 0 \* \* \* cd '\/a study\/50\\%' && flock -n \S+ \S+ schedule run study \S+\n$/mu
    )
  })

  it.each([
    ["0 9 1-31 * MON", "0 9 * * *"],
    ["0 9 */1 * MON", "0 9 * * *"],
    ["0 9 13 * 0-7", "0 9 * * *"],
    ["0 9 ? * MON", "0 9 * * 1"],
    ["0 9 */10 * FRI-SUN", "0 9 1,11,21,31 * 0,5,6"]
  ])("comes at the times of %s", (cron, plain) => {
    assert.deepStrictEqual(plainCron(cron), Result.succeed(plain))
    const lines = [cron, plain].map((each) => sampleSchedule(`cron: "${each}"`).line)
    let at = Date.UTC(2026, 10, 26)
    for (let time = 0; time < 40; time++) {
      const [said, written] = lines.map((line) => line.after(at))
      assert.strictEqual(written, said)
      at = said ?? 0
    }
  })

  it("stays a comment where what it quotes has lines", () => {
    const [file] = Result.getOrThrow(exportCrontab(sampleSchedule(String.raw`cron: "0 9\n* * *"`), PLACE))
    assert.match(file?.text ?? "", /^(?:# .*\n)+CRON_TZ=UTC\n0 9 \* \* \* cd .*\n$/u)
  })

  it.each([
    ["*/10 * * * * *", "its cron line has seconds"],
    ["0 3 L * *", '"L" in its cron line'],
    ["0 3 * * FRI#2", '"FRI#2" in its cron line']
  ])("cannot be %s", (cron, reason) => {
    const exported = exportCrontab(sampleSchedule(`cron: "${cron}"`), PLACE)
    assert.include(Result.isFailure(exported) ? exported.failure : "", reason)
  })
})

describe("a schedule for Kubernetes", () => {
  it("is a CronJob, with what it cannot say", async () => {
    const exported = exportKubernetes(FULL, PLACE)
    await isAsKept(exported)
    const [file] = Result.getOrThrow(exported)
    const { kind, spec } = parse(file?.text ?? "")
    assert.strictEqual(kind, "CronJob")
    assert.deepInclude(spec, { schedule: "30 2 * * 1", timeZone: "Europe/Berlin", concurrencyPolicy: "Replace" })
    assert.strictEqual(spec.startingDeadlineSeconds, 43_200)
    const { command } = spec.jobTemplate.spec.template.spec.containers[0]
    assert.deepStrictEqual(command, ["pipeline", "schedule", "run", "study/weekly", "study.yaml"])
    const [elsewhere] = Result.getOrThrow(exportKubernetes(FULL, { ...PLACE, folder: "/udy" }))
    assert.include(elsewhere?.text, '"/study/study.yaml"]')
  })
})

describe("a schedule for GitHub", () => {
  it("is a workflow, with what it cannot say", async () => {
    const exported = exportGithub(FULL, PLACE, NOW)
    await isAsKept(exported)
    const [file] = Result.getOrThrow(exported)
    const workflow = parse(file?.text ?? "")
    assert.deepStrictEqual(workflow.on.schedule, [{ cron: "30 1 * * 1" }, { cron: "30 0 * * 1" }])
    const steps: ReadonlyArray<{ run?: string; if?: string }> = workflow.jobs.reproduce.steps
    assert.isTrue(steps.slice(1).every((step) => step.if !== undefined))
    const [plain] = Result.getOrThrow(exportGithub(PLAIN, PLACE, NOW))
    assert.deepStrictEqual(parse(plain?.text ?? "").on.schedule, [{ cron: "0 0 * * *" }])
  })

  it("goes on in each season with the lines of its own, also where two seasons have one in common", () => {
    const schedule = sampleSchedule('cron: "0 0,23 * * *", timeZone: Europe/Berlin')
    const [file] = Result.getOrThrow(exportGithub(schedule, PLACE, NOW))
    const workflow = parse(file?.text ?? "")
    const crons: ReadonlyArray<string> = workflow.on.schedule.map(({ cron }: { readonly cron: string }) => cron)
    assert.deepStrictEqual(crons, ["0 23 * * *", "0 22 * * *", "0 21 * * *"])
    const script: string = workflow.jobs.reproduce.steps[0].run
    const goesOn = (offset: string): ReadonlyArray<string> =>
      crons.filter((CRON) => {
        const inSeason = `date() { echo ${offset}; }\nGITHUB_OUTPUT=$(mktemp)\n${script}cat "$GITHUB_OUTPUT"; rm "$GITHUB_OUTPUT"`
        return execFileSync("bash", ["-ec", inSeason], { env: { ...process.env, CRON }, encoding: "utf8" }) !== ""
      })
    assert.deepStrictEqual(goesOn("+0100"), ["0 23 * * *", "0 22 * * *"])
    assert.deepStrictEqual(goesOn("+0200"), ["0 22 * * *", "0 21 * * *"])
  })

  it.each([
    ["30 0 * * 1", "Europe/Berlin", ["30 23 * * 0", "30 22 * * 0"]],
    ["0 20 * * *", "America/New_York", ["0 1 * * *", "0 0 * * *"]],
    ["0,45 9 * * *", "Asia/Kolkata", ["30 3 * * *", "15 4 * * *"]],
    ["0 */6 * * *", "Asia/Tokyo", ["0 15,21 * * *", "0 3,9 * * *"]]
  ])("has %s of %s in UTC", (cron, timeZone, expected) => {
    const crons = Result.getOrThrow(utcCrons({ cron, timeZone }, NOW))
    assert.deepStrictEqual(
      crons.map((one) => one.cron),
      expected
    )
  })

  it("does not pretend that a day of the month is another", () => {
    const crons = utcCrons({ cron: "30 0 1 * *", timeZone: "Europe/Berlin" }, NOW)
    assert.deepStrictEqual(crons, Result.fail("in UTC its times fall on other days of the month"))
  })
})

describe("what the environment decides", () => {
  const settings = { PIPELINE_CACHE: '/a "store"/50%' }
  const place = { ...PLACE, settings }
  const told = sampleSchedule(
    'cron: "@daily", hooks: [{ on: failure, run: [./tell], env: [HOST], secrets: [TOK] }, { on: failure, webhookFrom: URL, tokenFrom: TOK }]'
  )
  const textOf = (exported: Result.Result<ReadonlyArray<ExportedFile>, string>): string =>
    Result.getOrThrow(exported)
      .map(({ text }) => text)
      .join("")

  it("goes along where it means something, and is said where it does not", () => {
    assert.include(textOf(exportSystemd(told, place)), String.raw`Environment="PIPELINE_CACHE=/a \"store\"/50%%"`)
    assert.include(textOf(exportCrontab(told, place)), String.raw`cd /study && PIPELINE_CACHE='/a "store"/50\%' flock`)
    for (const exported of [exportKubernetes(told, place), exportGithub(told, place, NOW)])
      assert.include(textOf(exported), 'Not said here: PIPELINE_CACHE=/a "store"/50%')
  })

  it("and hooks want is named, and not shown", () => {
    for (const exported of [exportSystemd(told, place), exportCrontab(told, place), exportKubernetes(told, place)])
      assert.include(textOf(exported), "# Hooks need in its environment: HOST, TOK, URL.\n")
  })
})

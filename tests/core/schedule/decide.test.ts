import { assert, describe, it } from "vitest"
import { decide } from "../../../core/schedule/decide.ts"
import { delayOf, type Schedule, tickId } from "../../../core/schedule/Schedule.ts"
import type { OwnEvent } from "../../../core/schedule/ScheduleEvent.ts"
import { apply, type ScheduleState } from "../../../core/schedule/ScheduleState.ts"
import { sampleSchedule } from "./sample-schedule.ts"

const time = (text: string): number => Date.parse(`2026-11-26T${text}Z`)

/** Events in a few characters: `passed missed 10:00 ×3`. */
const told = (events: ReadonlyArray<OwnEvent>): ReadonlyArray<string> =>
  events.map((event) => {
    const clock = (at: number): string => new Date(at).toISOString().slice(11, 16)
    switch (event._tag) {
      case "Passed":
        return `passed ${event.reason} ${clock(event.first)}${event.count === 1 ? "" : ` ×${event.count}`}`
      case "Queued":
        return `queued ${event.why} ${clock(event.tick)}`
      case "Started":
        return `started ${clock(event.tick)}`
      case "Adopted":
        return `adopted ${clock(event.considered)}`
      default:
        return event._tag
    }
  })

/** A schedule that is looked at from time to time. */
class Served {
  state: ScheduleState | undefined
  schedule: Schedule
  interrupted: ReadonlyArray<number> = []

  constructor(keys: string, at: string) {
    this.schedule = sampleSchedule(keys)
    this.look(at)
  }

  look(at: string, isVisit = false): ReadonlyArray<string> {
    const { events, interrupt, state } = decide(this.schedule, this.state, { now: time(at), isVisit, token: () => "t" })
    this.state = state
    this.interrupted = interrupt
    return told(events)
  }

  /** The run of a tick ends; or is found never to have begun. */
  end(tick: string, tag: "Ended" | "Unbegun" = "Ended"): void {
    const head = { at: time(tick), schedule: this.schedule.id, tick: time(tick) }
    this.state = apply(
      this.state,
      tag === "Ended" ? { _tag: tag, ...head, outcome: "success" } : { _tag: tag, ...head }
    )
  }
}

describe("what becomes of a tick", () => {
  it("is that it runs when it comes, and not before it is served", () => {
    const served = new Served('cron: "0 * * * *"', "10:30:00")
    assert.deepStrictEqual(served.look("10:59:59"), [])
    assert.deepStrictEqual(served.look("11:00:00"), ["started 11:00"])
    assert.deepStrictEqual(served.look("11:00:01"), [])
  })

  it.each([
    ["skip", ["passed missed 11:00 ×5"]],
    ["latest", ["passed missed 11:00 ×4", "queued missed 15:00", "started 15:00"]],
    ["all, maxCatchUp: 2", ["passed missed 11:00 ×3", "queued missed 14:00", "queued missed 15:00", "started 14:00"]],
    ["latest, startingDeadline: 20m", ["passed too late 11:00 ×5"]],
    [
      "all, maxCatchUp: 9, startingDeadline: 100m",
      ["passed too late 11:00 ×3", "queued missed 14:00", "queued missed 15:00", "started 14:00"]
    ]
  ])("that was missed goes by missed: %s", (missed, expected) => {
    const served = new Served(`cron: "0 * * * *", missed: ${missed}`, "10:30:00")
    assert.deepStrictEqual(served.look("15:30:00"), expected)
  })

  it("that was missed goes one after the other, and not beside its like unless it may", () => {
    const one = new Served('cron: "0 * * * *", missed: all, maxCatchUp: 2', "10:30:00")
    one.look("12:30:00")
    assert.deepStrictEqual(one.look("12:40:00"), [])
    one.end("11:00:00")
    assert.deepStrictEqual(one.look("12:41:00"), ["started 12:00"])
    const both = new Served('cron: "0 * * * *", missed: all, maxCatchUp: 2, overlap: allow', "10:30:00")
    assert.deepStrictEqual(both.look("12:30:00").slice(-2), ["started 11:00", "started 12:00"])
  })

  it("with a later one that has just come is that only the later one runs, where the latest was asked for", () => {
    const served = new Served('cron: "0 * * * *", missed: latest', "10:30:00")
    assert.deepStrictEqual(served.look("13:00:05"), [
      "passed missed 11:00",
      "queued missed 12:00",
      "passed missed 12:00",
      "started 13:00"
    ])
  })

  it.each([
    ["forbid", ["passed overlap 12:00"], []],
    ["allow", ["started 12:00"], []],
    ["replace", ["queued replacing 12:00"], [time("11:00:00")]]
  ])("that comes while another runs goes by overlap: %s", (overlap, expected, interrupted) => {
    const served = new Served(`cron: "0 * * * *", overlap: ${overlap}`, "10:30:00")
    served.look("11:00:00")
    assert.deepStrictEqual(served.look("12:00:00"), expected)
    assert.deepStrictEqual(served.interrupted, interrupted)
  })

  it("that replaces another is that it starts when the other has ended, unless a third has come", () => {
    const served = new Served('cron: "* * * * *", overlap: replace', "10:59:30")
    served.look("11:00:00")
    served.look("11:01:00")
    assert.deepStrictEqual(served.look("11:02:00"), ["passed replaced 11:01", "queued replacing 11:02"])
    served.end("11:00:00")
    assert.deepStrictEqual(served.look("11:02:20"), ["started 11:02"])
  })

  it("that never began counts as missed", () => {
    for (const [missed, expected] of [
      ["skip", ["passed missed 11:00"]],
      ["latest", ["started 11:00"]]
    ] as const) {
      const served = new Served(`cron: "0 * * * *", missed: ${missed}`, "10:30:00")
      served.look("11:00:00")
      served.end("11:00:00", "Unbegun")
      assert.deepStrictEqual(served.look("11:00:30"), expected)
    }
  })

  it("is none again where the clock is put back", () => {
    const served = new Served('cron: "0 * * * *"', "10:30:00")
    served.look("11:00:00")
    served.end("11:00:00")
    assert.deepStrictEqual(served.look("09:30:00"), [])
    assert.deepStrictEqual(served.look("11:00:00"), [])
    assert.deepStrictEqual(served.look("12:00:00"), ["started 12:00"])
  })

  it("of another line is new: nothing of before is caught up", () => {
    const served = new Served('cron: "0 * * * *", missed: all, maxCatchUp: 9', "10:30:00")
    served.schedule = sampleSchedule('cron: "30 * * * *", missed: all, maxCatchUp: 9')
    assert.deepStrictEqual(served.look("14:00:00"), ["adopted 14:00"])
    assert.deepStrictEqual(served.look("14:30:00"), ["started 14:30"])
  })

  it("counts as in time for a visit, if it is the last", () => {
    const served = new Served('cron: "0 * * * *"', "10:30:00")
    assert.deepStrictEqual(served.look("12:30:00", true), ["passed missed 11:00", "started 12:00"])
  })

  it("is that it waits for its jitter, by which lateness goes too", () => {
    const served = new Served('cron: "0 * * * *"', "10:30:00")
    served.schedule = { ...served.schedule, delay: 600_000 }
    assert.deepStrictEqual(served.look("11:09:59"), [])
    assert.deepStrictEqual(served.look("11:10:00"), ["started 11:00"])
  })

  it("is told of thirty million at once", () => {
    const served = new Served('cron: "* * * * * *", missed: latest', "10:30:00")
    const events = served.look("10:30:00")
    assert.deepStrictEqual(events, [])
    const { events: late, start } = decide(served.schedule, served.state, {
      now: time("10:30:00") + 365 * 86_400_000,
      token: () => "t"
    })
    assert.strictEqual(start.length, 1)
    const [first, ...others] = late
    assert.deepInclude(first, { _tag: "Passed", reason: "missed", first: time("10:30:01") })
    assert.notProperty(first, "count")
    assert.isAbove(others.length, 0)
  })
})

describe("jitter", () => {
  it("is a share in whole seconds that the name decides", () => {
    const delays = Array.from({ length: 1000 }, (_, index) => delayOf(`study/${index}`, 300_000))
    assert.deepStrictEqual(
      delays,
      Array.from(delays, (_, index) => delayOf(`study/${index}`, 300_000))
    )
    assert.isTrue(delays.every((delay) => delay >= 0 && delay < 300_000 && delay % 1000 === 0))
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length
    assert.closeTo(mean, 150_000, 10_000)
  })
})

describe("a tick", () => {
  it("is named by its schedule and its instant", () => {
    assert.strictEqual(tickId("study/weekly", time("01:30:00")), "study/weekly@2026-11-26T01:30:00Z")
  })
})

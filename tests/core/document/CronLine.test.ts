import { Result } from "effect"
import { assert, describe, it } from "vitest"
import { type CronLine, isTimeZone, parseCron } from "../../../core/document/CronLine.ts"

const line = (text: string, zone: string): CronLine => Result.getOrThrow(parseCron(text, zone))

/** The first times after an instant, as the clocks of a zone show them. */
const times = (text: string, from: string, count: number, zone = "Europe/Berlin"): ReadonlyArray<string> => {
  const { after } = line(text, zone)
  const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" })
  const found: Array<string> = []
  for (let at = Date.parse(from); found.length < count; ) {
    at = after(at) ?? Number.NaN
    found.push(shown.format(at))
  }
  return found
}

const reasonOf = (text: string, zone = "UTC"): string | undefined => {
  const parsed = parseCron(text, zone)
  return Result.isFailure(parsed) ? parsed.failure.reason : undefined
}

describe("a cron line where clocks change (ops guide, section 7: Europe/Berlin, 2026)", () => {
  it.each([
    ["02:30 does not exist", "30 2 * * *", "2026-03-28T20:00Z", ["2026-03-29 03:00", "2026-03-30 02:30"]],
    [
      "every two hours, the same night",
      "0 */2 * * *",
      "2026-03-28T22:30Z",
      ["2026-03-29 00:00", "2026-03-29 04:00", "2026-03-29 06:00"]
    ],
    [
      "every hour, 02:00 comes twice",
      "0 * * * *",
      "2026-10-24T23:30Z",
      ["2026-10-25 02:00", "2026-10-25 02:00", "2026-10-25 03:00"]
    ],
    [
      "half hours of 02, the same night",
      "*/30 2 * * *",
      "2026-10-24T20:00Z",
      ["2026-10-25 02:00", "2026-10-25 02:30", "2026-10-25 02:00", "2026-10-25 02:30", "2026-10-26 02:00"]
    ],
    ["02:30 comes twice", "30 2 * * *", "2026-10-24T20:00Z", ["2026-10-25 02:30", "2026-10-26 02:30"]]
  ])("%s", (_, text, from, expected) => {
    assert.deepStrictEqual(times(text, from, expected.length), expected)
  })

  it("takes the first pass of a time that comes twice", () => {
    const at = line("30 2 * * *", "Europe/Berlin").after(Date.parse("2026-10-24T20:00Z"))
    assert.strictEqual(at, Date.parse("2026-10-25T00:30Z"))
  })
})

describe("a cron line", () => {
  it("knows words, last days and seconds", () => {
    assert.deepStrictEqual(times("@daily", "2026-11-26T12:00Z", 2, "UTC"), ["2026-11-27 00:00", "2026-11-28 00:00"])
    assert.deepStrictEqual(times("0 3 L * *", "2027-02-01T00:00Z", 2, "UTC"), ["2027-02-28 03:00", "2027-03-31 03:00"])
    assert.strictEqual(line("*/10 * * * * *", "UTC").after(1_800_000_000_500), 1_800_000_010_000)
  })

  it.each(["0 0 30 2 *", "0 0 31 4,6,9,11 *"])("that never comes is refused: %s", (text) => {
    assert.strictEqual(reasonOf(text), "is a time that never comes")
  })

  it.each(["every day", "60 * * * *", "@reboot", "@dayly", "2026-01-01T00:00:00", "* * * * * * 2030", "", "* * * *"])(
    "that is none is refused: %s",
    (text) => {
      assert.match(reasonOf(text) ?? "", /^is no cron line/u)
    }
  )
})

describe("a time zone", () => {
  it("has a name", () => {
    assert.deepStrictEqual(["Europe/Berlin", "UTC", "Mars", "", "+01:00"].map(isTimeZone), [
      true,
      true,
      false,
      false,
      false
    ])
  })
})

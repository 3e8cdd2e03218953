import { assert, describe, it } from "@effect/vitest"
import { countText, parseDuration, parseSize, sizeText } from "../../../core/document/quantities.ts"

describe("parseDuration", () => {
  it.each([
    ["500ms", 500],
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["2d", 172_800_000],
    ["30days", 2_592_000_000],
    ["1 hour 30 minutes", 5_400_000],
    ["10 min", 600_000],
    ["2w", 1_209_600_000],
    ["0s", 0]
  ])("reads %s", (text, millis) => {
    assert.strictEqual(parseDuration(text), millis)
  })

  it.each(["", "10", "m", "-1s", "10M", "1e3s", "10 mi", "2dd", "1h ", `${"9".repeat(400)}d`])("refuses %j", (text) => {
    assert.isUndefined(parseDuration(text))
  })
})

describe("parseSize", () => {
  it.each([
    ["512MiB", 2 ** 29],
    ["2GiB", 2 ** 31],
    ["1.5 GiB", 1.5 * 2 ** 30],
    ["2GB", 2e9],
    ["10kB", 10_000],
    ["1KB", 1000],
    ["20gb", 2e10],
    ["2gib", 2 ** 31],
    ["1TiB", 2 ** 40],
    ["100B", 100]
  ])("reads %s", (text, bytes) => {
    assert.strictEqual(parseSize(text), bytes)
  })

  it.each(["", "2", "2G", "GiB", "-1GiB", "2 GiB x", "2bb", "2ib"])("refuses %j", (text) => {
    assert.isUndefined(parseSize(text))
  })
})

describe("sizeText", () => {
  it.each<readonly [bytes: number, text: string]>([
    [1, "1MiB"],
    [2 ** 29, "512MiB"],
    [2 ** 30, "1GiB"],
    [1.5 * 2 ** 30, "1536MiB"],
    [12.5 * 2 ** 30, "12.5GiB"],
    [1e8, "100MB"],
    [2e9, "2GB"],
    [12.5e9, "12.5GB"]
  ])("writes %d bytes as %s, which can be read", (bytes, text) => {
    assert.strictEqual(sizeText(bytes), text)
    assert.isAtLeast(parseSize(text) ?? 0, bytes)
  })
  it("writes what was taken in the unit of the limit", () => {
    assert.strictEqual(sizeText(100_700_160, 1e8), "101MB")
    assert.strictEqual(sizeText(100_700_160, 2 ** 26), "97MiB")
  })
})

describe("countText", () => {
  it("knows one from many", () => {
    assert.deepStrictEqual(
      [0, 1, 2].map((count) => countText(count, "task")),
      ["0 tasks", "1 task", "2 tasks"]
    )
    assert.strictEqual(countText(2, "process", "processes"), "2 processes")
  })
})

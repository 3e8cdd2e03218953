import { assert, describe, it } from "vitest"
import { countsText, fanInChanges, isUnchanged, itemChanges } from "../../../core/plan/fan-in-change.ts"
import { digest } from "../store/sample-store.ts"

/** Items of the matrix values and contents of a line: `1a 2b`; a question mark for what is not known yet. */
const items = (line: string) =>
  line
    .split(" ")
    .filter((word) => word !== "")
    .map(([n = "", content = ""]) => ({
      matrix: n === "-" ? {} : { n: Number(n) },
      digest: content === "?" ? undefined : digest(content)
    }))

const changes = (before: string, now: string) =>
  itemChanges(
    items(before).map((item) => ({ ...item, digest: item.digest ?? digest("") })),
    items(now)
  )

describe("the items of a fan-in", () => {
  it.each<[before: string, now: string, text: string]>([
    ["1a 2b", "1a 2b 3c", "has 1 new"],
    ["1a 2b", "1x 2b", "has 1 changed"],
    ["1a 2b", "2b", "has 1 gone"],
    ["1a 2b", "2x 3c 4d", "has 2 new, 1 changed, 1 gone"],
    ["1a 2b", "2b 1a", "changed in order"],
    ["", "1a", "has 1 new"],
    // Told apart by their content alone.
    ["-a -b", "-x -b", "has 1 changed"],
    ["-a -a -b", "-a -b", "has 1 gone"],
    // What is yet to be made may come out as it was.
    ["1a 2b", "1? 2b 3?", "has 1 new"],
    ["1a 2b", "1? 2x", "has 1 changed"],
    ["-a -b", "-? -b", "changed in order"],
    ["-a -b", "-? -x", "has 1 changed"],
    ["-a", "-? -a", "has 1 new"]
  ])("%s → %s: %s", (before, now, text) => {
    assert.strictEqual(countsText(changes(before, now)), text)
    assert.strictEqual(isUnchanged(changes(before, now)), text === "changed in order")
  })

  it("are named by their places", () => {
    assert.deepStrictEqual(changes("1a 2b 3c", "3x 4d 1a"), { added: [1], changed: [[2, 0]], gone: [1] })
  })

  it("are compared once for all tasks that share them, with each fan-in that was", () => {
    const had = (line: string) => ({
      digest: digest(line),
      items: items(line).map((item) => ({ ...item, digest: item.digest ?? digest("") }))
    })
    const now = { items: items("1a 2x") }
    const found = fanInChanges(had("1a 2b"), now)
    assert.deepStrictEqual(found, changes("1a 2b", "1a 2x"))
    assert.strictEqual(fanInChanges(had("1a 2b"), { ...now }), found)
    assert.deepStrictEqual(fanInChanges(had("1a"), now), changes("1a", "1a 2x"))
    assert.deepStrictEqual(fanInChanges(had("1a 2b"), { items: items("1a 2b") }), changes("1a 2b", "1a 2b"))
  })
})

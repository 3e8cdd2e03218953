import { assert, describe, it } from "vitest"
import { shortTexts } from "../../../core/plan/short-texts.ts"

const long = (end: string): string => `${"x".repeat(100)}${end}`

describe("shortTexts", () => {
  it("leaves what is short as it is, and what is not there out", () => {
    assert.deepStrictEqual(shortTexts([1, undefined, "a\nb", [1, 2]]), ["1", undefined, '"a\\nb"', "[1,2]"])
    assert.deepStrictEqual(shortTexts([]), [])
  })

  it("shows of long values where the first difference is, whichever has it", () => {
    assert.deepStrictEqual(shortTexts([long("a"), long("a"), long("b")]), [
      '…xxxxxxxxxxa"',
      '…xxxxxxxxxxa"',
      '…xxxxxxxxxxb"'
    ])
  })

  it("shows the beginnings of long values that are alike, or that nothing is compared with", () => {
    const start = `"${"x".repeat(36)}…`
    assert.deepStrictEqual(shortTexts([long("a"), long("a")]), [start, start])
    assert.deepStrictEqual(shortTexts([long("a"), undefined]), [start, undefined])
  })
})

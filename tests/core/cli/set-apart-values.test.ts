import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { setApartValues } from "../../../core/cli/set-apart-values.ts"

describe("setApartValues", () => {
  it.each<readonly [ReadonlyArray<string>, ReadonlyArray<string>]>([
    [
      ["run", "x.yaml", "-j4"],
      ["run", "x.yaml", "-j", "4"]
    ],
    [["-kj4"], ["-k", "-j", "4"]],
    [
      ["-Sn=5", "-psmall"],
      ["-S", "n=5", "-p", "small"]
    ],
    [["-fnumbers@seed=1"], ["-f", "numbers@seed=1"]],
    [["-j-3"], ["-j", "-3"]],
    [
      ["--max-size", "-1GB", "--limit", "-1", "--apply"],
      ["--max-size=-1GB", "--limit", "-1", "--apply"]
    ],
    [
      ["-j", "4", "-j=4", "-S", "a=b", "-nk", "-n"],
      ["-j", "4", "-j=4", "-S", "a=b", "-nk", "-n"]
    ],
    [
      ["--jobs=4", "-", "-3", "x-j4"],
      ["--jobs=4", "-", "-3", "x-j4"]
    ],
    [
      ["-j4", "--", "-j4"],
      ["-j", "4", "--", "-j4"]
    ]
  ])("makes of %j %j", (given, expected) => {
    assert.deepStrictEqual(setApartValues(given), expected)
  })

  it("knows every flag of one letter that the commands have", () => {
    const program = readFileSync(new URL("../../../core/cli/program.ts", import.meta.url), "utf8")
    const letters = [...program.matchAll(/withAlias\("(?<letter>\w)"\)/gu)].map(
      ({ groups }) => groups?.["letter"] ?? ""
    )
    const takes = (letter: string): boolean => setApartValues([`-${letter}1`]).length === 2
    assert.deepStrictEqual([...new Set(letters.filter((letter) => !takes(letter)))].sort(), ["k", "n"])
    assert.isAbove(letters.length, 6)
  })
})

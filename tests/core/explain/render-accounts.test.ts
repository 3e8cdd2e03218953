import { assert, describe, it } from "vitest"
import type { Account } from "../../../core/explain/Account.ts"
import { renderAccounts } from "../../../core/explain/render-accounts.ts"

const account = (task: string, state: string): Account => ({
  task,
  state,
  against: undefined,
  differences: [],
  waitsFor: []
})

const lines = (accounts: ReadonlyArray<Account>): ReadonlyArray<string> => renderAccounts(accounts).split("\n")

describe("renderAccounts", () => {
  it("says once what holds for many tasks", () => {
    const accounts = [1, 2, 3].map((n) => account(`t@n=${n}`, n === 3 ? "cached" : "to run: never run"))
    assert.deepStrictEqual(lines(accounts), ["t@n=1 and 1 more  to run: never run", "t@n=3  cached"])
  })

  it("tells of a hundred at most, and counts the others", () => {
    const accounts = Array.from({ length: 1000 }, (_, n) => account(`t@n=${n}`, `cached: same key as u${n % 500}`))
    const told = lines(accounts)
    assert.lengthOf(told, 101)
    assert.strictEqual(told.at(-1), "and 800 more tasks: name one, or ask for --json")
  })
})

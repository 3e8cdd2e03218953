import { assert, describe, it } from "vitest"
import { limitLines } from "../../../core/maintain/check-machine.ts"

const limits = (
  files: string,
  size: string
): string => `Limit                     Soft Limit           Hard Limit           Units
Max file size             ${size}            unlimited            bytes
Max open files            ${files}             524288               files
`

describe("limitLines", () => {
  it("takes the soft limits of files, and says what to do about low ones", () => {
    assert.deepStrictEqual(limitLines(limits("524288", "unlimited")), [
      { name: "limits", health: "good", fact: "524288 open files, of any size" }
    ])
    const [few] = limitLines(limits("256", "unlimited"))
    assert.deepInclude(few, { health: "warning", fact: "256 open files, of any size" })
    const [small] = limitLines(limits("unlimited", "1000000"))
    assert.deepInclude(small, { health: "warning", fact: "any number of open files, of at most 1.00 MB" })
  })

  it("says nothing where the system tells nothing", () => {
    assert.isEmpty(limitLines(undefined))
    assert.isEmpty(limitLines("Limit"))
  })
})

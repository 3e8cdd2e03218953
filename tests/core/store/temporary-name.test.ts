import { basename, dirname } from "node:path"
import { assert, describe, it } from "vitest"
import { isTemporary, temporaryName } from "../../../core/store/temporary-name.ts"

describe("temporaryName", () => {
  it.each(["/store/catalogue.json", "/store/a\nb", `/store/${"x".repeat(255)}`])(
    "is told from all other names: %j",
    (target) => {
      const name = temporaryName(target)
      assert.strictEqual(dirname(name), dirname(target))
      assert.isTrue(isTemporary(basename(name)))
      assert.notStrictEqual(temporaryName(target), name)
      assert.isBelow(basename(name).length, 100)
    }
  )

  it.each(["state.tmp", ".state.tmp", ".plan.json.1.tmp", "checkpoint"])(
    "is not what others call theirs: %s",
    (name) => {
      assert.isFalse(isTemporary(name))
    }
  )
})

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Redaction } from "../../../core/run/Redaction.ts"
import { secretInFile } from "../../../core/run/secret-in-file.ts"
import { temporaryFolder } from "../store/sample-store.ts"

const TOKEN = "söcret of some length"

const redaction = new Redaction({ TOKEN })

describe("secretInFile", () => {
  it.effect("finds a secret wherever it lies in a file that is read in parts", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "file")
      const bytes = Buffer.byteLength(TOKEN)
      for (const end of [
        bytes,
        100,
        2 ** 20,
        2 ** 20 + 1,
        2 ** 20 + bytes - 1,
        2 ** 20 + bytes,
        2 ** 21 + 3,
        3 * 2 ** 20
      ]) {
        const content = Buffer.alloc(3 * 2 ** 20)
        content.write(TOKEN, end - bytes)
        writeFileSync(file, content)
        assert.strictEqual(secretInFile(file, redaction), "TOKEN", `ends at ${end}`)
        writeFileSync(file, content.fill(0, end - 1, end))
        assert.isUndefined(secretInFile(file, redaction))
      }
    })
  )

  it.effect("finds none in an empty file, and opens none where there is no secret", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "file")
      assert.isUndefined(secretInFile(file, new Redaction({ EMPTY: "" })))
      assert.throws(() => secretInFile(file, redaction), /ENOENT/u)
      writeFileSync(file, "")
      assert.isUndefined(secretInFile(file, redaction))
    })
  )
})

import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Redaction } from "../../../core/run/Redaction.ts"
import { removeSecrets } from "../../../core/run/remove-secrets.ts"
import { temporaryFolder } from "../store/sample-store.ts"

const SECRET = "canary-of-many-words"

describe("removeSecrets", () => {
  it.effect("removes files and folders that are named by a secret, and links that lead to one", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      mkdirSync(join(folder, `is-${SECRET}/below`), { recursive: true })
      mkdirSync(join(folder, "plain"))
      for (const file of [`is-${SECRET}/below/a`, `plain/${SECRET}`, "plain/b"]) writeFileSync(join(folder, file), "x")
      writeFileSync(join(folder, "plain/c"), `it is ${SECRET}`)
      symlinkSync(`/nowhere/${SECRET}`, join(folder, "plain/link"))
      symlinkSync("b", join(folder, "plain/other"))
      assert.isTrue(removeSecrets(folder, new Redaction({ SECRET })))
      const left = readdirSync(folder, { recursive: true, encoding: "utf8" })
      assert.deepStrictEqual(left.sort(), ["plain", "plain/b", "plain/other"])
    })
  )
})

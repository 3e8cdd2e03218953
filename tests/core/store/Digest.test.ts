import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ofBytes, ofFile } from "../../../core/store/Digest.ts"
import { temporaryFolder } from "./sample-store.ts"

describe("the digest of a file", () => {
  it.live.each([0, 1, 200_000])("is that of its %d bytes", (size) =>
    Effect.gen(function* () {
      const bytes = Buffer.alloc(size, "abc")
      const file = join(yield* temporaryFolder, "file")
      writeFileSync(file, bytes)
      assert.strictEqual(yield* Effect.promise(() => ofFile(file)), ofBytes(bytes))
    })
  )
})

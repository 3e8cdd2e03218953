import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Json } from "../../../core/stage/ArtifactKind.ts"
import { canonicalText, ofBytes, ofFile } from "../../../core/store/Digest.ts"
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

/** Sorted names and one spelling for each number, written in the plainest way. */
const naive = (value: Json): string => {
  if (value === null || typeof value !== "object") return Object.is(value, -0) ? "-0" : JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(naive).join(",")}]`
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, part]) => `${JSON.stringify(name)}:${naive(part)}`).join(",")}}`
}

describe("canonicalText", () => {
  it.prop(
    "has the names of maps in their order, whichever they were written in",
    { value: Schema.Json },
    ({ value }) => {
      assert.strictEqual(canonicalText(value), naive(value))
    }
  )

  it("tells -0 from 0, at any depth", () => {
    assert.strictEqual(canonicalText([{ a: -0 }]), '[{"a":-0}]')
    assert.strictEqual(canonicalText({ a: 0 }), '{"a":0}')
  })

  it("refuses what has no JSON text", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => canonicalText({ a: [value] }), RangeError)
    }
  })
})

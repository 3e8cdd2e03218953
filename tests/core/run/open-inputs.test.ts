import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { AttemptInput, LocatedFile } from "../../../core/run/Executor.ts"
import { openInputs } from "../../../core/run/open-inputs.ts"
import { digest, temporaryFolder } from "../store/sample-store.ts"

const inline = (text: string, more: Partial<LocatedFile> = {}): LocatedFile => ({
  path: "value.json",
  digest: digest(text),
  bytes: Buffer.byteLength(text),
  content: { _tag: "Inline", base64: Buffer.from(text).toString("base64") },
  ...more
})

const one = (file: LocatedFile): AttemptInput => ({ _tag: "One", kind: "Json", files: [file] })

describe("openInputs", () => {
  it.effect("opens what lies in the request and what lies in the store", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "object")
      writeFileSync(file, '{"b":2}')
      chmodSync(file, 0o444)
      const values = yield* openInputs({
        a: one(inline("[1]")),
        b: one(inline('{"b":2}', { content: { _tag: "File", file } }))
      })
      assert.deepStrictEqual<unknown>(values, { a: [1], b: { b: 2 } })
    })
  )

  it.effect("keeps the order and the matrix values of a fan-in, also of one without items", () =>
    Effect.gen(function* () {
      const many = (...texts: ReadonlyArray<string>): AttemptInput => ({
        _tag: "Many",
        kind: "Json",
        items: texts.map((text, n) => ({ matrix: { n }, files: [inline(text)] }))
      })
      assert.deepStrictEqual<unknown>(yield* openInputs({ all: many("3", "1", "2"), none: many() }), {
        all: [
          { matrix: { n: 0 }, value: 3 },
          { matrix: { n: 1 }, value: 1 },
          { matrix: { n: 2 }, value: 2 }
        ],
        none: []
      })
    })
  )

  it.effect("gives small inputs memory of their own: nothing lies around them", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "object")
      writeFileSync(file, "small")
      const stored = inline("small", { path: "b.txt", content: { _tag: "File", file } })
      const { photos } = yield* openInputs({
        photos: { _tag: "One", kind: "Directory", files: [inline("small", { path: "a.txt" }), stored] }
      })
      const { files } = photos as unknown as { readonly files: { readonly [path: string]: Uint8Array } }
      assert.deepStrictEqual(
        Object.values(files).map(({ buffer }) => Buffer.from(buffer).toString()),
        ["small", "small"]
      )
    })
  )

  const own = inline("[1", { digest: digest("[1") })

  it.effect.each<readonly [what: string, file: LocatedFile, words: RegExp, isDamaged: boolean]>([
    [
      "whose bytes are other ones of the same length",
      inline("[1]", { digest: digest("[2]") }),
      /object [0-9a-f]{12} is damaged/u,
      true
    ],
    ["of another length", inline("[1]", { bytes: 4 }), /is damaged/u, true],
    ["that is gone", inline("[1]", { content: { _tag: "File", file: "/nowhere/at/all" } }), /ENOENT/u, true],
    ["that is no JSON", own, /JSON/u, false],
    ["with another name than its kind has", inline("[1]", { path: "other.json" }), /value\.json/u, false]
  ])("refuses an input %s, and names its port", ([, file, words, isDamaged]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(openInputs({ good: one(inline("1")), bad: one(file) }))
      assert.strictEqual(error._tag, "InputUnreadable")
      assert.strictEqual(error.port, "bad")
      assert.strictEqual(error.digest, isDamaged ? file.digest : undefined)
      assert.match(error.message, /^input "bad": /u)
      assert.match(error.message, words)
    })
  )
})

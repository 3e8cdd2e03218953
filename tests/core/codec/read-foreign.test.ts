import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Codec from "../../../core/codec/Codec.ts"
import { encodeNpy } from "../../../core/codec/npy.ts"
import { readForeign } from "../../../core/codec/read-foreign.ts"
import type { ArtifactKind } from "../../../core/stage/ArtifactKind.ts"
import { successOf } from "./results.ts"
import { zipOf } from "./zip-archive.ts"

/** A folder with files, removed when the scope closes; the path of a file in it. */
const withFiles = (files: { readonly [path: string]: string | Uint8Array }) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const folder = mkdtempSync(join(tmpdir(), "athanor-foreign-"))
        for (const [path, content] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, path)), { recursive: true })
          writeFileSync(join(folder, path), content)
        }
        return folder
      }),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    ),
    (folder) =>
      (path: string): string =>
        join(folder, path)
  )

/** What is read from one file. */
const readOne = (kind: ArtifactKind, name: string, content: string | Uint8Array) =>
  Effect.gen(function* () {
    const at = yield* withFiles({ [name]: content })
    return yield* readForeign(kind, at(name))
  }).pipe(Effect.scoped)

const reasonFor = (kind: ArtifactKind, name: string, content: string | Uint8Array) =>
  Effect.map(Effect.flip(readOne(kind, name, content)), ({ message }) => message)

const encoded = (kind: ArtifactKind, value: unknown): Uint8Array => {
  const [file] = successOf(Codec.encode(kind, value))
  assert(file !== undefined)
  return file.bytes
}

const A = { shape: [2], data: Float64Array.of(1, 2) }
const B = { shape: [], data: Int32Array.of(3) }

describe("names that every object has", () => {
  const NAMES = ["__proto__", "constructor", "prototype", "toString"]

  /** A value that has these names as its own, and nothing else that others have. */
  const assertOwn = (value: object): void => {
    assert.deepStrictEqual(Object.keys(value).sort(), NAMES.toSorted())
    assert.strictEqual(Object.getPrototypeOf(value), Object.prototype)
    assert.notProperty({}, "polluted")
  }

  it.live("are names like any other in what is read, and in what is stored of it", () =>
    Effect.gen(function* () {
      const json = `{${NAMES.map((name) => `"${name}":{"polluted":true}`).join(",")}}`
      const value = (yield* readOne("Json", "a.json", json)) as object
      assertOwn(value)
      const again = successOf(Codec.decode("Json", successOf(Codec.encode("Json", value)))) as object
      assertOwn(again)
      assert.deepStrictEqual(
        JSON.stringify(again),
        `{${NAMES.toSorted()
          .map((name) => `"${name}":{"polluted":true}`)
          .join(",")}}`
      )

      assertOwn((yield* readOne("Metrics", "a.json", json.replaceAll('{"polluted":true}', "1"))) as object)

      const csv = yield* readOne("Table", "a.csv", `${NAMES.join(",")}\n1,2,3,4\n`)
      const { columns } = csv as { readonly columns: object }
      assertOwn(columns)
      assertOwn(((yield* readOne("Table", "a.arrow", encoded("Table", csv))) as { readonly columns: object }).columns)

      const tensors = Object.fromEntries(NAMES.map((name) => [name, A]))
      const metadata = Object.fromEntries(NAMES.map((name) => [name, "x"]))
      const read = yield* readOne("Model", "a.safetensors", encoded("Model", { tensors, metadata }))
      const model = read as { readonly tensors: object; readonly metadata: object }
      assertOwn(model.tensors)
      assertOwn(model.metadata)

      const npz = zipOf(Object.fromEntries(NAMES.map((name) => [`${name}.npy`, encodeNpy(A)])))
      assertOwn(((yield* readOne("Model", "a.npz", npz)) as { readonly tensors: object }).tensors)
    })
  )
})

describe("readForeign", () => {
  it.live("reads what Athanor itself stores", () =>
    Effect.gen(function* () {
      const table = { columns: { x: Float64Array.of(1, 2), name: ["a", "b"] } }
      const model = { tensors: { a: A }, metadata: { by: "me" } }
      assert.deepStrictEqual(yield* readOne("Tensor", "a.npy", encoded("Tensor", A)), A)
      assert.deepStrictEqual(yield* readOne("Table", "a.arrow", encoded("Table", table)), table)
      assert.deepStrictEqual(yield* readOne("Model", "a.safetensors", encoded("Model", model)), model)
      assert.deepStrictEqual(yield* readOne("Metrics", "a.json", '{"loss":0.5}'), { loss: 0.5 })
      assert.deepStrictEqual(yield* readOne("Json", "A.JSON", "[1, null]"), [1, null])
      assert.deepStrictEqual(yield* readOne("Figure", "a.vl.json", '{"mark":"line"}'), { spec: { mark: "line" } })
    })
  )

  it.live("reads an array of an .npz file by its name, the only one without, and all as a model", () =>
    Effect.gen(function* () {
      const at = yield* withFiles({
        "two.npz": zipOf({ "a.npy": encodeNpy(A), "b.npy": encodeNpy(B) }, { isDeflated: true }),
        "one.npz": zipOf({ "b.npy": encodeNpy(B) })
      })
      assert.deepStrictEqual(yield* readForeign("Tensor", `${at("two.npz")}#a`), A)
      assert.deepStrictEqual(yield* readForeign("Tensor", `${at("two.npz")}#b`), B)
      assert.deepStrictEqual(yield* readForeign("Tensor", at("one.npz")), B)
      assert.deepStrictEqual(yield* readForeign("Model", at("two.npz")), { tensors: { a: A, b: B }, metadata: {} })
      const several = yield* Effect.flip(readForeign("Tensor", at("two.npz")))
      assert.match(several.message, /a, b.*\.npz#a/u)
      const unknown = yield* Effect.flip(readForeign("Tensor", `${at("two.npz")}#c`))
      assert.match(unknown.message, /no array "c" \(arrays: a, b\)/u)
    })
  )

  it.live("reads a CSV file with and without names of columns", () =>
    Effect.gen(function* () {
      const columns = { x: Float64Array.of(1, 3), "the loss": Float64Array.of(-2.5, 4e-3) }
      assert.deepStrictEqual(yield* readOne("Table", "a.csv", "x, the loss\n1,-2.5\r\n 3 ,4e-3\n\n"), { columns })
      assert.deepStrictEqual(yield* readOne("Table", "a.csv", "1,2\n3,4"), {
        columns: { c0: Float64Array.of(1, 3), c1: Float64Array.of(2, 4) }
      })
      assert.deepStrictEqual(yield* readOne("Tensor", "a.csv", "a,b\n1,2\n3,nan\n5,6\n"), {
        shape: [3, 2],
        data: Float64Array.of(1, 2, 3, Number.NaN, 5, 6)
      })
      assert.deepStrictEqual(yield* readOne("Tensor", "a.csv", "7"), { shape: [1, 1], data: Float64Array.of(7) })
    })
  )

  it.live("says on which line and in which column of a CSV file the mistake is", () =>
    Effect.gen(function* () {
      assert.match(
        yield* reasonFor("Tensor", "a.csv", "a,b\n1,2\n3,four\n"),
        /a\.csv: CSV: line 3, column 2: "four" is no number$/u
      )
      assert.match(yield* reasonFor("Tensor", "a.csv", "1,2\nx,4\n"), /line 2, column 1: "x" is no number$/u)
      assert.match(yield* reasonFor("Tensor", "a.csv", "1,2\n3,\n"), /line 2, column 2: "" is no number$/u)
      assert.match(yield* reasonFor("Tensor", "a.csv", "1,2\n3,4,5\n"), /line 2 has 3 cells, .* has 2$/u)
      assert.match(yield* reasonFor("Table", "a.csv", "a,b\n1\n"), /line 2 has 1 cells, .* has 2$/u)
    })
  )

  it.live(
    "keeps names that are made of digits as they are: a column with a whole number that begins with 0 is text",
    () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* readOne("Table", "a.csv", "id,x,y\n007,0,0.5\n12,-0,00.5\n"), {
          columns: { id: ["007", "12"], x: Float64Array.of(0, -0), y: Float64Array.of(0.5, 0.5) }
        })
      })
  )

  it.live("refuses numbers of a CSV file that float64 would make others of", () =>
    Effect.gen(function* () {
      for (const kind of ["Table", "Tensor"] as const) {
        assert.match(
          yield* reasonFor(kind, "a.csv", "a,b\n1,2\n3,9007199254740993\n"),
          /a\.csv: CSV: line 3, column 2: 9007199254740993 cannot be kept exactly: float64 would make 9007199254740992 /u
        )
        assert.match(
          yield* reasonFor(kind, "a.csv", "-2e400\n"),
          /line 1, column 1: -2e400 cannot .* -Infinity of it$/u
        )
      }
      assert.deepStrictEqual(
        yield* readOne(
          "Tensor",
          "a.csv",
          "9007199254740994,-inf,9223372036854775808,9223372036854776000,0.12345678901234567\n"
        ),
        {
          shape: [1, 5],
          data: Float64Array.of(9007199254740994, Number.NEGATIVE_INFINITY, 2 ** 63, 2 ** 63, 0.12345678901234566)
        }
      )
    })
  )

  it.live("refuses whole numbers of a JSON file that float64 would round, and says where they are", () =>
    Effect.gen(function* () {
      const text = '{"\\"9007199254740993\\\\": 9007199254740992,\n "id": -9007199254740993}'
      for (const kind of ["Json", "Metrics"] as const) {
        assert.match(
          yield* reasonFor(kind, "a.json", text),
          /a\.json: JSON: line 2, column 8: -9007199254740993 cannot be kept exactly: float64 would make -9007199254740992 /u
        )
      }
      assert.match(yield* reasonFor("Tensor", "a.json", "[1, 12345678901234567890]"), /line 1, column 5: /u)
      const held =
        '["9007199254740993", 1.9007199254740993, 9007199254740993.5e-3, 9223372036854776000, 18446744073709551616]'
      assert.deepStrictEqual(yield* readOne("Json", "a.json", held), JSON.parse(held))
    })
  )

  it.live("names a number of a JSON file that is not finite, says where it stands, and what to do instead", () =>
    Effect.gen(function* () {
      const text = '{"NaN": "-Infinity \\"NaN",\n "loss": NaN, "gap": -Infinity}'
      assert.include(
        yield* reasonFor("Metrics", "a.json", text),
        'a.json: JSON: line 2, column 10: "loss" is NaN, which JSON cannot hold; leave out a metric that diverged'
      )
      assert.include(
        yield* reasonFor("Tensor", "a.json", "[1, -Infinity]"),
        "line 1, column 5: it is -Infinity, which JSON cannot hold; a .npy file can"
      )
      assert.include(
        yield* reasonFor("Json", "a.json", '{"a": [NaN]}'),
        "it is NaN, which JSON cannot hold; write null"
      )
      assert.include(
        yield* reasonFor("Json", "a.json", '{"NaN": "Infinity", 3}'),
        "Expected double-quoted property name"
      )
      assert.include(yield* reasonFor("Json", "a.json", '["NaN'), "Unterminated string")
    })
  )

  it.live("reads tensors from nested lists and from { shape, data }", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* readOne("Tensor", "a.json", "[[1,2,3],[4,5,6]]"), {
        shape: [2, 3],
        data: Float64Array.of(1, 2, 3, 4, 5, 6)
      })
      assert.deepStrictEqual(yield* readOne("Tensor", "a.json", "5"), { shape: [], data: Float64Array.of(5) })
      assert.deepStrictEqual(yield* readOne("Tensor", "a.json", '{"shape":[2,1],"data":[1,2]}'), {
        shape: [2, 1],
        data: Float64Array.of(1, 2)
      })
      assert.deepStrictEqual(yield* readOne("Model", "a.json", '{"w":[1,2],"b":3}'), {
        tensors: { w: { shape: [2], data: Float64Array.of(1, 2) }, b: { shape: [], data: Float64Array.of(3) } },
        metadata: {}
      })
      for (const text of ["[[1,2],[3]]", "[[1],2]", '["a"]', '{"shape":[3],"data":[1]}', "null", "[1", ""]) {
        assert.include(yield* reasonFor("Tensor", "a.json", text), "a.json: ", text)
      }
    })
  )

  it.live("reads a folder as a Directory, with all below it", () =>
    Effect.gen(function* () {
      const at = yield* withFiles({ "photos/a": "1", "photos/deep/er/b": "22" })
      const value = (yield* readForeign("Directory", at("photos"))) as {
        readonly files: { [path: string]: Uint8Array }
      }
      assert.deepStrictEqual(
        Object.entries(value.files)
          .map(([path, content]) => [path, Buffer.from(content).toString()])
          .sort(),
        [
          ["a", "1"],
          ["deep/er/b", "22"]
        ]
      )
      assert.include((yield* Effect.flip(readForeign("Directory", at("photos/a")))).message, at("photos/a"))
    })
  )

  it.live("says which files a kind is read from, and which file it could not read", () =>
    Effect.gen(function* () {
      const at = yield* withFiles({ "a.txt": "" })
      assert.strictEqual(
        (yield* Effect.flip(readForeign("Table", at("a.txt")))).message,
        `${at("a.txt")}: a Table is read from .arrow, .csv files`
      )
      for (const [kind, name] of [
        ["Tensor", "missing.npy"],
        ["Directory", "missing"]
      ] as const) {
        const { message } = yield* Effect.flip(readForeign(kind, at(name)))
        assert(message.startsWith(`${at(name)}: `))
      }
    })
  )
})

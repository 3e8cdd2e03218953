import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { type CodedFile, decode, encode, formatOf } from "../../../core/codec/Codec.ts"
import { ARTIFACT_KINDS, type ArtifactKind, type KindValues } from "../../../core/stage/ArtifactKind.ts"
import { damaged, reasonOf, successOf } from "./results.ts"

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

const VALUES: { readonly [K in ArtifactKind]: KindValues[K] } = {
  Tensor: { shape: [2, 1], data: Float64Array.of(1.5, -0) },
  Table: {
    columns: {
      width: Int32Array.of(100, -500, 2 ** 31 - 1),
      loss: Float64Array.of(0.5, Number.NaN, Number.NEGATIVE_INFINITY),
      name: ["a", "", "é\n😀"]
    }
  },
  Metrics: { loss: 0.1, accuracy: -0, steps: 1e21 },
  Figure: { spec: { mark: "line", data: { values: [{ x: 1, y: null }] } } },
  Model: { tensors: { w: { shape: [1], data: Float32Array.of(0.5) } }, metadata: { by: "me" } },
  Json: { list: [1, "é", null, true, { nested: [] }], "": 0 },
  Directory: { files: { "a/b.txt": bytes("ab"), "a/c": bytes(""), z: Uint8Array.of(0, 255) } }
}

const only = (files: ReadonlyArray<CodedFile>): CodedFile => {
  const [file] = files
  assert(file !== undefined && files.length === 1)
  return file
}

const textOf = (kind: ArtifactKind, value: unknown): string =>
  Buffer.from(only(successOf(encode(kind, value))).bytes).toString("utf8")

const reason = (kind: ArtifactKind, value: unknown): string => reasonOf(encode(kind, value))

describe("encode and decode", () => {
  for (const kind of ARTIFACT_KINDS) {
    it(`bring back a ${kind}, the same bytes each time`, () => {
      const files = successOf(encode(kind, VALUES[kind]))
      assert.deepStrictEqual(successOf(decode(kind, files)), VALUES[kind])
      assert.deepStrictEqual(successOf(encode(kind, VALUES[kind])), files)
    })
  }

  it("write each kind as the format that other tools read", () => {
    const names = ARTIFACT_KINDS.filter((kind) => kind !== "Directory").map(
      (kind) => only(successOf(encode(kind, VALUES[kind]))).path
    )
    assert.deepStrictEqual(names, [
      "tensor.npy",
      "table.arrow",
      "metrics.json",
      "figure.vl.json",
      "model.safetensors",
      "value.json"
    ])
    assert(textOf("Table", VALUES.Table).startsWith("ARROW1"))
    assert.strictEqual(formatOf("Tensor"), "Tensor/1")
  })

  it("keep an empty table of each type of column", () => {
    const table = { columns: { f: new Float64Array(0), i: new Int32Array(0), s: [] } }
    const back = successOf(decode("Table", successOf(encode("Table", table)))) as KindValues["Table"]
    assert.deepStrictEqual(Object.keys(back.columns), ["f", "i", "s"])
    for (const column of Object.values(back.columns)) assert.strictEqual(column.length, 0)
  })

  it("keep the bits of a table's numbers", () => {
    const loss = Float64Array.of(-0, 5e-324, Number.MAX_VALUE, 0.1 + 0.2)
    const table = { columns: { loss } }
    const back = successOf(decode("Table", successOf(encode("Table", table)))) as KindValues["Table"]
    assert.deepStrictEqual(back.columns["loss"], loss)
  })

  it("never throw on a damaged file", () => {
    for (const kind of ["Metrics", "Figure", "Json"] as const) {
      const { path, bytes: whole } = only(successOf(encode(kind, VALUES[kind])))
      for (const wrong of damaged(whole, 200)) decode(kind, [{ path, bytes: wrong }])
    }
    const { path, bytes: arrow } = only(successOf(encode("Table", VALUES.Table)))
    for (let length = 0; length < arrow.length; length += 7) decode("Table", [{ path, bytes: arrow.slice(0, length) }])
  })

  it("refuse an artifact of no file and of several where there is to be one", () => {
    const file = only(successOf(encode("Json", 1)))
    assert(Result.isFailure(decode("Json", [])))
    assert(Result.isFailure(decode("Json", [file, file])))
  })
})

describe("encode of JSON", () => {
  it("writes keys sorted at every depth, one spelling of each number, and a line break", () => {
    assert.strictEqual(textOf("Json", { b: [{ d: 1, c: 2 }], a: "é" }), '{"a":"é","b":[{"c":2,"d":1}]}\n')
    assert.strictEqual(textOf("Json", [1.0, 1e3, 0.1, 1e21, 1e-7, -0, 0]), "[1,1000,0.1,1e+21,1e-7,-0,0]\n")
    assert.strictEqual(textOf("Metrics", { loss: 1, accuracy: 0.5 }), '{"accuracy":0.5,"loss":1}\n')
  })

  it("refuses what JSON cannot hold, with the path to it", () => {
    assert.match(reason("Json", { a: [1, { b: Number.NaN }] }), /^Json: a\[1\]\.b is NaN/u)
    assert.match(reason("Json", Number.POSITIVE_INFINITY), /^Json: it is Infinity/u)
    assert.match(reason("Json", { a: { b: undefined } }), /^Json: a\.b is undefined/u)
    assert.match(reason("Json", [() => 1]), /^Json: \[0\] is .*function/u)
    assert.match(reason("Json", { a: 1n }), /^Json: a is .*bigint/u)
    assert.match(reason("Json", { a: Float64Array.of(1) }), /^Json: a is /u)
    assert.match(
      reason("Figure", { spec: { data: { values: [{ y: Number.NEGATIVE_INFINITY }] } } }),
      /data\.values\[0\]\.y/u
    )
  })

  it("refuses metrics that are no finite numbers, by name", () => {
    assert.match(reason("Metrics", { good: 1, loss: Number.NaN }), /^Metrics: .*loss.* NaN/u)
    assert.match(reason("Metrics", { loss: "0.1" }), /^Metrics: "loss"/u)
    assert.match(reason("Metrics", [1]), /^Metrics: /u)
    assert.match(reason("Metrics", null), /^Metrics: /u)
  })
})

describe("encode of tensors, tables and models", () => {
  it("refuses a shape that does not fit its data, with both sizes", () => {
    assert.strictEqual(
      reason("Tensor", { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5) }),
      "Tensor: shape 2×3 needs 6 elements, data has 5"
    )
    assert.strictEqual(
      reason("Model", { tensors: { w: { shape: [2], data: Float64Array.of(1) } }, metadata: {} }),
      'Model: tensor "w": shape 2 needs 2 elements, data has 1'
    )
    for (const shape of [[-1], [1.5], [Number.NaN], ["1"]]) {
      assert.match(reason("Tensor", { shape, data: Float64Array.of(1) }), /^Tensor: its shape is \[/u)
    }
  })

  it("refuses what is no tensor", () => {
    for (const value of [undefined, null, 1, [1], {}, { shape: [1], data: [1] }, { shape: [1], data: "a" }]) {
      assert.match(reason("Tensor", value), /^Tensor: /u)
    }
    assert.match(reason("Tensor", { shape: [1], data: BigInt64Array.of(1n) }), /^Tensor: /u)
  })

  it("refuses columns of different lengths, with each length", () => {
    assert.match(
      reason("Table", { columns: { a: Float64Array.of(1), b: ["x", "y"] } }),
      /^Table: its columns differ in length \(a: 1, b: 2\)$/u
    )
    for (const value of [null, {}, { columns: [] }, []]) assert.match(reason("Table", value), /^Table: /u)
  })

  it("refuses what is no model and what is no figure", () => {
    for (const value of [null, {}, { tensors: {} }, { tensors: { a: 1 }, metadata: {} }]) {
      assert.match(reason("Model", value), /^Model: /u)
    }
    for (const value of [null, {}, { spec: "line" }, { spec: [] }]) assert.match(reason("Figure", value), /^Figure: /u)
  })
})

describe("encode of directories", () => {
  const paths = (...names: ReadonlyArray<string>) => ({
    files: Object.fromEntries(names.map((name) => [name, bytes(name)]))
  })

  it("lists files by path, whatever order they were added in", () => {
    const listed = successOf(encode("Directory", paths("b", "a/c", "a/b")))
    assert.deepStrictEqual(
      listed.map(({ path }) => path),
      ["a/b", "a/c", "b"]
    )
    assert.deepStrictEqual(successOf(encode("Directory", paths())), [])
  })

  it("refuses paths that lead out of it or nowhere", () => {
    for (const path of ["..", "../a", "a/../b", "a/..", "/a", "/", "", ".", "./a", "a//b", "a/"]) {
      assert.include(reason("Directory", paths(path)), path, JSON.stringify(path))
    }
  })

  it("refuses paths that some systems cannot have", () => {
    for (const path of ["C:", "C:/a", "a\\b", "a*", "a?", 'a"', "a<b", "a|b", "a\0", "a\nb"]) {
      assert.match(reason("Directory", paths(path)), /^Directory: .*character/su)
    }
  })

  it("refuses paths that differ only in case", () => {
    assert.match(reason("Directory", paths("a/B", "a/b")), /^Directory: .*"a\/b".* only in case/u)
  })

  it("refuses contents that are no bytes", () => {
    assert.match(reason("Directory", { files: { a: "text" } }), /^Directory: "a" is .*Uint8Array/u)
    assert.match(reason("Directory", { files: [] }), /^Directory: /u)
  })
})

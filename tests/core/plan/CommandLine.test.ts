import { assert, describe, it } from "@effect/vitest"
import { type CommandLine, fileParams, fromParams, splitFiles, toParams } from "../../../core/plan/CommandLine.ts"
import * as Digest from "../../../core/store/Digest.ts"

const LINES: ReadonlyArray<readonly [what: string, line: CommandLine]> = [
  ["one word", { run: { _tag: "Words", words: ["ls"] }, outputs: {} }],
  [
    "many words, an empty one among them",
    { run: { _tag: "Words", words: Array.from({ length: 12 }, (_, at) => (at === 3 ? "" : `w${at}`)) }, outputs: {} }
  ],
  ["a script", { run: { _tag: "Script", script: "a | b > c" }, outputs: { "long-name_1": "x/y.csv", b: "b.json" } }]
]

describe("CommandLine", () => {
  it.each(LINES)("comes back from the parameters of a task: %s", (_, line) => {
    assert.deepStrictEqual(fromParams(toParams(line)), line)
  })

  it("keeps its words apart from its files", () => {
    const line = toParams({ run: { _tag: "Words", words: ["sh", "data/b.txt"] }, outputs: {} })
    const digest = Digest.ofBytes(Buffer.from("b"))
    const files = fileParams([{ path: "data/b.txt", digest, bytes: 1, executable: false }])
    assert.deepStrictEqual(splitFiles({ ...line, ...files }), { files: { "data/b.txt": digest }, others: line })
    assert.deepStrictEqual(fromParams({ ...line, ...files }), fromParams(line))
  })

  it("has a parameter for each word and path, by which a difference is told", () => {
    const line: CommandLine = { run: { _tag: "Words", words: ["sh", "x"] }, outputs: { table: "t.csv" } }
    assert.deepStrictEqual(toParams(line), { "run[0]": "sh", "run[1]": "x", "outputs.table.path": "t.csv" })
  })
})

import { assert, describe, it } from "vitest"
import { sourcePath } from "../../../core/document/source-path.ts"

describe("sourcePath", () => {
  it.each([
    ["data/x.npz#layer 1", { file: "data/x.npz", member: "layer 1" }],
    ["x.NPZ#a#b", { file: "x.NPZ", member: "a#b" }],
    ["x.npz", { file: "x.npz" }],
    ["x.npz#", { file: "x.npz#" }],
    ["notes#1.csv", { file: "notes#1.csv" }]
  ])("takes %s apart", (written, parts) => {
    assert.deepStrictEqual(sourcePath(written), parts)
  })
})

import { resolve } from "node:path"
import { assert, describe, it } from "vitest"
import { noteSources } from "../../../core/cli/load-pipeline.ts"
import { Reads } from "../../../core/document/Reads.ts"
import { plan } from "../report/example-run.ts"

describe("noteSources", () => {
  it("notes the file of a source, also where it is one array of an archive", () => {
    const reads = new Reads()
    const sources = ["data/x.npz#layer", "y.csv"].map((path) => ({
      name: path,
      path,
      kind: "Tensor" as const,
      span: { file: "studies/p.yaml", line: 1, column: 1, length: 1 }
    }))
    noteSources(reads, "studies/p.yaml", { ...plan, sources })
    assert.deepStrictEqual([...reads.files.keys()], [resolve("studies/data/x.npz"), resolve("studies/y.csv")])
  })
})

import { assert, describe, it } from "@effect/vitest"
import { compareStructures } from "../../../stages/notears/StructureMetrics.ts"
import { graph } from "./graphs.ts"

describe("StructureMetrics", () => {
  const truth = graph(4, [0, 1], [1, 2], [2, 3])

  it("finds nothing wrong with the graph itself", () => {
    assert.deepStrictEqual(compareStructures(truth, truth, 4), { shd: 0, tpr: 1, fdr: 0, fpr: 0, edges: 3 })
  })

  it("counts an edge that is turned round once, as false and as not found", () => {
    const found = graph(4, [1, 0], [1, 2], [2, 3])
    assert.deepStrictEqual(compareStructures(truth, found, 4), { shd: 1, tpr: 2 / 3, fdr: 1 / 3, fpr: 1 / 3, edges: 3 })
  })

  it("counts edges too many and missing", () => {
    const found = graph(4, [0, 1], [0, 3])
    assert.deepStrictEqual(compareStructures(truth, found, 4), { shd: 3, tpr: 1 / 3, fdr: 0.5, fpr: 1 / 3, edges: 2 })
  })

  it("divides by nothing where there is nothing", () => {
    const none = graph(2)
    assert.deepStrictEqual(compareStructures(none, none, 2), { shd: 0, tpr: 1, fdr: 0, fpr: 0, edges: 0 })
    const full = graph(2, [0, 1])
    assert.deepStrictEqual(compareStructures(full, graph(2, [1, 0]), 2), { shd: 1, tpr: 0, fdr: 1, fpr: 0, edges: 1 })
    assert.deepStrictEqual(compareStructures(none, full, 2), { shd: 1, tpr: 1, fdr: 1, fpr: 1, edges: 1 })
  })
})

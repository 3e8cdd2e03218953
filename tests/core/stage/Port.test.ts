import { assert, describe, it } from "@effect/vitest"
import { ARTIFACT_KINDS, isArtifactKind } from "../../../core/stage/ArtifactKind.ts"
import { many, ofDeclaration, optional, type PortValue } from "../../../core/stage/Port.ts"

describe("ofDeclaration", () => {
  it("takes the bare name of a kind for exactly one", () => {
    for (const kind of ARTIFACT_KINDS) assert.deepStrictEqual(ofDeclaration(kind), { kind, arity: "one" })
  })

  it("leaves the full forms as they are", () => {
    assert.deepStrictEqual(ofDeclaration(optional("Table")), { kind: "Table", arity: "optional" })
    assert.deepStrictEqual(ofDeclaration(many("Figure")), { kind: "Figure", arity: "many" })
  })
})

describe("PortValue", () => {
  it("is the value, the value or nothing, or a list with matrix values", () => {
    const metrics = { loss: 1 }
    const one: PortValue<"Metrics"> = metrics
    const [some, none]: ReadonlyArray<PortValue<ReturnType<typeof optional<"Metrics">>>> = [metrics, undefined]
    const list: PortValue<ReturnType<typeof many<"Metrics">>> = [{ matrix: { width: 500 }, value: metrics }]
    // @ts-expect-error exactly one is not a list
    const wrong: PortValue<"Metrics"> = [{ matrix: {}, value: metrics }]
    assert.deepStrictEqual([one, some, none, list[0]?.value], [metrics, metrics, undefined, metrics])
    assert.lengthOf(wrong as unknown as ReadonlyArray<unknown>, 1)
  })
})

describe("isArtifactKind", () => {
  it("knows every kind by its exact name and nothing else", () => {
    for (const kind of ARTIFACT_KINDS) assert.isTrue(isArtifactKind(kind))
    for (const text of ["", "tensor", "Tensor ", "toString", "Tensors"]) assert.isFalse(isArtifactKind(text))
    assert.strictEqual(new Set(ARTIFACT_KINDS).size, ARTIFACT_KINDS.length)
  })
})

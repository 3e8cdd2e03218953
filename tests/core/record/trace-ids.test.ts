import { assert, describe, it } from "@effect/vitest"
import { parentOf, spanId, traceId } from "../../../core/record/trace-ids.ts"

const TRACE = "0af7651916cd43dd8448eb211c80319c"
const SPAN = "b7ad6b7169203331"

describe("traceId and spanId", () => {
  it("have the length that W3C Trace Context asks for, and do not repeat", () => {
    const [traces, spans] = [Array.from({ length: 100 }, traceId), Array.from({ length: 100 }, spanId)]
    for (const id of traces) assert.match(id, /^[0-9a-f]{32}$/u)
    for (const id of spans) assert.match(id, /^[0-9a-f]{16}$/u)
    assert.strictEqual(new Set([...traces, ...spans]).size, 200)
  })
})

describe("parentOf", () => {
  it("reads the example of the specification, sampled or not", () => {
    for (const flags of ["00", "01"]) {
      assert.deepStrictEqual(parentOf(`00-${TRACE}-${SPAN}-${flags}`), { traceId: TRACE, spanId: SPAN })
    }
  })

  it.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["another text", "now"],
    ["capital letters", `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ["a trace that is too short", `00-${TRACE.slice(1)}-${SPAN}-01`],
    ["a span that is too long", `00-${TRACE}-${SPAN}0-01`],
    ["no flags", `00-${TRACE}-${SPAN}`],
    ["a second line", `00-${TRACE}-${SPAN}-01\nmore`]
  ])("makes nothing of %s", (_, header) => {
    assert.strictEqual(parentOf(header), undefined)
  })
})

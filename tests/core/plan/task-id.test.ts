import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { formatValue, taskId } from "../../../core/plan/task-id.ts"
import type { Json } from "../../../core/stage/ArtifactKind.ts"
import { canonicalText } from "../../../core/store/Digest.ts"

describe("formatValue", () => {
  it.each<[Json, string]>([
    [500, "500"],
    [0.1, "0.1"],
    [-3, "-3"],
    [1e21, "1e+21"],
    [-0, "-0"],
    [true, "true"],
    [null, "null"],
    ["relu", "relu"],
    ["über_2", "über_2"],
    ["v1.5", "v1.5"]
  ])("writes %j as it stands", (value, expected) => {
    assert.strictEqual(formatValue(value), expected)
  })

  it.each(["500", "0.1", "-3", "+1", ".5", "1e3", "true", "false", "null"])(
    "quotes the text %s, which would read as another value",
    (text) => {
      assert.strictEqual(formatValue(text), `"${text}"`)
    }
  )

  it.each(["", "a b", "a,b", "a=b", "a@b", "a.kernel", 'a"b', "a\nb"])(
    "quotes the text %j, which holds what separates names",
    (text) => {
      assert.strictEqual(formatValue(text), JSON.stringify(text))
    }
  )

  it("writes maps in one spelling, whatever the order of their keys", () => {
    assert.strictEqual(formatValue({ b: [1, "x"], a: null }), '{"a":null,"b":[1,"x"]}')
    assert.strictEqual(formatValue({ a: null, b: [1, "x"] }), '{"a":null,"b":[1,"x"]}')
  })

  const Value = Schema.Union([
    Schema.String,
    Schema.Finite,
    Schema.Boolean,
    Schema.Null,
    Schema.Literals(["1", "-1", "1.5", "true", "null", "[1]", "{}", '"1"']),
    Schema.Array(Schema.Finite)
  ])

  it.prop("gives two values one spelling only when they are equal", { a: Value, b: Value }, ({ a, b }) => {
    return (formatValue(a) === formatValue(b)) === (canonicalText(a) === canonicalText(b))
  })
})

describe("taskId", () => {
  it("is the stage's name where there is no matrix", () => {
    assert.strictEqual(taskId("circle", {}), "circle")
  })

  it("names the values in the order of the matrix", () => {
    assert.strictEqual(taskId("empirical", { width: 500, init: 3 }), "empirical@width=500,init=3")
    assert.strictEqual(taskId("empirical", { init: "3", width: 0.5 }), 'empirical@init="3",width=0.5')
  })
})

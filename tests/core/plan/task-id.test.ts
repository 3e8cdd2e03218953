import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { formatValue, meantTask, parseTaskId, stageOf, taskEnd, taskId } from "../../../core/plan/task-id.ts"
import type { Json } from "../../../core/stage/ArtifactKind.ts"
import { canonicalText } from "../../../core/store/Digest.ts"

const Value = Schema.Union([
  Schema.String,
  Schema.Finite,
  Schema.Boolean,
  Schema.Null,
  Schema.Literals(["1", "-1", "1.5", "true", "null", "[1]", "{}", '"1"']),
  Schema.Array(Schema.Finite),
  Schema.Record(Schema.Literals(["a", "b", "a+b", "a:1"]), Schema.Literals([1, "1", "b", "b:1", "x+b", "{}"])),
  Schema.Literals(["a:1", "a:b+b:1"])
])

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

  it.each<[Json, string]>([
    [{ b: [1, "x"], a: null }, 'a:null+b:[1,"x"]'],
    [{ a: null, b: [1, "x"] }, 'a:null+b:[1,"x"]'],
    [{ level: 15 }, "level:15"],
    [{ a: { c: 1 }, "b+": "x y" }, 'a:{"c":1}+"b+":"x y"'],
    [{ width: 3, name: "small" }, "small"],
    [{ width: 3, id: 7 }, "7"],
    [{ name: ["no", "name"], id: "7" }, '"7"'],
    [{ name: null, width: 3 }, "name:null+width:3"],
    [{}, "{}"]
  ])("calls the map %j by its name or id, or else by its values in the order of their keys", (map, expected) => {
    assert.strictEqual(formatValue(map), expected)
  })

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

describe("the name of a task", () => {
  it.prop("comes apart into its stage and its values", { a: Value, b: Value }, ({ a, b }) => {
    const task = taskId("train", { a, b })
    assert.strictEqual(stageOf(task), "train")
    assert.deepStrictEqual(parseTaskId(task), {
      stage: "train",
      values: [
        { name: "a", text: formatValue(a) },
        { name: "b", text: formatValue(b) }
      ]
    })
  })

  it.prop("ends where its last value ends, whatever follows", { a: Value, b: Value }, ({ a, b }) => {
    const task = taskId("train", { a, b })
    for (const rest of ["", ".loss", " > 1", ")", ",lr", ", x"]) {
      assert.strictEqual(taskEnd(`(${task}${rest}`, 1), task.length + 1, rest)
    }
  })

  it.each(["train", "train.loss", "train@", "train@a", "train@a=", "@a=1", "1"])("does not start %s", (text) => {
    assert.isUndefined(taskEnd(text, 0))
  })

  it("is meant without its quotes too, where that is the name of one alone", () => {
    const names = ["count", 'count@part="f1.txt"', "count@part=500", 'count@part="500"', 'a@x="p",y=1', 'a@x=p,y="1"']
    assert.strictEqual(meantTask("count", names), "count")
    assert.strictEqual(meantTask("count@part=f1.txt", names), 'count@part="f1.txt"')
    assert.strictEqual(meantTask('count@part="f1.txt"', names), 'count@part="f1.txt"')
    assert.strictEqual(meantTask("count@part=500", names), "count@part=500")
    assert.isUndefined(meantTask("a@x=p,y=1", names))
    assert.isUndefined(meantTask("count@part=f2.txt", names))
  })
})

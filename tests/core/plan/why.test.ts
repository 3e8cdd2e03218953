import { assert, describe, it } from "@effect/vitest"
import type { JsonMap } from "../../../core/plan/Plan.ts"
import { closest, differences, type Explained, phrase } from "../../../core/plan/why.ts"
import type { InputPart } from "../../../core/store/ActionRecord.ts"
import * as Digest from "../../../core/store/Digest.ts"

const digest = (text: string): Digest.Digest => Digest.ofBytes(Buffer.from(text))

const one = (content: string): InputPart => ({ _tag: "One", digest: digest(content) })

const many = (...items: ReadonlyArray<readonly [matrix: JsonMap, content: string]>): InputPart => ({
  _tag: "Many",
  digest: digest(JSON.stringify(items)),
  items: items.map(([matrix, content]) => ({ matrix, digest: digest(content) }))
})

const explained = (
  parts: Partial<Explained["parts"]> = {},
  codeParts: Partial<Explained["codeParts"]> = {}
): Explained => ({
  parts: {
    format: 1,
    stageType: "ntk/empirical",
    code: digest("code"),
    params: { width: 500 },
    inputs: { points: one("points") },
    outputs: { kernel: "Tensor/1" },
    device: "cpu",
    environment: {},
    ...parts
  },
  codeParts: { declarations: { run: digest("run") }, packages: {}, ...codeParts }
})

/** The phrases for what differs between two keys. */
const phrases = (before: Explained, after: Explained): ReadonlyArray<string> =>
  differences(before, after).map((difference) => phrase(difference, { stageType: after.parts.stageType }))

const CHANGES: ReadonlyArray<readonly [what: string, before: Explained, after: Explained, phrase: string]> = [
  ["the key format", explained(), explained({ format: 2 }), "key format 1→2"],
  ["the stage type", explained(), explained({ stageType: "a/b" }), "stage type ntk/empirical→a/b"],
  [
    "the stage type, whose code is another",
    explained(),
    explained({ stageType: "a/b", code: digest("x") }, { declarations: { main: digest("x") } }),
    "stage type ntk/empirical→a/b"
  ],
  [
    "a declaration",
    explained(),
    explained({ code: digest("x") }, { declarations: { run: digest("x") } }),
    "code of ntk/empirical: run changed"
  ],
  [
    "a new declaration",
    explained(),
    explained({ code: digest("x") }, { declarations: { run: digest("run"), help: digest("x") } }),
    "code of ntk/empirical: help is new"
  ],
  [
    "a lost declaration",
    explained(),
    explained({ code: digest("x") }, { declarations: {} }),
    "code of ntk/empirical: run is gone"
  ],
  [
    "a package",
    explained({}, { packages: { "d3@1.0.0": "sha512-a" } }),
    explained({ code: digest("x") }, { packages: { "d3@1.0.0": "sha512-b" } }),
    "package d3@1.0.0 has other content"
  ],
  [
    "a package's version",
    explained({}, { packages: { "d3@1.0.0": "sha512-a", "@a/b@1.0.0": "sha512-c" } }),
    explained({ code: digest("x") }, { packages: { "d3@1.1.0": "sha512-b", "@a/b@1.0.0": "sha512-c" } }),
    "package d3 1.0.0→1.1.0"
  ],
  [
    "a new package",
    explained(),
    explained({ code: digest("x") }, { packages: { "d3@1.1.0": "sha512-b" } }),
    "package d3 is new: 1.1.0"
  ],
  [
    "a declaration whose sort the older record does not tell",
    explained({}, { declarations: { run: digest("run"), help: digest("help") } }),
    explained({ code: digest("x") }, { declarations: { "function run": digest("run"), "function help": digest("x") } }),
    "code of ntk/empirical: function help changed"
  ],
  ["code of which no part differs", explained(), explained({ code: digest("x") }), "code of ntk/empirical changed"],
  ["a parameter", explained(), explained({ params: { width: 512 } }), "param width 500→512"],
  ["a parameter's type", explained(), explained({ params: { width: "500" } }), 'param width 500→"500"'],
  [
    "a part of a parameter",
    explained({ params: { network: { depth: 4, layers: [1, 2] } } }),
    explained({ params: { network: { depth: 4, layers: [1, 3] } } }),
    "param network.layers.1 2→3"
  ],
  [
    "a list that grew",
    explained({ params: { layers: [1, 2] } }),
    explained({ params: { layers: [1, 2, 3] } }),
    "param layers [1,2]→[1,2,3]"
  ],
  ["a new parameter", explained(), explained({ params: { width: 500, beta: 0.1 } }), "param beta is new: 0.1"],
  [
    "a new parameter that is null",
    explained(),
    explained({ params: { width: 500, beta: null } }),
    "param beta is new: null"
  ],
  ["a lost parameter", explained(), explained({ params: {} }), "param width is gone"],
  ["an input", explained(), explained({ inputs: { points: one("x") } }), "input points changed"],
  ["a new input", explained(), explained({ inputs: { points: one("points"), more: one("x") } }), "input more is new"],
  ["a lost input", explained(), explained({ inputs: {} }), "input points is gone"],
  [
    "an input that became a fan-in",
    explained(),
    explained({ inputs: { points: many([{}, "points"]) } }),
    "input points changed"
  ],
  ["the stored form", explained(), explained({ outputs: { kernel: "Tensor/2" } }), "output kernel Tensor/1→Tensor/2"],
  ["the device", explained(), explained({ device: "gpu" }), "device cpu→gpu"],
  [
    "the engine",
    explained({ environment: { engine: "13" } }),
    explained({ environment: { engine: "14" } }),
    "environment engine 13→14"
  ]
]

describe("differences", () => {
  it("finds none between equal keys", () => {
    assert.deepStrictEqual(differences(explained(), explained()), [])
    // The code's parts explain a difference; they make none.
    assert.deepStrictEqual(differences(explained(), explained({}, { declarations: {} })), [])
  })

  it.each(CHANGES)("names %s", (_, before, after, expected) => {
    assert.deepStrictEqual(phrases(before, after), [expected])
  })

  it("says of the way back what it says of the way there, turned around", () => {
    for (const [, before, after] of CHANGES) {
      const [there, back] = [differences(before, after), differences(after, before)]
      assert.deepStrictEqual(
        back.map(({ part, name }) => [part, name]),
        there.map(({ part, name }) => [part, name])
      )
    }
  })

  it("names all that differs, code first", () => {
    const after = explained(
      { code: digest("x"), params: { width: 1, more: 2 }, inputs: { points: one("x") } },
      { declarations: { run: digest("x") } }
    )
    assert.deepStrictEqual(
      differences(explained(), after).map(({ part, name }) => `${part} ${name}`),
      ["code run", "param width", "param more", "input points"]
    )
  })

  it("keeps long values short", () => {
    const [text] = phrases(explained(), explained({ params: { width: "x".repeat(1000) } }))
    assert.isBelow(text?.length ?? 0, 80)
    assert.include(text, "…")
  })

  it("shows of long values where they differ", () => {
    const long = (end: string) => explained({ params: { text: `${"x".repeat(1000)}${end}` } })
    assert.deepStrictEqual(phrases(long("left"), long("right")), ['param text …xxxxxxxxxxleft"→…xxxxxxxxxxright"'])
  })

  it("names of an input what feeds it", () => {
    const [difference] = differences(explained(), explained({ inputs: { points: one("x") } }))
    assert(difference !== undefined)
    const setting = { stageType: "a/b", feeders: { points: "circle.points" } }
    assert.strictEqual(phrase(difference, setting), "input circle.points changed")
  })
})

describe("a fan-in", () => {
  const before = many([{ n: 1 }, "a"], [{ n: 2 }, "b"])

  it.each<[string, InputPart, string]>([
    ["new items", many([{ n: 1 }, "a"], [{ n: 2 }, "b"], [{ n: 3 }, "c"], [{ n: 4 }, "d"]), "has 2 new"],
    ["changed items", many([{ n: 1 }, "x"], [{ n: 2 }, "b"]), "has 1 changed"],
    ["lost items", many([{ n: 2 }, "b"]), "has 1 gone"],
    ["all of these", many([{ n: 2 }, "x"], [{ n: 3 }, "c"], [{ n: 4 }, "c"]), "has 2 new, 1 changed, 1 gone"],
    ["another order", many([{ n: 2 }, "b"], [{ n: 1 }, "a"]), "changed in order"]
  ])("is described by the number of its %s", (_, after, expected) => {
    assert.deepStrictEqual(phrases(explained({ inputs: { all: before } }), explained({ inputs: { all: after } })), [
      `input all ${expected}`
    ])
  })

  it("counts items of equal matrix values one by one", () => {
    const two = many([{}, "a"], [{}, "b"])
    const changed = many([{}, "x"], [{}, "b"])
    assert.deepStrictEqual(phrases(explained({ inputs: { all: two } }), explained({ inputs: { all: changed } })), [
      "input all has 1 changed"
    ])
    const fewer = many([{}, "b"])
    assert.deepStrictEqual(phrases(explained({ inputs: { all: two } }), explained({ inputs: { all: fewer } })), [
      "input all has 1 gone"
    ])
  })
})

describe("closest", () => {
  const now = explained({ params: { a: 1, b: 2, c: 3 } })
  const far = explained({ params: { a: 0, b: 0, c: 3 } })
  const near = explained({ params: { a: 1, b: 0, c: 3 } })

  it("takes the result that differs in the fewest parts", () => {
    assert.strictEqual(closest(now, [far, near]), near)
    assert.strictEqual(closest(now, [near, far]), near)
  })

  it("takes the latest of equally close ones", () => {
    const other = explained({ params: { a: 1, b: 9, c: 3 } })
    assert.strictEqual(closest(now, [near, other]), near)
    assert.strictEqual(closest(now, [other, near]), other)
  })

  it("finds nothing where nothing was", () => {
    assert.isUndefined(closest(now, []))
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { decode } from "../../../core/document/decode.ts"
import { entry, type PipelineDocument } from "../../../core/document/PipelineDocument.ts"
import { SAMPLE } from "./sample.ts"

const decoded = (text: string): PipelineDocument => Result.getOrThrow(decode("p.yaml", text))

const messages = (text: string): ReadonlyArray<string> => {
  const result = decode("p.yaml", text)
  return Result.isSuccess(result) ? [] : result.failure.diagnostics.map(({ message }) => message)
}

describe("decode", () => {
  const document = decoded(SAMPLE)
  const stage = (id: string) => document.stages.find((candidate) => candidate.id === id)

  it("reads the name, the paper and the description", () => {
    assert.strictEqual(document.name.value, "ntk-study")
    assert.deepStrictEqual(document.paper, { title: "Neural Tangent Kernel", arxiv: "1806.07572" })
    assert.strictEqual(document.description, "The empirical tangent kernel approaches its limit as width grows")
  })

  it("reads parameters, profiles and sources", () => {
    assert.deepStrictEqual(
      document.params.map(({ key }) => key),
      ["widths", "inits"]
    )
    assert.deepStrictEqual(
      document.profiles.map(({ name, params }) => [name, params.entries.length]),
      [
        ["small", 2],
        ["full", 1]
      ]
    )
    assert.deepStrictEqual(
      document.sources.map(({ path, kind }) => [path.value, kind.value]),
      [["data/photos", "Directory"]]
    )
  })

  it("reads stages with their quantities", () => {
    const empirical = stage("empirical")
    assert.strictEqual(empirical?.uses.value, "ntk/empirical")
    assert.strictEqual(empirical?.timeout?.value, 600_000)
    assert.strictEqual(empirical?.resources?.memory, 2 ** 31)
    assert.strictEqual(empirical?.retries?.most, 1)
    assert.strictEqual(entry(empirical?.with, "width")?._tag, "Computed")
    assert.deepStrictEqual(
      empirical?.matrix?.axes.flat().map(({ key, ...rest }) => [key, "value" in rest && rest.value._tag]),
      [
        ["width", "Computed"],
        ["init", "Computed"]
      ]
    )
  })

  it("reads references to one task, to all tasks and to sources", () => {
    const references = stage("curves")?.inputs.flatMap((input) => input.references) ?? []
    assert.deepStrictEqual(
      references.map(({ span, ...reference }) => reference),
      [
        { _tag: "One", task: "limit", stage: "limit", port: "kernel", isOptional: false },
        { _tag: "All", stage: "empirical", port: "kernel" },
        { _tag: "Source", source: "photos" },
        {
          _tag: "One",
          task: "empirical@width=0.5,init=3",
          stage: "empirical",
          port: "kernel",
          isOptional: false,
          written: { span: { file: "p.yaml", line: 45, column: 24, length: 17 }, parts: ["@width=0.5,init=3"] }
        },
        { _tag: "One", task: "limit", stage: "limit", port: "kernel", isOptional: false }
      ]
    )
    assert.deepStrictEqual(
      stage("curves")?.inputs.map(({ isList }) => isList),
      [false, false, false, true]
    )
  })

  it("reads what is expected, copied out, drawn and scheduled", () => {
    assert.deepStrictEqual(document.expectations[0]?.tolerance, { _tag: "Absolute", value: 1.129, tolerance: 0.06 })
    assert.deepStrictEqual(document.expectations[1]?.tolerance, { _tag: "AtMost", bound: 2 })
    assert.deepStrictEqual(document.expectations[0]?.profiles, ["default", "full"])
    assert.strictEqual(document.outputs[0]?.destination.value, "figures/kernel.svg")
    assert.strictEqual(document.report.figures.length, 1)
    assert.deepStrictEqual(
      document.schedules.map(({ span, ...schedule }) => schedule),
      [
        {
          ...{ cron: "30 3 * * 1", timeZone: "Europe/Berlin", missed: "latest", overlap: "forbid" },
          ...{ name: undefined, maxCatchUp: 1, startingDeadline: undefined, jitter: 0 },
          ...{ profile: undefined, params: {}, recompute: "all", hooks: [] }
        }
      ]
    )
  })

  it("keeps the place of every part", () => {
    const width = stage("empirical")?.with?.entries.find(({ key }) => key === "width")
    const lines = SAMPLE.split("\n")
    for (const [span, text] of [
      [width?.keySpan, "width"],
      [width?.value.span, "${{ matrix.width }}"],
      [stage("empirical")?.uses.span, "ntk/empirical"],
      [document.stages[0]?.idSpan, "circle"],
      [document.outputs[0]?.reference.span, "curves.figure"]
    ] as const) {
      assert.isDefined(span)
      if (span === undefined) continue
      const line = lines[span.line - 1] ?? ""
      assert.strictEqual(line.slice(span.column - 1, span.column - 1 + span.length), text)
    }
  })

  it("follows anchors and merge keys; what is written beside them wins", () => {
    const { stages } = decoded(
      "name: p\nstages:\n  a: &base\n    uses: x/y\n    retries: 2\n  b:\n    <<: *base\n    uses: x/z\n  c:\n    <<: [*base]\n"
    )
    assert.deepStrictEqual(
      stages.map(({ uses, retries }) => [uses.value, retries?.most]),
      [
        ["x/y", 2],
        ["x/z", 2],
        ["x/y", 2]
      ]
    )
  })

  it("takes an alias for the last anchor of its name above it", () => {
    const { description, name } = decoded(
      "description: &a one\nname: *a\npaper: { title: &a two }\nstages: { s: { uses: x/y } }\n"
    )
    assert.deepStrictEqual([name.value, description], ["one", "one"])
  })

  it("reads a file of another system as its own", () => {
    const { text, texts, ...rest } = decoded(`\ufeff${SAMPLE.replaceAll("\n", "\r\n")}`)
    const { text: _, texts: __, ...expected } = document
    assert.deepStrictEqual(rest, expected)
    assert.isFalse(text.startsWith("\ufeff"))
    assert.deepStrictEqual([...texts.values()], [text])
  })

  it("keeps the digits of an identifier that looks like a number", () => {
    assert.strictEqual(
      decoded("name: p\npaper: { title: T, arxiv: 1706.01200 }\nstages: { a: { uses: x/y } }\n").paper?.arxiv,
      "1706.01200"
    )
  })

  it("leaves sections that are commented out empty", () => {
    const { params, stages } = decoded(
      "name: p\nparams:\nprofiles:\noutputs:\nexpect:\nstages:\n  a:\n    uses: x/y\n    with:\n    inputs:\n"
    )
    assert.deepStrictEqual([params.length, stages[0]?.inputs.length, stages[0]?.with?.entries.length], [0, 0, 0])
  })

  it("finds }} and quotes inside the text of an expression", () => {
    const { params } = decoded(`name: p\nparams: { a: "\${{ '}}' }}-\${{ '\${{' }}" }\nstages: { a: { uses: x/y } }\n`)
    assert.strictEqual(params[0]?.value._tag, "Text")
  })
})

describe("decode, of a file that is hostile or damaged", () => {
  const Cut = Schema.Struct({
    at: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
    length: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 })),
    noise: Schema.Literals([
      "",
      "{",
      "}",
      "[",
      "]",
      ":",
      "\t",
      '"',
      "'",
      "&x ",
      "*x",
      "- ",
      "\n",
      "\n ",
      "${{",
      "}}",
      "!!binary ",
      "? ",
      "|",
      ">",
      "#",
      "%",
      "---\n",
      "<<: *x",
      "\u0000",
      "\ud800",
      "\r",
      ",",
      "@"
    ])
  })

  it.prop("never throws, and complains in document order", { cuts: Schema.NonEmptyArray(Cut) }, ({ cuts }) => {
    const text = cuts.reduce((whole, { at, length, noise }) => {
      const start = Math.floor(at * whole.length)
      return whole.slice(0, start) + noise + whole.slice(start + length)
    }, SAMPLE)
    const result = decode("p.yaml", text)
    if (Result.isSuccess(result)) return true
    const { diagnostics } = result.failure
    const places = diagnostics.map(({ span }) => span.line * 1e6 + span.column)
    const lines = text.split("\n").length
    return (
      diagnostics.length > 0 &&
      places.every((place, index) => index === 0 || (places[index - 1] ?? 0) <= place) &&
      diagnostics.every(({ span }) => span.line >= 1 && span.line <= lines && span.column >= 1 && span.length >= 1)
    )
  })

  it.prop("never throws on text that is no YAML at all", { text: Schema.String }, ({ text }) => {
    decode("p.yaml", text)
    return true
  })

  const stage = "stages:\n  a: { uses: x/y }\n"
  const aliasBomb = Array.from({ length: 12 }, (_, level) => {
    const aliases = Array.from({ length: 10 }, () => `*l${level}`).join(", ")
    return `  l${level + 1}: &l${level + 1} [${aliases}]\n`
  }).join("")
  const aliasChain = Array.from({ length: 3000 }, (_, level) => `  l${level + 1}: &l${level + 1} [*l${level}]\n`).join(
    ""
  )

  it.each([
    ["aliases that grow exponentially", `name: p\nparams:\n  l0: &l0 [x]\n${aliasBomb}${stage}`, "aliases expand"],
    ["aliases that nest without end", `name: p\nparams:\n  l0: &l0 [x]\n${aliasChain}${stage}`, "aliases expand"],
    [
      "merge keys that grow exponentially",
      `name: p\nparams:\n  l0: &l0 { a: 1 }\n${aliasBomb.replaceAll("[", "{ <<: [").replaceAll("]", "] }")}${stage}`,
      "aliases expand"
    ],
    ["deep flow lists", `name: ${"[".repeat(100_000)}\n`, "more than 64 levels"],
    ["deep flow maps", `name: ${"{a: ".repeat(10_000)}\n`, "more than 64 levels"],
    ["deep block lists", `name:\n  ${"- ".repeat(10_000)}\n`, "more than 64 levels"],
    ["deep explicit keys", "? ".repeat(10_000), "more than 64 levels"],
    ["a file of 10 MB", `name: p\n# ${"x".repeat(10_000_000)}\n`, "the file is larger than 2 MB"],
    ["a scalar of 1.9 MB", `name: "${"x".repeat(1_900_000)}"\n${stage}`, "name: a name is"],
    [
      "an expression of 1.9 MB",
      `params: { a: "\${{ '${"x".repeat(1_900_000)}' }}" }\nname: p\n${stage}`,
      "more than 10000 characters"
    ]
  ])("survives %s", (_, text, message) => {
    assert.isTrue(
      messages(text).some((found) => found.includes(message)),
      messages(text).slice(0, 3).join("\n").slice(0, 500)
    )
  })

  it("allows brackets in text and comments, however many", () => {
    const text = `name: p\ndescription: |\n${"  [0, 1)\n".repeat(500)}${stage}`
    assert.deepStrictEqual(messages(text), [])
  })

  it("stops complaining after two hundred, and says how many more there are", () => {
    const wrong = Array.from({ length: 300 }, (_, index) => `  s${index}: { uses: x/y, wiht: 1 }\n`).join("")
    const found = messages(`name: p\nstages:\n${wrong}`)
    assert.strictEqual(found.length, 201)
    assert.strictEqual(found.at(-1), "100 more complaints from here on")
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"
import type { PipelineDocument } from "../../../core/document/PipelineDocument.ts"
import { renderDiagnostics } from "../../../core/document/render-diagnostics.ts"

const decoded = (text: string): PipelineDocument => Result.getOrThrow(decode("p.yaml", text))

/** `line:column message` of each complaint. */
const complaints = (text: string): ReadonlyArray<string> => {
  const result = decode("p.yaml", text)
  if (Result.isSuccess(result)) return []
  return result.failure.diagnostics.map(({ span, message }) => `${span.line}:${span.column} ${message}`)
}

const HEAD = "name: p\nstages:\n"
const STAGE = "name: p\nstages:\n  a:\n    uses: x/y\n"

describe("decode", () => {
  it("reads every part of a pipeline file", () => {
    const document = decoded(`
name: ntk-study
description: The kernel approaches its limit
paper: { title: "Neural Tangent Kernel", arxiv: "1806.07572" }
params:
  widths: [100, 500]
  inits: 10
profiles:
  small: { widths: [32, 64], inits: 2 }
sources:
  photos: { path: data/photos, kind: Directory }
stages:
  circle:
    uses: data/circle
    with: { points: 61 }
  empirical:
    uses: ntk/empirical
    matrix:
      width: \${{ params.widths }}
      init: \${{ range(params.inits) }}
    with: { depth: 4, width: "\${{ matrix.width }}" }
    inputs: { points: circle.points }
    retries: 1
    timeout: 10m
    resources: { cpu: 1, memory: 2GiB }
  curves:
    uses: ntk/compare
    inputs:
      empirical: empirical.*.kernel
      all: [circle.points, "empirical@width=0.5,init=3.kernel"]
outputs:
  figures/kernel.svg: curves.figure
expect:
  - metric: curves.growth@width=500
    value: 1.129
    tolerance: { absolute: 0.06 }
    origin: reference
    source: "Fig. 1"
    profiles: [default, small]
report:
  figures: [curves.figure]
schedule:
  - { cron: "30 3 * * 1", timeZone: Europe/Berlin, missed: latest, overlap: forbid }
`)
    const [circle, empirical, curves] = document.stages
    assert.strictEqual(circle?.uses.value, "data/circle")
    assert.strictEqual(empirical?.timeout?.value, 600_000)
    assert.strictEqual(empirical?.resources?.memory, 2 ** 31)
    assert.deepStrictEqual(
      curves?.inputs.map(({ references }) => references.map(({ _tag }) => _tag)),
      [["All"], ["One", "One"]]
    )
    const named = curves?.inputs[1]?.references[1]
    assert.strictEqual(named?._tag === "One" ? `${named.task}|${named.port}` : "", "empirical@width=0.5,init=3|kernel")
    assert.deepStrictEqual(document.expectations[0]?.tolerance, { _tag: "Absolute", value: 1.129, tolerance: 0.06 })
    assert.strictEqual(document.schedules[0]?.missed, "latest")
  })

  it("follows anchors and merge keys", () => {
    const document = decoded(
      "name: p\nstages:\n  a: &base\n    uses: x/y\n    retries: 2\n  b:\n    <<: *base\n    uses: x/z\n"
    )
    assert.deepStrictEqual(
      document.stages.map(({ uses, retries }) => [uses.value, retries?.value]),
      [
        ["x/y", 2],
        ["x/z", 2]
      ]
    )
  })

  it.each([
    ["nothing", "", "1:1 the pipeline must be a map"],
    ["a list", "- a\n", "1:1 the pipeline must be a map"],
    ["a missing name", "stages:\n  a: { uses: x/y }\n", "1:1 the pipeline has no name"],
    ["missing stages", "name: p\n", "1:1 the pipeline has no stages"],
    ["no stage", "name: p\nstages: {}\n", "2:1 stages: there is none"],
    ["a misspelt top key", `nmae: p\n${HEAD}  a: { uses: x/y }\n`, '1:1 the pipeline: unknown key "nmae"'],
    ["a misspelt stage key", `${STAGE}    retires: 3\n`, '5:5 stage "a": unknown key "retires"'],
    ["missing uses", `${HEAD}  a:\n    retries: 1\n`, '3:3 stage "a": "uses" is missing'],
    ["a stage that is no map", `${HEAD}  a: 3\n`, '3:6 stage "a" must be a map'],
    ["a bad stage name", `${HEAD}  "a b": { uses: x/y }\n`, '3:3 stage "a b": a name is letters'],
    ["a stage named sources", `${HEAD}  sources: { uses: x/y }\n`, '3:3 a stage cannot be named "sources"'],
    ["a key of a later version", `${STAGE}    when: true\n`, '5:5 stage "a": "when" is not supported'],
    ["a duplicate key", "name: p\nname: q\nstages: {}\n", '2:1 duplicate key "name"'],
    ["a duplicate stage", `${STAGE}  a:\n    uses: x/y\n`, '5:3 duplicate key "a"'],
    ["an open bracket", "name: [\n", "2:1 YAML: "],
    ["a tab", "name: p\nstages:\n\ta:\n\t\tuses: x/y\n", "3:1 a tab cannot indent YAML"],
    ["a tab after spaces", `${HEAD}  a:\n  \tuses: x/y\n`, "4:3 a tab cannot indent YAML"],
    ["an alias to nothing", "name: *p\nstages: {}\n", "1:7 alias *p leads to nothing"],
    ["an alias to itself", "name: p\nstages: &s\n  a: *s\n", "3:6 alias *s contains itself"],
    ["retries as text", `${STAGE}    retries: many\n`, '5:14 stage "a": retries must be a whole number'],
    ["half a retry", `${STAGE}    retries: 1.5\n`, '5:14 stage "a": retries must be a whole number'],
    ["no duration", `${STAGE}    timeout: soon\n`, '5:14 stage "a": "soon" is no duration'],
    ["no size", `${STAGE}    resources: { memory: 2 }\n`, '5:26 stage "a": "2" is no size'],
    ["a misspelt resource", `${STAGE}    resources: { cpus: 2 }\n`, '5:18 stage "a": resources: unknown key "cpus"'],
    ["a reference to no port", `${STAGE}    inputs: { x: a }\n`, '5:18 stage "a": input "x": "a" names no artifact'],
    ["a number as reference", `${STAGE}    inputs: { x: 3 }\n`, '5:18 stage "a": input "x" must name an artifact'],
    ["an empty list of references", `${STAGE}    inputs: { x: [] }\n`, '5:15 stage "a": input "x" is an empty list'],
    ["a reference to no stage", `${STAGE}    inputs: { x: bb.y }\n`, '5:18 stage "a": unknown stage "bb"'],
    ["a reference to no source", `${STAGE}    inputs: { x: sources.y }\n`, '5:18 stage "a": unknown source "y"'],
    ["an unclosed expression", `${STAGE}    with: { n: "\${{ 1" }\n`, "5:17 expression: ${{ has no closing }}"],
    ["a bad expression", `${STAGE}    with: { n: "\${{ 1 + }}" }\n`, "5:25 expression: it ends where a value"],
    ["a bad token", `${STAGE}    with:\n      n: \${{ 1 = 2 }}\n`, "6:16 expression: unexpected ="],
    [
      "braces in a flow map",
      `${STAGE}    with: { n: \${{ 1 }} }\n`,
      "5:16 an expression inside { } or [ ] needs quotes"
    ],
    ["a matrix that is no map", `${STAGE}    matrix: [1]\n`, '5:13 stage "a": matrix must be a map'],
    [
      "a matrix without dimension",
      `${STAGE}    matrix: { include: [] }\n`,
      '5:5 stage "a": the matrix has no dimension'
    ],
    [
      "an unknown profile parameter",
      `params: { a: 1 }\nprofiles: { s: { b: 2 } }\n${STAGE}`,
      '2:18 profile "s": unknown parameter "b"'
    ],
    ["a second default profile", `profiles: { default: {} }\n${STAGE}`, '1:13 profile "default" is what params: holds'],
    ["a source without kind", `sources: { s: { path: x } }\n${STAGE}`, '1:12 source "s": the kind is missing'],
    [
      "a source of unknown kind",
      `sources: { s: { path: x, kind: Tenser } }\n${STAGE}`,
      '1:32 source "s": unknown kind "Tenser"'
    ],
    ["a source outside", `sources: { s: { path: ../x, kind: Json } }\n${STAGE}`, '1:23 source "s": the path must stay'],
    ["an output outside", `${STAGE}outputs: { ../x.svg: a.f }\n`, '5:12 outputs: "../x.svg" must stay'],
    ["an output of no stage", `${STAGE}outputs: { x.svg: b.f }\n`, '5:19 outputs: unknown stage "b"'],
    ["a figure of no stage", `${STAGE}report: { figures: [b.f] }\n`, '5:21 report: unknown stage "b"'],
    [
      "an expectation without metric",
      `${STAGE}expect:\n  - { atMost: 1, origin: paper }\n`,
      "6:5 expect: the metric is missing"
    ],
    [
      "an expectation without value",
      `${STAGE}expect:\n  - { metric: a.m, origin: paper }\n`,
      '6:5 expect "a.m": give one of value'
    ],
    [
      "a value without tolerance",
      `${STAGE}expect:\n  - { metric: a.m, value: 1, origin: paper }\n`,
      '6:5 expect "a.m": the tolerance is missing'
    ],
    [
      "a bare tolerance",
      `${STAGE}expect:\n  - { metric: a.m, value: 1, tolerance: 0.1, origin: paper }\n`,
      '6:41 expect "a.m": tolerance must be a map'
    ],
    [
      "two tolerances",
      `${STAGE}expect:\n  - { metric: a.m, value: 1, tolerance: { absolute: 1, relative: 1 }, origin: paper }\n`,
      '6:30 expect "a.m": a tolerance is either'
    ],
    [
      "an unknown origin",
      `${STAGE}expect:\n  - { metric: a.m, atMost: 1, origin: us }\n`,
      '6:39 expect "a.m": unknown origin "us"'
    ],
    [
      "an expectation of no stage",
      `${STAGE}expect:\n  - { metric: b.m, atMost: 1, origin: paper }\n`,
      '6:15 expect: unknown stage "b"'
    ],
    [
      "an expectation in no profile",
      `${STAGE}expect:\n  - { metric: a.m, atMost: 1, origin: paper, profiles: [smal] }\n`,
      '6:57 expect "a.m": unknown profile "smal"'
    ],
    ["a bad cron line", `${STAGE}schedule: [{ cron: "every day" }]\n`, '5:20 schedule: "every day" is no cron line'],
    [
      "a bad time zone",
      `${STAGE}schedule: [{ cron: "0 3 * * *", timeZone: Mars }]\n`,
      '5:43 schedule: unknown time zone "Mars"'
    ]
  ])("points at %s", (_, text, start) => {
    const found = complaints(text)
    assert.isTrue(
      found.some((complaint) => complaint.startsWith(start)),
      `expected ${start}\nfound ${found.join("\n      ")}`
    )
  })

  it("says everything at once, in document order", () => {
    const found = complaints(`${HEAD}  a: { uses: x/y, retires: 1 }\n  b: { retries: -1 }\n`)
    assert.deepStrictEqual(
      found.map((complaint) => complaint.split(" ")[0]),
      ["3:19", "4:3", "4:17"]
    )
  })

  it("explains braces in a flow map", () => {
    const result = decode("p.yaml", `${STAGE}    with: { n: \${{ 1 }} }\n`)
    assert.isTrue(Result.isFailure(result) && /quotes/u.test(renderDiagnostics(result.failure, { color: false })))
  })

  it("never throws on a damaged file", () => {
    const text =
      'name: p\nparams: { a: [1, 2] }\nstages:\n  a: &x\n    uses: x/y\n    with: { n: "${{ params.a[0] }}" }\n'
    const noise = [
      "{",
      "}",
      "[",
      "]",
      ":",
      "\t",
      '"',
      "&x",
      "*x",
      "- ",
      "\n",
      "${{",
      "}}",
      "!!binary ",
      "? ",
      "|",
      "\u0000"
    ]
    // A linear congruential generator: the same damage in every run.
    let state = 1
    const below = (limit: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return state % limit
    }
    for (let round = 0; round < 3000; round++) {
      const at = below(text.length)
      const damaged = text.slice(0, at) + noise[below(noise.length)] + text.slice(at + below(4))
      assert.doesNotThrow(() => decode("p.yaml", damaged), `on ${JSON.stringify(damaged)}`)
    }
  })

  it.each([
    ["aliases that grow exponentially", aliasBomb()],
    ["deep nesting", `name: ${"[".repeat(5000)}\n`],
    ["a large file", `name: p\n# ${"x".repeat(17_000_000)}\n`]
  ])("survives %s", (_, text) => {
    assert.isTrue(Result.isFailure(decode("p.yaml", text)))
  })
})

function aliasBomb(): string {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const aliases = Array.from({ length: 10 }, () => `*l${level}`).join(", ")
    return `  l${level + 1}: &l${level + 1} [${aliases}]`
  })
  return `name: p\nparams:\n  l0: &l0 [x]\n${levels.join("\n")}\nstages:\n  a: { uses: x/y }\n`
}

describe("renderDiagnostics", () => {
  it("shows the line, the caret and the hint", () => {
    const result = decode("p.yaml", `${STAGE}    retires: 3\n`)
    if (Result.isSuccess(result)) return assert.fail("it decoded")
    assert.strictEqual(
      renderDiagnostics(result.failure, { color: false }),
      [
        'p.yaml:5:5  error  stage "a": unknown key "retires"',
        "    5 │     retires: 3",
        '      │     ^^^^^^^ did you mean "retries"?   (takes: uses, with, matrix, inputs, retries, timeout, resources, when, run, outputs, env, secrets, include)'
      ].join("\n")
    )
  })

  it("puts the caret under wide characters", () => {
    const result = decode("p.yaml", `name: p\nstages:\n  a: { uses: x/y, with: { "温度": "\${{ 1 = }}" } }\n`)
    if (Result.isSuccess(result)) return assert.fail("it decoded")
    const [, line = "", caret = ""] = renderDiagnostics(result.failure, { color: false }).split("\n")
    const before = line.slice(0, line.indexOf("= }}"))
    // Two columns for each of the two characters.
    assert.strictEqual(caret.indexOf("^"), before.length + 2)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"
import type { OpenFile } from "../../../core/document/Fragment.ts"
import { resolveParams } from "../../../core/document/resolve-params.ts"

type Files = { readonly [file: string]: string }

const openIn =
  (files: Files): OpenFile =>
  (path) => {
    const text = files[path]
    return text === undefined ? Result.fail("there is no such file") : Result.succeed(text)
  }

/** A pipeline in a folder, with what stands beside it. */
const read = (text: string, files: Files = {}) => decode("lab/p.yaml", `name: p\n${text}`, openIn(files))

const document = (text: string, files?: Files) => Result.getOrThrow(read(text, files))

const params = (text: string, files: Files, set: { readonly [key: string]: string } = {}, profile?: string) =>
  Result.getOrThrow(
    resolveParams(document(text, files), {
      profile,
      overrides: Object.entries(set).map(([key, value]) => ({ key, text: value })),
      files: []
    })
  ).params

const complaints = (text: string, files?: Files): ReadonlyArray<string> => {
  const result = read(text, files)
  if (Result.isSuccess(result)) return []
  return result.failure.diagnostics.map(
    ({ span, message, hint }) =>
      `${span.file}:${span.line}:${span.column} ${message}${hint === undefined ? "" : ` | ${hint}`}`
  )
}

const STAGE = "stages: { s: { uses: x/y } }\n"

describe("include", () => {
  it("lets references in a copy keep their short names, with the values that they give", () => {
    const found = document(`include: { file: m.yaml, as: small, params: { n: 3 } }\n${STAGE}`, {
      "lab/m.yaml": `params: { n: 1 }
stages:
  a: { uses: x/y, matrix: { n: [1, 3] } }
  b: { uses: x/y, inputs: { one: a@n=3.out, computed: "a@n=\${{ params.n }}.out" } }
`
    })
    const inputs = found.stages.find(({ id }) => id === "small-b")?.inputs ?? []
    assert.deepStrictEqual(
      inputs.flatMap(({ references }) =>
        references.map((one) =>
          one._tag === "One" ? [one.task, one.written?.span.column, one.written?.parts.length] : []
        )
      ),
      [
        ["small-a@n=3", 35, 1],
        ["small-a@n=${{ params.n }}", 57, 2]
      ]
    )
  })

  it("lets the entries of a file join those of the pipeline", () => {
    const found = document(`include: common.yaml\n${STAGE}outputs: { b.json: a.out }\n`, {
      "lab/common.yaml":
        "sources: { m: { path: m.csv, kind: Table } }\nstages: { a: { uses: x/y, inputs: { s: s.out, m: sources.m } } }\n"
    })
    assert.deepStrictEqual(
      found.stages.map(({ id, idSpan }) => [id, idSpan.file, idSpan.line]),
      [
        ["a", "lab/common.yaml", 2],
        ["s", "lab/p.yaml", 3]
      ]
    )
    assert.deepStrictEqual([...found.texts.keys()], ["lab/p.yaml", "lab/common.yaml"])
  })

  it("joins limits, of which the pipeline's own win", () => {
    const files = { "lab/common.yaml": "limits: { seats: 1, licence: 1 }\n" }
    const { limits } = document(`include: common.yaml\nlimits: { seats: 4 }\n${STAGE}`, files)
    assert.deepStrictEqual(
      limits.map(({ name, count }) => [name, count]),
      [
        ["seats", 4],
        ["licence", 1]
      ]
    )
  })

  it("lets the pipeline's own parameters win, at the place of those they replace", () => {
    const files = { "lab/common.yaml": 'params: { n: 1, steps: "${{ 2 * params.n }}" }\n' }
    assert.deepStrictEqual(
      params(`include: [common.yaml]\nparams: { n: 5, m: "\${{ params.steps }}" }\n${STAGE}`, files),
      {
        n: 5,
        steps: 10,
        m: 10
      }
    )
  })

  const MODEL = {
    "lab/models/model.yaml": `params: { width: 1, rate: "\${{ params.width / 10 }}" }
sources: { data: { path: data.csv, kind: Table } }
stages:
  train:
    uses: ./train.ts
    matrix: { seed: "\${{ range(params.width) }}" }
    with: { rate: "\${{ params.rate }}" }
    inputs: { points: points.out, data: sources.data }
  score: { uses: x/y, inputs: { model: train.*.model, one: train@seed=0.model } }
outputs: { scores/all.json: score.out }
expect: [{ metric: train@seed=0.loss, atMost: 1, origin: paper }]
report: { figures: [score.figure] }
`
  }

  const TWICE = `include:
  - { file: models/model.yaml, as: small, params: { width: "\${{ params.base }}" } }
  - { file: models/model.yaml, as: wide, params: { width: 30 } }
params: { base: 3 }
profiles: { tiny: { base: 2, wide-width: 4 } }
stages:
  points: { uses: x/y }
  both: { uses: x/y, inputs: { a: small-score.out, b: wide-train.*.model } }
`

  it("puts the name under which a file is included before each of its names", () => {
    const found = document(TWICE, MODEL)
    assert.deepStrictEqual(
      found.stages.map(({ id, uses }) => [id, uses.value]),
      [
        ["points", "x/y"],
        ["both", "x/y"],
        ["small-train", "./models/train.ts"],
        ["small-score", "x/y"],
        ["wide-train", "./models/train.ts"],
        ["wide-score", "x/y"]
      ]
    )
    const references = found.stages[2]?.inputs.flatMap((input) => input.references) ?? []
    assert.deepInclude(references[0], { stage: "points", port: "out" })
    assert.deepInclude(references[1], { source: "small-data" })
    const scored = found.stages[3]?.inputs.flatMap((input) => input.references) ?? []
    assert.deepInclude(scored[0], { _tag: "All", stage: "small-train" })
    assert.deepInclude(scored[1], { _tag: "One", stage: "small-train", task: "small-train@seed=0" })
    assert.deepStrictEqual(
      found.sources.map(({ name, path }) => [name, path.value]),
      [
        ["small-data", "models/data.csv"],
        ["wide-data", "models/data.csv"]
      ]
    )
    assert.deepStrictEqual(
      found.outputs.map(({ destination, reference }) => [destination.value, "stage" in reference && reference.stage]),
      [
        ["small/scores/all.json", "small-score"],
        ["wide/scores/all.json", "wide-score"]
      ]
    )
    assert.deepStrictEqual(
      found.expectations.map(({ metric }) => metric.value),
      ["small-train@seed=0.loss", "wide-train@seed=0.loss"]
    )
    assert.lengthOf(found.report.figures, 2)
  })

  it("gives what is included under a name parameters of its own", () => {
    const defaults = { base: 3, "small-width": 3, "small-rate": 0.3, "wide-width": 30, "wide-rate": 3 }
    assert.deepStrictEqual(params(TWICE, MODEL), defaults)
    assert.deepStrictEqual(params(TWICE, MODEL, { "small-width": "10" }), {
      ...defaults,
      "small-width": 10,
      "small-rate": 1
    })
    const tiny = params(TWICE, MODEL, {}, "tiny")
    assert.deepStrictEqual([tiny["small-rate"], tiny["wide-rate"]], [0.2, 0.4])
  })

  it("refuses a parameter that has the whole name of an included one: one of them would not count", () => {
    const files = {
      "lab/m.yaml": "params: { v: 1 }\n",
      "lab/o.yaml": "include: { file: m.yaml, as: in }\nparams: { in-v: 2 }\n",
      "lab/n.yaml": "params: { c-v: 3 }\n"
    }
    assert.deepStrictEqual(complaints(`include: { file: m.yaml, as: b }\nparams: { b-v: 9 }\n${STAGE}`, files), [
      'lab/p.yaml:3:11 parameter "b-v": what is included as "b" has a parameter of this name | give its value where that is included:   params: { v: … }'
    ])
    assert.deepStrictEqual(complaints(`include: { file: o.yaml, as: x }\n${STAGE}`, files), [
      'lab/o.yaml:2:11 parameter "x-in-v": what is included as "x-in" has a parameter of this name | give its value where that is included:   params: { v: … }'
    ])
    const siblings = "include: [{ file: n.yaml, as: b }, { file: m.yaml, as: b-c }]\n"
    assert.deepStrictEqual(complaints(`${siblings}${STAGE}`, files), [
      'lab/n.yaml:1:11 parameter "b-c-v": what is included as "b-c" has a parameter of this name'
    ])
  })

  it("lets files include others, from where they stand, and merges a file that comes twice once", () => {
    const files = {
      "lab/a/one.yaml": "include: [../common.yaml, { file: deep/two.yaml, as: in }]\n",
      "lab/a/deep/two.yaml": `params: { k: 1 }\nstages: { t: { uses: ./t.ts, with: { k: "\${{ params.k }}" }, inputs: { x: c.out } } }\n`,
      "lab/common.yaml": "stages: { c: { uses: ./c.ts } }\n"
    }
    const found = document("include: [common.yaml, { file: a/one.yaml, as: one }, a/../common.yaml]\n", files)
    assert.deepStrictEqual(
      found.stages.map(({ id, uses }) => [id, uses.value]),
      [
        ["c", "./c.ts"],
        ["one-c", "./c.ts"],
        ["one-in-t", "./a/deep/t.ts"]
      ]
    )
    assert.deepInclude(found.stages[2]?.inputs[0]?.references[0], { stage: "one-c" })
    assert.deepStrictEqual([...(found.stages[2]?.view ?? [])], [["k", "one-in-k"]])
  })

  it("says all that is wrong, file after file", () => {
    const files = {
      "lab/a.yaml": `name: a\nstages:\n  t: { uses: x/y, with: { n: "\${{ params.zz }}" }, inputs: { x: q.out } }\n  s: { uses: x/y }\n`
    }
    assert.deepStrictEqual(complaints(`include: [a.yaml]\n${STAGE}outputs: { a.svg: qq.z }\n`, files), [
      'lab/p.yaml:3:11 stage "s" stands in lab/a.yaml:4 too',
      'lab/p.yaml:4:19 outputs: a.svg: unknown stage "qq" | (stages: t, s)',
      'lab/a.yaml:1:1 an included file: unknown key "name" | (takes: include, env, params, paramsFrom, sources, limits, stages, outputs, expect, report)',
      'lab/a.yaml:3:42 stage "t": params has no "zz" | (params: none)',
      'lab/a.yaml:3:65 stage "t": input "x": unknown stage "q" | (stages: t, s)'
    ])
  })

  it("says once what is wrong with a file that is included twice", () => {
    const files = { "lab/a.yaml": "stages: { t: { uses: x/y, retires: 1 } }\n" }
    assert.deepStrictEqual(
      complaints("include: [{ file: a.yaml, as: x }, { file: a.yaml, as: y }]\n", files).map(
        (line) => line.split(" | ")[0]
      ),
      ['lab/a.yaml:1:27 stage "x-t": unknown key "retires"', 'lab/a.yaml:1:27 stage "y-t": unknown key "retires"']
    )
  })

  it("keeps quiet about names that a file that cannot be read may have", () => {
    assert.deepStrictEqual(
      complaints(
        `include: [gone.yaml]\nstages: { s: { uses: x/y, with: { n: "\${{ params.n }}" }, inputs: { x: t.out } } }\n`
      ),
      ["lab/p.yaml:2:11 include: gone.yaml: there is no such file"]
    )
    const files = { "lab/a.yaml": "stages: { t: [ }\n" }
    assert.deepStrictEqual(
      complaints(`include: [a.yaml]\nstages: { s: { uses: x/y, inputs: { x: t.out } } }\n`, files),
      ["lab/a.yaml:1:14 this bracket is never closed | add ]"]
    )
  })

  it("names the whole circle of files that include each other", () => {
    const files = {
      "lab/a.yaml": "include: sub/b.yaml\n",
      "lab/sub/b.yaml": "include: [{ file: ../a.yaml, as: again }]\n"
    }
    assert.deepStrictEqual(complaints(`include: [a.yaml]\n${STAGE}`, files), [
      "lab/sub/b.yaml:1:19 files include each other in a circle: a.yaml → sub/b.yaml → a.yaml"
    ])
    assert.deepStrictEqual(complaints(`include: [p.yaml]\n${STAGE}`, { "lab/p.yaml": "" }), [
      "lab/p.yaml:2:11 files include each other in a circle: p.yaml → p.yaml"
    ])
  })

  it.each(["../p.yaml", "/etc/passwd", "a/../../x.yaml", "~/x.yaml", "C:\\x.yaml", "a\\x.yaml"])(
    "does not follow %s",
    (path) => {
      assert.deepStrictEqual(complaints(`include: ['${path}']\n${STAGE}`, { [path]: "" }), [
        `lab/p.yaml:2:11 include: ${path} leads out of the folder of the pipeline file`
      ])
    }
  )

  it("ends with files that include others again and again", () => {
    const twice = (file: string) => `include: [{ file: ${file}, as: x }, { file: ${file}, as: y }]\n`
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`lab/f${k}.yaml`, twice(`f${k + 1}.yaml`)]))
    const found = complaints(`${twice("f0.yaml")}${STAGE}`, { ...files, "lab/f30.yaml": "params: { n: 1 }\n" })
    assert.isTrue(found.some((line) => line.includes("more than 256 files are included")))
    const large = { "lab/l.yaml": `# ${"x".repeat(800_000)}\n` }
    assert.deepStrictEqual(
      complaints(
        `include: [{ file: l.yaml, as: a }, { file: l.yaml, as: b }, { file: l.yaml, as: c }]\n${STAGE}`,
        large
      ),
      ["lab/p.yaml:2:69 include: l.yaml: all files together are larger than 2 MB"]
    )
  })

  it.each([
    ["include: 3 files\ninclude: x", '3:1 duplicate key "include"'],
    ["include:", "2:1 include names no file"],
    ["include: [{ as: x }]", "2:11 include: the file is missing"],
    ["include: [{ file: a.yaml, as: a b }]", "2:31 include: as: a name is up to 64"],
    ["include: [{ file: a.yaml, params: {} }]", "2:27 include: params are given to what is included under a name"],
    ["include: [{ file: a.yaml, as: x, params: { m: 1 } }]", '2:44 include: unknown parameter "m"'],
    ["include: [{ file: a.yaml, as: x }, { file: a.yaml, as: x }]", '2:56 include: two files are included as "x"'],
    ["include: [[a.yaml]]", "2:11 include must be text, not a list"],
    ["include: [a.yaml]\nparams: { n: 1 }\nprofiles: { q: { m: 1 } }", '4:18 profile "q": unknown parameter "m"']
  ])("refuses %s", (text, expected) => {
    const found = complaints(`${text}\n${STAGE}`, { "lab/a.yaml": "params: { n: 1 }\n", "lab/3 files": "" })
    assert.isTrue(
      found.some((line) => line.startsWith(`lab/p.yaml:${expected}`)),
      found.join("\n")
    )
  })
})

describe("paramsFrom", () => {
  it("takes parameters from files, later ones first in rank, and the file's own before all", () => {
    const files = {
      "lab/a.yaml": "x: 1\ny: ${{ params.x + 1 }}\nz: { deep: [1] }\n",
      "lab/b.json": '{ "x": 5, "w": null }'
    }
    assert.deepStrictEqual(params(`paramsFrom: [a.yaml, b.json]\nparams: { z: 9 }\n${STAGE}`, files), {
      x: 5,
      y: 6,
      z: 9,
      w: null
    })
    assert.deepStrictEqual(params(`paramsFrom: a.yaml\n${STAGE}`, files, { "z.deep.0": "7" })["z"], { deep: [7] })
  })

  it.each([
    ["paramsFrom: gone.yaml", "lab/p.yaml:2:13 paramsFrom: gone.yaml: there is no such file"],
    ["paramsFrom: ../a.yaml", "lab/p.yaml:2:13 paramsFrom: ../a.yaml leads out of the folder"],
    ["paramsFrom: list.yaml", "lab/list.yaml:1:1 a file of parameters must be a map, not a list"],
    ["paramsFrom: names.yaml", 'lab/names.yaml:1:1 parameter "a b": a name is up to 64'],
    ["paramsFrom: names.yaml", 'lab/names.yaml:2:16 params: c: params has no "q"']
  ])("complains of %s where it is wrong", (text, expected) => {
    const found = complaints(`${text}\n${STAGE}`, {
      "lab/list.yaml": "[1]\n",
      "lab/names.yaml": 'a b: 1\nc: "${{ params.q }}"\n'
    })
    assert.isTrue(
      found.some((line) => line.startsWith(expected)),
      found.join("\n")
    )
  })

  it("refuses a secret that another file keeps among its variables", () => {
    const stage = "stages: { a: { uses: command, run: [ls], secrets: [TOKEN] } }\n"
    assert.deepStrictEqual(complaints(`include: common.yaml\nenv: [TOKEN]\n${STAGE}`, { "lab/common.yaml": stage }), [
      'lab/common.yaml:1:52 stage "a": secrets: TOKEN is in env of the pipeline too: values there are part of keys, plans and reports | list it under secrets: wherever a stage needs it'
    ])
  })
})

/** Every pipeline file of the repository, with the files that stand beside it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { TINY } from "../e2e/project.ts"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

export interface Sample {
  /** Where it is from, for messages. */
  readonly name: string
  readonly text: string
  /** The folder for the file, in which those lie that it names. */
  readonly folder: string
}

/** Samples as fenced in a page of the documents. */
const FENCED = /```(?:yaml|ts|python)\n(?<text>[\s\S]*?)```/gu

/** The file that a sample is, by its first line. */
const TITLE = /^(?:#|\/\/) (?<file>\S+\.(?:yaml|ts|py))\n/u

/** What no sample of the documents has together. */
const RICH = `# Everything at once.
name: rich
description: "All keys"
paper: { title: T, arxiv: "1806.07572" }
env: { SEED: "1" }
params: { n: 4, rates: &rates [0.1, 0.01], net: { depth: 2, width: 3 }, seed: "\${{ int(env.SEED) }}" }
profiles: { small: { n: 2 }, other: { net: { depth: 1, width: 1 } } }
sources: { measured: { path: measured.csv, kind: Table } }
limits: { licence: 2 }
stages:
  numbers:
    uses: ./stages/numbers.ts
    matrix:
      depth: [1, 2]
      seed: "\${{ range(matrix.depth) }}"
      zip: { rate: *rates, n: [3, 4] }
      model: [{ name: a, width: 1 }, { name: b, width: 2 }]
      exclude: [{ depth: 2, rate: 0.1 }]
      include: [{ depth: 9, seed: 0, rate: 1, n: 1, model: { name: c, width: 3 } }]
    when: \${{ matrix.n > 2 || params.n == 4 }}
    with: { n: "\${{ matrix.n * 2 }}", seed: "\${{ matrix.seed }}" }
    retries: { max: 3, delay: 1s, factor: 2, longest: 1m }
    timeout: 10m
    resources: { cpu: 2, memory: { first: 1GiB, factor: 2 }, gpu: 0, tokens: { licence: 1 } }
  list: { uses: command, run: [python3, make.py, "\${{ outputs.list }}"], outputs: { list: { path: list.json, kind: Json } } }
  each:
    uses: command
    matrix: { part: { from: list.list } }
    run: "cat \${{ inputs.data }} > \${{ outputs.copy }}"
    shell: true
    inputs: { data: sources.measured, all: numbers.*.numbers }
    outputs: { copy: { path: "out-\${{ matrix.part }}.csv", kind: Table } }
    files: [make.py]
    env: [LANG]
    secrets: [TOKEN]
  total: { uses: ./stages/total.ts, inputs: { numbers: [numbers.*.numbers] } }
outputs: { figures/sums.svg: total.figure, total.json: total.total }
expect:
  - { metric: total.all, value: 48, tolerance: { absolute: 0.5 }, origin: reference, profiles: [small] }
  - { metric: total.all, atLeast: 0, origin: paper, source: "Fig. 1", note: none }
report: { figures: [total.figure] }
schedule:
  - { name: weekly, cron: "30 3 * * 1", timeZone: Europe/Berlin, missed: all, maxCatchUp: 2, overlap: forbid }
  - cron: "0 0 3 L * FRI#2"
    startingDeadline: 12h
    jitter: 5m
    profile: small
    params: { n: 3 }
    recompute: 2
    hooks:
      - { on: [failure, drift], run: [mail, -s, drift], env: [LANG], secrets: [TOKEN], timeout: 10s }
      - { on: recovery, webhookFrom: URL, tokenFrom: TOKEN }
`

/** Lays the files out below a folder. */
export const layOut = (folder: string): ReadonlyArray<Sample> => {
  const samples: Array<Sample> = []
  const add = (name: string, texts: ReadonlyArray<string>, files: { readonly [file: string]: string }): void => {
    const place = join(folder, name.replace(/\W/gu, "-"))
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(place, file)), { recursive: true })
      writeFileSync(join(place, file), text)
    }
    for (const text of texts) samples.push({ name, text, folder: place })
  }
  for (const file of readdirSync(join(ROOT, "pipelines")).filter((name) => name.endsWith(".yaml"))) {
    add(file, [readFileSync(join(ROOT, "pipelines", file), "utf8")], { "README.md": "" })
  }
  for (const page of ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => join("docs", name))]) {
    if (!page.endsWith(".md")) continue
    const texts = [...readFileSync(join(ROOT, page), "utf8").matchAll(FENCED)].map(
      ({ groups }) => groups?.["text"] ?? ""
    )
    const files = texts.flatMap((text) => {
      const file = TITLE.exec(text)?.groups?.["file"]
      return file === undefined ? [] : [[file, text] as const]
    })
    add(
      page,
      texts.filter((text) => /^(?:stages|include):/mu.test(text)),
      { "README.md": "", ...Object.fromEntries(files) }
    )
  }
  const { "tiny.yaml": tiny, ...modules } = TINY
  add("the test study", [tiny, RICH], { ...modules, "measured.csv": "x,y\n1,2\n", "make.py": "print()\n" })
  return samples
}

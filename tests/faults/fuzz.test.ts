/**
 * Pipeline files that nobody would write: each is refused at a place, or planned, and soon.
 *
 * `FUZZ_SEED` decides which files there are, `FUZZ_COUNT` how many.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it, vi } from "vitest"
import type { Diagnostic, PipelineInvalid } from "../../core/document/Diagnostic.ts"
import { renderDiagnostics } from "../../core/document/render-diagnostics.ts"
import { COMMAND } from "../e2e/project.ts"
import { problemsWith } from "./check-text.ts"
import { layOut, type Sample } from "./corpus.ts"
import { switchedOff } from "./hooks.ts"
import { mutateText, splice } from "./mutate-text.ts"
import { mutateTree } from "./mutate-tree.ts"
import { Random } from "./Random.ts"
import { shrink } from "./shrink.ts"

vi.mock("../../core/fault/hooks.ts", () => import("./hooks.ts"))

const CLOCK = Date.now() % 2 ** 31

/** Another one each time, but where a failure has to be the change's own. */
const SEED = Number(process.env["FUZZ_SEED"] ?? (process.env["CI"] === undefined ? CLOCK : 1))
const COUNT = Number(process.env["FUZZ_COUNT"] ?? 10_000)

/** Of them, those that are given to the command itself: all to one process, and some to one each. */
const THROUGH_COMMAND = 30
const ALONE = 5

/** A line of the stack of an error. */
const STACK = /^\s+at \S.*:\d+:\d+\)?$/mu

/** What `validate --json` says of a file. */
interface Answer {
  readonly file: string
  readonly valid: boolean
  readonly problems: ReadonlyArray<Diagnostic>
}

const validated = (words: ReadonlyArray<string>) =>
  spawnSync(process.execPath, [COMMAND, "validate", ...words], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" }
  })

/** Milliseconds of the processor that a file may take. */
const LIMIT = 2000

const FOLDER = mkdtempSync(join(tmpdir(), "athanor-fuzz-"))
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

const SAMPLES = layOut(FOLDER)

/** What is wrong with what comes of a text; `undefined` where it is planned, or refused as it should be. */
const faultOf = async (sample: Sample, text: string): Promise<string | undefined> => {
  const before = process.cpuUsage()
  const problems = await problemsWith(join(sample.folder, "fuzzed.yaml"), text).catch((cause: unknown) => cause)
  const { user, system } = process.cpuUsage(before)
  const millis = (user + system) / 1000
  if (!Array.isArray(problems)) return `it throws ${problems instanceof Error ? problems.stack : String(problems)}`
  if (millis > LIMIT) return `it takes ${Math.round(millis)} ms`
  return problems.map(wrongWith).find((wrong) => wrong !== undefined)
}

const wrongWith = (problem: PipelineInvalid): string | undefined => {
  if (problem.diagnostics.length === 0) return "it is refused without a complaint"
  const rendered = renderDiagnostics(problem, { color: false })
  if (/[^\P{Cc}\n]|[\u202a-\u202e]/u.test(rendered)) return `this reaches the terminal: ${JSON.stringify(rendered)}`
  for (const { message, span } of problem.diagnostics) {
    if (message.includes("call stack")) return `a crash is told as a complaint: ${message}`
    const lines = problem.texts.get(span.file)?.split("\n")
    const line = lines?.[span.line - 1]
    const isInside = line !== undefined && span.column >= 1 && span.column <= line.length + 1 && span.length >= 1
    if (!isInside) return `${span.file}:${span.line}:${span.column} is no place: ${message}`
  }
  return undefined
}

/** The file of a number: a sample with a few changes. */
const caseOf = (index: number): { readonly sample: Sample; readonly text: string } => {
  const random = new Random(SEED * 1_000_003 + index)
  const sample = random.of(SAMPLES)
  let { text } = sample
  if (random.next() < 0.05) text = splice(text, random.of(SAMPLES).text, random)
  for (let changes = 1 + random.below(random.next() < 0.8 ? 3 : 12); changes > 0; changes--) {
    text = random.next() < 0.5 ? mutateText(text, random) : mutateTree(text, random)
  }
  return { sample, text }
}

/** The first file with a fault, made as small as it will. */
const firstFault = async (count: number): Promise<string | undefined> => {
  for (let index = 0; index < count; index++) {
    const { sample, text } = caseOf(index)
    const fault = await faultOf(sample, text)
    if (fault === undefined) continue
    const kind = fault.slice(0, 12)
    const small = await shrink(text, async (fewer) => (await faultOf(sample, fewer))?.startsWith(kind) === true)
    return `FUZZ_SEED=${SEED}, file ${index}, from ${sample.name}: ${fault}\n${JSON.stringify(small)}\n${small.slice(0, 4000)}`
  }
  return undefined
}

/** Lists and maps, each in the one before, by thousands. */
const DEPTH = `report: ${"[[{a: ".repeat(3000)}\n`

/** Lists in lists, 60 levels each, each around an alias of the one before: as deep as takes the stack of who follows them. */
const LADDER = `params:\n${Array.from({ length: 300 }, (_, at) => {
  return `  l${at}: &l${at} ${"[".repeat(60)}${at === 0 ? "x" : `*l${at - 1}`}${"]".repeat(60)}\n`
}).join("")}`

/** Of files of which many hold what one protection is against, the first with a fault; always the same files. */
const firstHarmed = async (harm: string): Promise<string | undefined> => {
  for (let index = 0; index < 300; index++) {
    const random = new Random(index)
    const sample = random.of(SAMPLES)
    const text = mutateText(random.next() < 0.1 ? `${sample.text}\n${harm}` : sample.text, random)
    const fault = await faultOf(sample, text)
    if (fault !== undefined) return fault
  }
  return undefined
}

describe("pipeline files that nobody would write", () => {
  it(`are refused at a place, or planned: ${COUNT} with FUZZ_SEED=${SEED}`, { timeout: 3_600_000 }, async () => {
    for (const sample of SAMPLES) assert.isUndefined(await faultOf(sample, sample.text), sample.name)
    const fault = await firstFault(COUNT)
    if (fault !== undefined) assert.fail(fault)
  })

  it("end the command with a place and status 2, or with 0", { timeout: 300_000 }, () => {
    const files = Array.from({ length: THROUGH_COMMAND }, (_, index) => {
      const { sample, text } = caseOf(index)
      const file = join(sample.folder, `fuzzed-${index}.yaml`)
      writeFileSync(file, text)
      return file
    })
    for (const file of files.slice(0, ALONE)) {
      const { status, stderr, stdout } = validated([file])
      const label = `FUZZ_SEED=${SEED}, ${file}: ${status} ${stderr}`
      assert.include([0, 2], status, label)
      assert.notMatch(stderr, STACK, label)
      if (status === 2) assert.match(stderr, /^[\w./-]+:\d+:\d+ {2}error {2}\S/mu, label)
      else assert.include(stdout, `${file}: valid`)
    }
    const { status, stderr, stdout } = validated(["--json", ...files])
    const label = `FUZZ_SEED=${SEED}: ${status} ${stderr}`
    assert.include([0, 2], status, label)
    assert.notMatch(stderr, STACK, label)
    const answers: ReadonlyArray<Answer> = JSON.parse(stdout)
    assert.deepStrictEqual(
      answers.map(({ file }) => file),
      files
    )
    for (const { file, valid, problems } of answers) {
      const isPlaced = problems.some(({ message, span }) => message !== "" && span.line >= 1 && span.column >= 1)
      assert.strictEqual(isPlaced, !valid, file)
    }
    assert.strictEqual(status, answers.every(({ valid }) => valid) ? 0 : 2)
  })

  it.each([
    ["cap-depth", DEPTH, /^a crash is told as a complaint/u],
    ["count-aliases", LADDER, /^it throws RangeError/u]
  ] as const)("would be noticed where nothing does this: %s", { timeout: 240_000 }, async (without, harm, fault) => {
    assert.isUndefined(await firstHarmed(harm))
    switchedOff.add(without)
    try {
      assert.match((await firstHarmed(harm)) ?? "nothing", fault)
    } finally {
      switchedOff.delete(without)
    }
  })

  it("would be noticed where nothing bounds a matrix", async () => {
    switchedOff.add("bound-matrix")
    try {
      const matrix = 'matrix: { a: "${{ range(1000) }}", b: "${{ range(600) }}" }'
      const text = `name: p\nstages: { s: { uses: command, run: [ls], ${matrix} } }\n`
      const [sample] = SAMPLES
      assert.match(sample === undefined ? "" : ((await faultOf(sample, text)) ?? "nothing"), /it takes \d+ ms/u)
    } finally {
      switchedOff.delete("bound-matrix")
    }
  })
})

/** The folder of a run: its journal, its plan, the pipeline as it was. */
import { randomInt } from "node:crypto"
import { mkdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { foldersIn } from "../store/list-folder.ts"

export interface RunFolder {
  /** `2026-11-24T10-30-12.345-brave-euler`: sorts by time, and can be said aloud. Ids of before had no milliseconds. */
  readonly id: string
  readonly path: string
}

/** Files in the folder of a run. */
export const FILES = {
  journal: "journal.jsonl",
  /** The journal of the run whose results an `AllHit` found. */
  before: "before.jsonl",
  /** What the journal does not tell of spans; only where there is something. */
  spans: "spans.jsonl",
  plan: "plan.json",
  pipeline: "pipeline.yaml",
  /** Texts of the files that the pipeline file includes, by their names; only where there are some. */
  included: "included.json",
  /** The artifacts of its sources, by name: where their content lies in the store. Only where there are some. */
  sources: "sources.json"
} as const

/** Makes the folder of a new run; `now` is in milliseconds since 1970. Throws what the disk throws. */
export const claim = (runs: string, now: number): RunFolder => {
  mkdirSync(runs, { recursive: true })
  for (let attempt = 0; attempt < 20; attempt++) {
    const id = `${new Date(now).toISOString().slice(0, 23).replaceAll(":", "-")}-${newName()}`
    const path = join(runs, id)
    // Making the folder claims the id: of two runs that chose one name, one tries again.
    if (isMade(path)) return { id, path }
  }
  throw new Error("no free name for the run")
}

const isMade = (path: string): boolean => {
  try {
    mkdirSync(path)
    return true
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false
    throw cause
  }
}

/** The folders of all runs, the latest first. Throws what the disk throws. */
export const listRuns = (runs: string): ReadonlyArray<RunFolder> =>
  foldersIn(runs)
    .map((id): RunFolder => ({ id, path: join(runs, id) }))
    .sort((a, b) => (a.id < b.id ? 1 : -1))

/** Whether a run has written anything in its journal. */
export const hasBegun = ({ path }: RunFolder): boolean =>
  (statSync(join(path, FILES.journal), { throwIfNoEntry: false })?.size ?? 0) > 0

/** The part of a run's id that can be said aloud: `brave-euler`. */
export const nameOf = (id: string): string => id.replace(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d{3})?-/u, "")

/** When a run was begun, in milliseconds since 1970, as its id tells; not a number where it does not. */
export const timeOf = (id: string): number => {
  const { day, hour, minute, rest } =
    /^(?<day>\d{4}-\d\d-\d\d)T(?<hour>\d\d)-(?<minute>\d\d)-(?<rest>\d\d(?:\.\d{3})?)-/u.exec(id)?.groups ?? {}
  return Date.parse(`${day}T${hour}:${minute}:${rest}Z`)
}

const ADJECTIVES =
  "able agile amber brave bright calm clear clever coral daring deft eager early fair fine fleet fresh gentle glad golden grand happy hardy keen kind light lively lucid merry mild noble open patient proud quick quiet rapid ready rich rosy royal sharp silver smart snowy solid steady still strong sunny swift tidy true vivid warm wise witty young".split(
    " "
  )

const SCHOLARS =
  "abel agnesi banach bell bernoulli bohr bose boyle cantor cauchy curie dirac euler faraday fermat fermi fourier franklin galileo galois gauss germain gibbs goedel hamilton hilbert hopper hubble huygens jacobi joule kepler khayyam kovalevskaya lagrange laplace leavitt leibniz lie lovelace maxwell meitner mendel newton noether pascal pauli perelman planck poincare ramanujan riemann sagan somerville tesla turing volta weyl wigner wu yukawa".split(
    " "
  )

const pick = (words: ReadonlyArray<string>): string => words[randomInt(words.length)] ?? ""

const newName = (): string => `${pick(ADJECTIVES)}-${pick(SCHOLARS)}`

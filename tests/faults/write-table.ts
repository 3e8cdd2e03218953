/**
 * `node tests/faults/write-table.ts [--from results.json] [--check]`
 *
 * Runs the rows of the fault table, or reads what Vitest's JSON reporter has written of a run, and puts what came of it into
 * docs/reliability.md. With `--check` nothing is written: it fails where the page has other rows or other results. What could
 * not be tried in this run is taken from the page then.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const PAGE = join(ROOT, "docs/reliability.md")
const [BEGIN, END] = ["<!-- table -->", "<!-- end of table -->"]

interface Result {
  readonly status: string
  readonly meta?: {
    readonly fault?: {
      readonly fault: string
      readonly expected: string
      readonly without?: string
      readonly skipped?: string
    }
  }
}

interface Results {
  readonly testResults: ReadonlyArray<{ readonly assertionResults: ReadonlyArray<Result> }>
}

/** A row as it came out. */
interface Outcome {
  readonly expected: string
  survived: string
  isSkipped: boolean
  /** Protections without which its test was seen to fail. */
  readonly noticed: Array<string>
}

const { values } = parseArgs({ options: { from: { type: "string" }, check: { type: "boolean", default: false } } })

const runRows = (): Results => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-table-"))
  const file = join(folder, "results.json")
  spawnSync(
    "npx",
    ["vitest", "run", "tests/faults", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
    {
      cwd: ROOT,
      stdio: "inherit"
    }
  )
  const results: Results = JSON.parse(readFileSync(file, "utf8"))
  rmSync(folder, { recursive: true, force: true })
  return results
}

const outcomesOf = ({ testResults }: Results): ReadonlyMap<string, Outcome> => {
  const outcomes = new Map<string, Outcome>()
  for (const { status, meta } of testResults.flatMap(({ assertionResults }) => assertionResults)) {
    if (meta?.fault === undefined) continue
    const { expected, fault, skipped, without } = meta.fault
    const outcome = outcomes.get(fault) ?? { expected, survived: "", isSkipped: skipped !== undefined, noticed: [] }
    outcomes.set(fault, outcome)
    if (without === undefined) outcome.survived = skipped ?? (status === "passed" ? "yes" : "**no**")
    else if (status === "passed") outcome.noticed.push(`\`${without}\``)
    else if (skipped === undefined) outcome.noticed.push(`**not** \`${without}\``)
  }
  return outcomes
}

/** The table of a run; lines of which this run cannot tell come from `earlier`. */
const tableOf = (outcomes: ReadonlyMap<string, Outcome>, earlier: ReadonlyArray<string>): string => {
  const rows = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1))
  const lines = rows.map(([fault, { expected, isSkipped, noticed, survived }]) => {
    const begin = `| ${fault} | ${expected} |`
    const told = isSkipped ? earlier.find((line) => line.startsWith(begin)) : undefined
    return told ?? `${begin} ${survived} | ${noticed.join(", ")} |`
  })
  return ["| fault | what comes of it | holds | red without |", "| --- | --- | --- | --- |", ...lines].join("\n")
}

const page = readFileSync(PAGE, "utf8")
const [before = "", after = ""] = [page.slice(0, page.indexOf(BEGIN)), page.slice(page.indexOf(END))]
const results: Results = values.from === undefined ? runRows() : JSON.parse(readFileSync(values.from, "utf8"))
const table = tableOf(outcomesOf(results), values.check ? page.split("\n") : [])
const renewed = `${before}${BEGIN}\n\n${table}\n\n${after}`
if (!values.check) writeFileSync(PAGE, renewed)
else if (renewed !== page) {
  console.error(
    `docs/reliability.md has another table than this run gives:\n${table}\nnode tests/faults/write-table.ts renews it`
  )
  process.exitCode = 1
}

/** What a run leaves for people: the page, the pictures, the files that `outputs:` asks for. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import type { Plan } from "../plan/Plan.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { isPicture } from "../report/collect-figures.ts"
import { collectReport } from "../report/collect-report.ts"
import { renderTerminal } from "../report/terminal-report.ts"
import { REPORT_FILE, writeReport } from "../report/write-report.ts"
import { ActionStore } from "../store/ActionStore.ts"
import * as Digest from "../store/Digest.ts"
import { writeDurably } from "../store/durable.ts"
import { placeArtifact } from "./place-artifact.ts"
import { reportsFolder } from "./Settings.ts"

/** Remembers what the files in a reports folder were made from. */
const STAMP = ".report.json"

/** Writes the report of a run that has just ended; when its page shows the same results already, it stays. */
export const writeRunReport = Effect.fn("writeRunReport")(function* (
  run: PastRun,
  options: { readonly color: boolean }
) {
  const { plan, state } = run
  const folder = reportsFolder(plan.name)
  const stamp = stampOf(run)
  const stampFile = join(folder, STAMP)
  const previous = readStamp(stampFile)
  if (previous?.digest === stamp && state.counts.ran === 0 && allThere(plan, folder)) {
    const { met, expected } = previous
    return {
      html: join(folder, REPORT_FILE),
      text: expected === 0 ? "" : cardLine(met, expected),
      isMet: met === expected
    }
  }
  const model = yield* collectReport(run)
  const { html } = yield* writeReport(model, folder)
  yield* copyOutputs(run, folder)
  const met = model.expectations.filter(({ verdict }) => verdict === "met").length
  const expected = model.expectations.length
  yield* writeDurably(stampFile, JSON.stringify({ digest: stamp, met, expected } satisfies Stamp))
  return {
    html,
    text: renderTerminal(model, { color: options.color }),
    isMet: met === expected
  }
})

/** What the page in a reports folder shows. */
interface Stamp {
  readonly digest: string
  readonly met: number
  readonly expected: number
}

const readStamp = (file: string): Stamp | undefined => {
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined
  } catch {
    // Unreadable is unknown: the page is written again.
    return undefined
  }
}

const cardLine = (met: number, expected: number): string => `${met} of ${expected} expectations met`

/** A digest of everything that the page shows but times. */
const stampOf = ({ plan, state }: PastRun): string =>
  Digest.ofValue("athanor/report/1", {
    keys: plan.tasks.map(({ id }) => state.tasks.get(id)?.key ?? null),
    params: plan.params,
    profile: plan.profile,
    outputs: plan.outputs.map(({ destination, from }) => [destination, from.task, from.port]),
    figures: plan.figures.map(({ task, port }) => [task, port]),
    expectations: JSON.stringify(plan.expectations)
  })

const allThere = (plan: Plan, folder: string): boolean =>
  existsSync(join(folder, REPORT_FILE)) &&
  plan.outputs.every(({ destination }) => existsSync(join(folder, destination)))

/** Copies what `outputs:` names; pictures of figures are the report's to draw. */
const copyOutputs = Effect.fnUntraced(function* ({ plan, state }: PastRun, folder: string) {
  const actions = yield* ActionStore
  for (const { destination, from } of plan.outputs) {
    const key = state.tasks.get(plan.tasks[from.task]?.id ?? "")?.key
    const artifact = key === undefined ? undefined : actions.find(key)?.outputs[from.port]
    if (artifact === undefined || (artifact.kind === "Figure" && isPicture(destination))) continue
    yield* placeArtifact(artifact, join(folder, destination))
  }
})

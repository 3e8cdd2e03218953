/** `pipeline trace`: the spans of a run, which are a projection of its journal. */
import { Effect } from "effect"
import { chooseProgress } from "../observe/choose-progress.ts"
import { jaegerJson } from "../observe/jaeger-json.ts"
import { otlpJson } from "../observe/otlp-json.ts"
import { spansOf } from "../observe/spans.ts"
import { traceResource } from "../observe/trace-resource.ts"
import { traceTree } from "../observe/trace-tree.ts"
import { type PastRun, RunHistory } from "../record/RunHistory.ts"
import { EXIT } from "./exit-status.ts"
import { print } from "./output.ts"
import { wantsColor } from "./Settings.ts"
import { storeLayer } from "./services.ts"
import { tellFlaws } from "./tell-flaws.ts"

export type TraceFormat = "tree" | "otlp" | "jaeger"

export interface TraceChoices {
  readonly run: string
  readonly format: TraceFormat
}

/** Prints the trace of a run: a tree of times for a person, or a file for a program. */
export const trace = (choices: TraceChoices) => printTrace(choices).pipe(Effect.provide(storeLayer))

const printTrace = Effect.fnUntraced(function* ({ run, format }: TraceChoices) {
  const history = yield* RunHistory
  const past = yield* history.load(yield* history.resolve(run))
  tellFlaws(past.folder.id, past.state)
  print(rendered(past, format))
  return EXIT.success
})

const rendered = ({ entries, plan }: PastRun, format: TraceFormat): string => {
  const spans = spansOf(entries)
  const resource = traceResource(process.env)
  if (format === "otlp") return otlpJson(spans, resource).trimEnd()
  if (format === "jaeger") return jaegerJson(spans, resource).trimEnd()
  const { isTTY = false, columns = 100 } = process.stdout
  const { unicode } = chooseProgress(process.env, isTTY)
  return traceTree(spans, plan, { columns, unicode, color: wantsColor(process.stdout) })
}

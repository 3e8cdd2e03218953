/** `pipeline trace`: the spans of a run, from its journal and from what it has kept beside that. */
import { resolve } from "node:path"
import { Effect, Option } from "effect"
import { countText } from "../document/quantities.ts"
import { escapeUnseen } from "../document/unseen-characters.ts"
import { chooseProgress } from "../observe/choose-progress.ts"
import { jaegerJson } from "../observe/jaeger-json.ts"
import { otlpJson } from "../observe/otlp-json.ts"
import type { RunSpan } from "../observe/RunSpan.ts"
import { traceResources } from "../observe/trace-resource.ts"
import { traceTree } from "../observe/trace-tree.ts"
import { type PastRun, RunHistory } from "../record/RunHistory.ts"
import { writeDurably } from "../store/durable.ts"
import { EXIT } from "./exit-status.ts"
import { print, printError } from "./output.ts"
import { runSpans } from "./run-spans.ts"
import { wantsColor } from "./Settings.ts"
import { storeLayer } from "./services.ts"
import { tellFlaws } from "./tell-flaws.ts"
import { UsageError } from "./UsageError.ts"

export type TraceFormat = "tree" | "otlp" | "jaeger"

export interface TraceChoices {
  readonly run: string
  readonly format: Option.Option<TraceFormat>
  /** Levels of spans below a task or an attempt that the tree shows; 0 shows none. */
  readonly depth: number
  readonly out: Option.Option<string>
  readonly send: boolean
}

/** Prints the trace of a run, a tree of times for a person or a file for a program; or writes or sends it. */
export const trace = (choices: TraceChoices) => tellTrace(choices).pipe(Effect.provide(storeLayer))

const tellTrace = Effect.fnUntraced(function* ({ depth, format: asked, out, run, send }: TraceChoices) {
  const format = Option.getOrElse(asked, (): TraceFormat => (send ? "otlp" : "tree"))
  if (send && format !== "otlp") return yield* new UsageError({ reason: `--send sends otlp, not ${format}` })
  const history = yield* RunHistory
  const past = yield* history.load(yield* history.resolve(run))
  const { lost, spans } = yield* runSpans(past)
  tellFlaws(past.folder.id, past.state)
  if (lost > 0) printError(`warning: ${countText(lost, "line")} with spans of this run cannot be read`)
  if (send) return yield* sendSpans(spans)
  // Colours are for the eye: a file has none.
  const color = Option.isNone(out) && wantsColor(process.stdout)
  const text = rendered(spans, past, { format, depth, color })
  if (Option.isSome(out)) yield* writeDurably(resolve(out.value), `${text}\n`)
  else print(format === "tree" ? text : escapeUnseen(text))
  return EXIT.success
})

interface Rendering {
  readonly format: TraceFormat
  readonly depth: number
  readonly color: boolean
}

const rendered = (spans: ReadonlyArray<RunSpan>, { plan }: PastRun, { color, depth, format }: Rendering): string => {
  const resources = traceResources(process.env)
  if (format === "otlp") return otlpJson(spans, resources).trimEnd()
  if (format === "jaeger") return jaegerJson(spans, resources).trimEnd()
  const { isTTY = false, columns = 100 } = process.stdout
  const { unicode } = chooseProgress(process.env, isTTY)
  return traceTree(spans, plan, { columns, unicode, depth, color })
}

const sendSpans = Effect.fnUntraced(function* (spans: ReadonlyArray<RunSpan>) {
  const { exportTrace } = yield* Effect.promise(() => import("../observe/export-trace.ts"))
  return yield* exportTrace(spans, process.env).pipe(
    Effect.map((endpoint) => {
      print(`${spans.length} spans sent to ${endpoint}`)
      return EXIT.success
    }),
    Effect.catchTag("NoCollector", ({ message: reason }) => new UsageError({ reason })),
    Effect.catchTag("TraceNotSent", ({ message }) =>
      Effect.sync(() => {
        printError(`error: ${message}`)
        return EXIT.unusable
      })
    )
  )
})

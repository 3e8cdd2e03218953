/** Draws the figures of a run from the store, and says under which names they lie beside the report. */
import { Effect, Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import type { CodecError } from "../codec/CodecError.ts"
import type { FigureError } from "../figure/FigureError.ts"
import { renderSvg } from "../figure/render-svg.ts"
import type { Plan, PlanPort } from "../plan/Plan.ts"
import { type ResultLost, resultLost } from "../record/ResultLost.ts"
import type { RunState } from "../record/RunState.ts"
import type { TaskResult } from "../record/TaskResult.ts"
import type { Figure } from "../stage/ArtifactKind.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import type { Digest } from "../store/Digest.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { seriesOf } from "./figure-series.ts"
import { captionOf, titleOf } from "./figure-words.ts"
import { fileName } from "./file-name.ts"
import type { FigureFile, FigureImage, ReportFigure } from "./ReportModel.ts"
import type { UnwrittenFile } from "./unwritten-file.ts"

interface RunResults {
  /** Id of the run. */
  readonly run: string
  readonly plan: Plan
  readonly state: RunState
  /** By task. */
  readonly results: ReadonlyArray<TaskResult>
}

/** The figures to show, and the files to write: those of the report, and those that `outputs:` asks for as pictures. */
export const collectFigures = Effect.fnUntraced(function* (run: RunResults) {
  const { plan } = run
  const figures: Array<ReportFigure> = []
  const figureFiles: Array<FigureFile> = []
  const undrawn: Array<UnwrittenFile> = []
  for (const port of portsOf(plan)) {
    const digest = run.results[port.task]?.outputs[port.port]
    const { image, spec, failure } = yield* draw(run, port, digest)
    const wanted = filesOf(plan, port)
    if (image._tag === "Svg") figureFiles.push(...wanted.map((file) => ({ ...file, svg: image.svg })))
    if (failure !== undefined) undrawn.push(...wanted.map((file) => ({ ...file, ...failure })))
    const files = image._tag === "Svg" ? wanted.map(({ path }) => path) : []
    if (!port.isShown) continue
    const names = { reference: nameOf(plan, port), task: plan.tasks[port.task]?.id ?? "?" }
    figures.push({ ...wordsOf(spec), ...names, digest, image, series: seriesOf(spec), files })
  }
  return { figures, figureFiles, undrawn }
})

/** Ports to draw: the figures of the report in their order, then what is only copied out. */
const portsOf = (plan: Plan): ReadonlyArray<PlanPort & { readonly isShown: boolean }> => [
  ...plan.figures.map((port) => ({ ...port, isShown: true })),
  ...plan.outputs.flatMap((output, index) => {
    const { from } = output
    const isFirst = plan.outputs.findIndex((other) => isSame(other.from, from)) === index
    const isKnown = plan.figures.some((figure) => isSame(figure, from))
    return isFirst && !isKnown && isDrawing(plan, output) ? [{ ...from, isShown: false }] : []
  })
]

const isSame = (a: PlanPort, b: PlanPort): boolean => a.task === b.task && a.port === b.port

/** Whether an output is a drawing, which the report makes, and not a copy of what is stored. */
export const isDrawing = (plan: Plan, { destination, from }: Plan["outputs"][number]): boolean =>
  isPicture(destination) && kindOf(plan, from) === "Figure"

const isPicture = (destination: string): boolean => /\.(?:svg|png)$/iu.test(destination)

const kindOf = (plan: Plan, { task, port }: PlanPort) => plan.stages[plan.tasks[task]?.stage ?? -1]?.outputs[port]

const nameOf = (plan: Plan, { task, port }: PlanPort): string => `${plan.tasks[task]?.id ?? "?"}.${port}`

/** Names that `outputs:` gives win; for each format that has none, `figures/stage.port` stands in. */
const filesOf = (plan: Plan, port: PlanPort & { readonly isShown: boolean }) => {
  const stage = plan.stages[plan.tasks[port.task]?.stage ?? -1]?.id ?? "?"
  const reference = nameOf(plan, port)
  const given = plan.outputs.flatMap(({ destination, from }) =>
    isSame(from, port) && isPicture(destination) ? [destination] : []
  )
  const missing = [".svg", ".png"].filter(
    (ending) => port.isShown && !given.some((path) => path.toLowerCase().endsWith(ending))
  )
  return [
    ...given.map((path) => ({ path, stage, reference, isDeclared: true })),
    ...missing.map((ending) => ({
      path: `figures/${fileName(reference)}${ending}`,
      stage,
      reference,
      isDeclared: false
    }))
  ]
}

const draw = Effect.fnUntraced(function* (
  { run, plan, state, results }: RunResults,
  { task, port }: PlanPort,
  digest: Digest | undefined
) {
  // No failure of the figure: the run says itself what became of the task.
  if (digest === undefined) return { image: missing("its task has no result"), spec: {}, failure: undefined }
  const store = yield* ArtifactStore
  const lost = resultLost(run, state, plan.tasks[task]?.id ?? "?", port, digest)
  return yield* Effect.gen(function* () {
    const artifact = results[task]?.artifact(port)
    if (artifact === undefined) return yield* lost
    const files = yield* Effect.catchTag(store.open(artifact), "ObjectDamaged", () => lost)
    const figure = yield* Effect.fromResult(readFigure(files))
    const image: FigureImage = { _tag: "Svg", svg: yield* renderSvg(figure) }
    return { image, spec: figure.spec, failure: undefined }
  }).pipe(
    Effect.catch((error) =>
      Effect.succeed({ image: missing(error.message), spec: {} as Figure["spec"], failure: failureOf(error) })
    )
  )
})

const failureOf = (
  error: FigureError | CodecError | ResultLost | StoreUnavailable
): Pick<UnwrittenFile, "fault" | "reason"> => {
  const isOfStage = error._tag === "FigureError" || error._tag === "CodecError"
  return isOfStage ? { fault: "figure", reason: error.reason } : { fault: "store", reason: error.message }
}

const readFigure = (files: Parameters<typeof Codec.decode>[1]) =>
  Result.map(Codec.decode("Figure", files), (value) => value as Figure)

const missing = (reason: string): FigureImage => ({ _tag: "Missing", reason })

/** Title and description of a Vega-Lite specification. */
const wordsOf = (spec: Figure["spec"]) => ({ title: titleOf(spec), caption: captionOf(spec) })

/** The figures of several runs: one where they are the same, curves over each other where that can be, else beside each other. */
import { Effect, Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import { letterOf } from "../explain/letters.ts"
import { overlayFigures } from "../figure/overlay-figures.ts"
import { renderSvg } from "../figure/render-svg.ts"
import { resultLost } from "../record/ResultLost.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { resultOf } from "../record/TaskResult.ts"
import type { Figure } from "../stage/ArtifactKind.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { ArtifactStore } from "../store/ArtifactStore.ts"
import type { Digest } from "../store/Digest.ts"
import type { ComparedFigure, ComparedPicture } from "./ComparisonModel.ts"
import { titleOf } from "./figure-words.ts"
import type { FigureImage } from "./ReportModel.ts"

/** Figures that are drawn; nobody looks through more on one page. */
const MAX_FIGURES = 24

/** Contents of one figure that are put together, and those that are drawn beside each other. */
const MAX_CONTENTS = 20
const MAX_BESIDE = 8

/** The figures that the report of any of the runs shows, in the order of the first that does. */
export const collectComparedFigures = Effect.fnUntraced(function* (runs: ReadonlyArray<PastRun>) {
  const references = [...new Set(runs.flatMap(figureReferences))]
  return {
    figures: yield* Effect.forEach(references.slice(0, MAX_FIGURES), (reference) => compare(runs, reference)),
    undrawnFigures: references.slice(MAX_FIGURES)
  }
})

const figureReferences = ({ plan }: PastRun): ReadonlyArray<string> =>
  plan.figures.map(({ task, port }) => `${plan.tasks[task]?.id ?? "?"}.${port}`)

/** Runs with the same content of a figure. */
interface Content {
  readonly letters: ReadonlyArray<string>
  readonly figure: Result.Result<Figure, { readonly message: string }>
}

const compare = Effect.fnUntraced(function* (runs: ReadonlyArray<PastRun>, reference: string) {
  const { contents, absent, crowded } = yield* contentsOf(runs, reference)
  const readable = contents.flatMap(({ letters, figure }) =>
    Result.isSuccess(figure) ? [{ label: labelOf(letters), figure: figure.success }] : []
  )
  const head = { reference, title: titleOf(readable[0]?.figure.spec ?? {}), absent }
  const common = readable.length > 1 && readable.length === contents.length ? overlayFigures(readable) : undefined
  if (common !== undefined) {
    const image = yield* draw(Result.succeed(common.figure))
    // What was put together and cannot be drawn may be drawn apart.
    if (image._tag === "Svg") {
      const letters = contents.flatMap((content) => content.letters)
      return { ...head, form: common.form, pictures: [{ letters, image }], undrawn: crowded } satisfies ComparedFigure
    }
  }
  const pictures = yield* Effect.forEach(contents.slice(0, MAX_BESIDE), ({ letters, figure }) =>
    Effect.map(draw(figure), (image): ComparedPicture => ({ letters, image }))
  )
  const undrawn = [...contents.slice(MAX_BESIDE).flatMap(({ letters }) => letters), ...crowded]
  return { ...head, form: pictures.length === 1 ? "same" : "beside", pictures, undrawn } satisfies ComparedFigure
})

/** Runs that a label names. */
const MAX_NAMED = 3

/** `A = B`, or `A and 7 alike`. */
const labelOf = (letters: ReadonlyArray<string>): string =>
  letters.length <= MAX_NAMED ? letters.join(" = ") : `${letters[0]} and ${letters.length - 1} alike`

/** The contents of a figure, each with the runs that have it. */
const contentsOf = Effect.fnUntraced(function* (runs: ReadonlyArray<PastRun>, reference: string) {
  const actions = yield* ActionStore
  // A task's values may have dots, a port has none.
  const dot = reference.lastIndexOf(".")
  const [task, port] = [reference.slice(0, dot), reference.slice(dot + 1)]
  const absent: Array<string> = []
  const crowded: Array<string> = []
  const byDigest = new Map<Digest, { readonly run: PastRun; readonly letters: Array<string> }>()
  for (const [index, run] of runs.entries()) {
    const digest = resultOf(run.state, task, actions).outputs[port]
    const known = digest && byDigest.get(digest)
    if (known !== undefined) known.letters.push(letterOf(index))
    else if (digest === undefined) absent.push(letterOf(index))
    else if (byDigest.size === MAX_CONTENTS) crowded.push(letterOf(index))
    else byDigest.set(digest, { run, letters: [letterOf(index)] })
  }
  const contents = yield* Effect.forEach(byDigest, ([digest, { run, letters }]) =>
    Effect.map(read(run, task, port, digest), (figure): Content => ({ letters, figure }))
  )
  return { contents, absent, crowded }
})

const read = Effect.fnUntraced(function* ({ folder, state }: PastRun, task: string, port: string, digest: Digest) {
  const store = yield* ArtifactStore
  const artifact = resultOf(state, task, yield* ActionStore).artifact(port)
  const lost = resultLost(folder.id, state, task, port, digest)
  if (artifact === undefined) return Result.fail(lost)
  return yield* Effect.result(
    Effect.catchTag(store.open(artifact), "ObjectDamaged", () => lost).pipe(
      Effect.flatMap((files) => Effect.fromResult(Codec.decode("Figure", files))),
      Effect.map((value) => value as Figure)
    )
  )
})

const draw = (figure: Content["figure"]): Effect.Effect<FigureImage> =>
  Effect.fromResult(figure).pipe(
    Effect.flatMap(renderSvg),
    Effect.match({
      onSuccess: (svg): FigureImage => ({ _tag: "Svg", svg }),
      onFailure: ({ message }): FigureImage => ({ _tag: "Missing", reason: message })
    })
  )

/** Draws the sweeps of a run. */
import { Effect } from "effect"
import { renderSvg } from "../figure/render-svg.ts"
import { parallelAxes } from "./parallel-axes.ts"
import type { FigureImage, ReportStage } from "./ReportModel.ts"
import { type Dimension, type Sweep, sweepOf } from "./Sweep.ts"
import { type SweepPanels, sweepPanels } from "./sweep-panels.ts"

/** A sweep with its drawings. */
export interface ReportSweep {
  readonly sweep: Sweep
  readonly figures: ReadonlyArray<{
    readonly title: string
    /** Dimensions over which its means are taken. */
    readonly over: ReadonlyArray<string>
    readonly image: FigureImage
  }>
}

/** Stages whose sweeps are drawn, and dimensions of each: all drawings together are to stay within a megabyte or two. */
const MAX_STAGES = 8
const MAX_DIMENSIONS = 3

/** Dimensions from which on no panels tell of all of them together. */
const MANY = 3

/** The sweeps of the stages, in their order: those of which there is more to say than the metrics of each task. */
export const collectSweeps = (stages: ReadonlyArray<ReportStage>): Effect.Effect<ReadonlyArray<ReportSweep>> => {
  const sweeps = stages.flatMap((stage) => sweepOf(stage) ?? []).map((sweep) => ({ sweep, figures: figuresOf(sweep) }))
  const told = sweeps.filter(({ sweep, figures }) => figures.length > 0 || sweep.replicates.length > 0)
  return Effect.forEach(told.slice(0, MAX_STAGES), ({ sweep, figures }) =>
    Effect.map(Effect.forEach(figures, draw), (drawn) => ({ sweep, figures: drawn }))
  )
}

interface Titled extends SweepPanels {
  readonly title: string
}

/** Values of a dimension that have room on an axis: numbers, and words. */
const [MAX_NUMBERS, MAX_WORDS] = [200, 24]

const hasRoom = ({ values, isNumeric }: Dimension): boolean => values.length <= (isNumeric ? MAX_NUMBERS : MAX_WORDS)

/** Two numbers beside each other need no drawing. */
const figuresOf = (sweep: Sweep): ReadonlyArray<Titled> => [
  ...sweep.dimensions
    .filter(({ values }) => values.length > 2 || sweep.replicates.length > 0 || sweep.dimensions.length > 1)
    .filter(hasRoom)
    .slice(0, MAX_DIMENSIONS)
    .map((dimension) => ({ title: `By ${dimension.name}`, ...sweepPanels(sweep, dimension) })),
  ...(sweep.dimensions.length < MANY
    ? []
    : [{ title: "All dimensions", figure: parallelAxes(sweep), over: sweep.replicates }])
]

const draw = ({ title, over, figure }: Titled) =>
  Effect.match(renderSvg(figure), {
    onSuccess: (svg) => ({ title, over, image: { _tag: "Svg", svg } as const }),
    onFailure: ({ message }) => ({ title, over, image: { _tag: "Missing", reason: message } as const })
  })

/** Stage types run as the framework runs them: parameters decoded with their defaults, metrics kept. */
import { Effect, Schema } from "effect"
import { MetricRecorder } from "../../core/stage/Metric.ts"
import type { PortValue } from "../../core/stage/Port.ts"
import type {
  InputPorts,
  InputValues,
  OutputPorts,
  ParamsSchema,
  StageType,
  Start
} from "../../core/stage/StageType.ts"

type OptionalPorts<I extends InputPorts> = {
  [P in keyof I]: undefined extends PortValue<I[P]> ? P : never
}[keyof I]

/** The inputs of a stage type; those that a pipeline may leave out may be left out here. */
type GivenInputs<I extends InputPorts> = {
  readonly [P in Exclude<keyof I, OptionalPorts<I>>]: PortValue<I[P]>
} & { readonly [P in OptionalPorts<I>]?: PortValue<I[P]> | undefined }

/** Outputs and metrics of one call. Fails as the stage fails, and dies on parameters that do not decode. */
export const runStage = <P extends ParamsSchema, I extends InputPorts, O extends OutputPorts>(
  type: StageType<P, I, O>,
  params: P["Encoded"],
  inputs: GivenInputs<I>,
  start?: Start<O>
) =>
  Effect.gen(function* () {
    const metrics: { [name: string]: number } = {}
    const decoded = yield* Effect.orDie(Schema.decodeUnknownEffect(type.params, { onExcessProperty: "error" })(params))
    const outputs = yield* type.run({ params: decoded, inputs: inputs as InputValues<I>, start }).pipe(
      Effect.provideService(MetricRecorder, (name, value) => {
        metrics[name] = value
      })
    )
    return { outputs, metrics }
  })

/** Whether a stage type takes these parameters. */
export const takes = (type: { readonly params: ParamsSchema }, params: unknown): boolean =>
  Schema.decodeUnknownExit(type.params, { onExcessProperty: "error" })(params)._tag === "Success"

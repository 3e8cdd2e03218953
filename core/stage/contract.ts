/** The public contract, imported as `athanor/stage`: everything that a file with a stage type needs. */
export type {
  ArtifactKind,
  Directory,
  Figure,
  Json,
  Metrics,
  Model,
  Table,
  Tensor,
  TensorData
} from "./ArtifactKind.ts"
export * as Blas from "./Blas.ts"
export * as Checkpoint from "./Checkpoint.ts"
export * as Compute from "./Compute.ts"
export * as Device from "./Device.ts"
export * as Metric from "./Metric.ts"
export * as Port from "./Port.ts"
export * as Progress from "./Progress.ts"
export type { Resources, StageError, Start } from "./StageType.ts"
export * as StageType from "./StageType.ts"
export * as Team from "./Team.ts"
export * as Thrown from "./Thrown.ts"
export * as Trace from "./Trace.ts"

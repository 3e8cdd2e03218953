/**
 * Names of spans, events and attributes, in one place.
 *
 * `cicd.*`, `exception.*` and `service.*` are OpenTelemetry's (those for CI/CD are still in development there); the
 * others are ours. Units are in the name where they are not obvious.
 */

/** Names of spans have few values: what tells tasks of a stage apart is in the attributes. */
export const SPAN = {
  run: "pipeline",
  task: (stage: string) => `stage ${stage}`,
  queue: "queue",
  attempt: "attempt",
  backoff: "backoff"
} as const

export const EVENT = { hit: "cache.hit", log: "log", exception: "exception", skipped: "skipped" } as const

export const ATTRIBUTE = {
  pipelineName: "cicd.pipeline.name",
  runId: "cicd.pipeline.run.id",
  runResult: "cicd.pipeline.result",
  taskName: "cicd.pipeline.task.name",
  taskResult: "cicd.pipeline.task.run.result",
  pipelineFile: "pipeline.file",
  pipelineProfile: "pipeline.profile",
  /** Followed by the name of a parameter. */
  pipelineParam: "pipeline.param.",
  pipelineTasks: "pipeline.tasks",
  pipelineJobs: "pipeline.jobs",
  /** Followed by `ran`, `hit`, `failed` or `skipped`. */
  pipelineCount: "pipeline.tasks_",
  /** Followed by what is described. */
  environment: "environment.",
  stageId: "stage.id",
  taskId: "task.id",
  taskKey: "task.key",
  /** Where that is not the processor. */
  taskDevice: "task.device",
  taskAdapter: "task.adapter",
  taskAttempts: "task.attempts",
  cacheHit: "cache.hit",
  cacheReason: "cache.reason",
  skipReason: "skip.reason",
  /** Followed by the name of a metric. */
  metric: "metric.",
  cpuTime: "process.cpu.time_ms",
  peakMemory: "process.memory.peak_bytes",
  attemptNumber: "attempt.number",
  attemptWorker: "attempt.worker",
  errorType: "error.type",
  exceptionType: "exception.type",
  exceptionMessage: "exception.message",
  logLevel: "log.level",
  logMessage: "log.message",
  serviceName: "service.name",
  serviceVersion: "service.version"
} as const

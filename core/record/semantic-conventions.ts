/**
 * Names of spans, events, attributes and instruments, in one place.
 *
 * `cicd.*`, `error.*`, `exception.*`, `service.*` and `process.*` are OpenTelemetry's (those for CI/CD are still in
 * development there); the others are ours. Units are in the name where they are not obvious.
 */

/** Names of spans have few values: what tells tasks of a stage apart is in the attributes. */
export const SPAN = {
  run: (pipeline: string) => `RUN ${pipeline}`,
  task: (stage: string) => stage,
  queue: "queue wait",
  attempt: "attempt",
  backoff: "backoff",
  lookUp: "cache lookup",
  get: "artifact get",
  put: "artifact put"
} as const

export const EVENT = { hit: "cache.hit", log: "log", exception: "exception", skipped: "skipped" } as const

/** Value of `cicd.pipeline.action.name` of a run. */
export const ACTION = "RUN"

export const ATTRIBUTE = {
  pipelineName: "cicd.pipeline.name",
  pipelineAction: "cicd.pipeline.action.name",
  runId: "cicd.pipeline.run.id",
  /** `success`, `failure`, `error`, `timeout`, `cancellation` or `skip`; likewise of a task. */
  runResult: "cicd.pipeline.result",
  /** The stage: it is the same for all tasks of a matrix. */
  taskName: "cicd.pipeline.task.name",
  taskRunId: "cicd.pipeline.task.run.id",
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
  taskId: "task.id",
  taskKey: "task.key",
  /** Followed by the name of a matrix value. */
  matrix: "matrix.",
  /** Where that is not the processor. */
  taskDevice: "task.device",
  taskAdapter: "task.adapter",
  taskAttempts: "task.attempts",
  cacheHit: "cache.hit",
  cacheReason: "cache.reason",
  /** The run that computed what was found. */
  cacheOrigin: "cache.computed_by",
  cacheHits: "cache.hits",
  cacheMisses: "cache.misses",
  skipReason: "skip.reason",
  /** Followed by the name of a metric. */
  metric: "metric.",
  cpuTime: "process.cpu.time_ms",
  peakMemory: "process.memory.peak_bytes",
  attemptId: "attempt.id",
  attemptNumber: "attempt.number",
  attemptWorker: "attempt.worker",
  /** Ids of the devices that it has for itself. */
  attemptDevices: "attempt.devices",
  /** Share of the devices' time, and their memory, while it had them. */
  gpuUse: "gpu.utilization",
  gpuMemory: "gpu.memory.peak_bytes",
  /** Spans of an attempt that were more than are kept. */
  droppedSpans: "attempt.dropped_spans",
  artifactPort: "artifact.port",
  artifactDigest: "artifact.digest",
  artifactBytes: "artifact.bytes",
  artifactFiles: "artifact.files",
  linkKind: "link.kind",
  errorType: "error.type",
  exceptionType: "exception.type",
  exceptionMessage: "exception.message",
  logLevel: "log.level",
  logMessage: "log.message",
  serviceName: "service.name",
  serviceInstance: "service.instance.id",
  serviceVersion: "service.version"
} as const

/** Values of `link.kind`: what a span has to do with that of another run. */
export const LINK = { computedIn: "computed-in", reproduces: "reproduces" } as const

/** Instruments: names, units as UCUM writes them, and what a value is. */
export const METRIC = {
  runDuration: { name: "cicd.pipeline.run.duration", unit: "s", kind: "histogram", what: "How long runs took" },
  taskDuration: {
    name: "athanor.task.duration",
    unit: "s",
    kind: "histogram",
    what: "How long attempts at tasks took"
  },
  queueWait: {
    name: "athanor.task.queue_wait",
    unit: "s",
    kind: "histogram",
    what: "How long tasks that were ready waited for a worker"
  },
  tasks: {
    name: "athanor.tasks",
    unit: "{task}",
    kind: "counter",
    what: "Tasks that are over, found in the store or not"
  },
  bytesRead: {
    name: "athanor.artifact.read",
    unit: "By",
    kind: "counter",
    what: "Bytes that attempts read from the store"
  },
  bytesWritten: {
    name: "athanor.artifact.written",
    unit: "By",
    kind: "counter",
    what: "Bytes of results for the store"
  },
  cpuTime: { name: "athanor.task.cpu.time", unit: "s", kind: "counter", what: "Processor time of attempts" },
  peakMemory: { name: "athanor.task.memory.peak", unit: "By", kind: "gauge", what: "Largest memory of an attempt" },
  gpuUse: {
    name: "athanor.task.gpu.use",
    unit: "1",
    kind: "gauge",
    what: "Part of the time in which an attempt's devices computed"
  },
  gpuMemory: {
    name: "athanor.task.gpu.memory.peak",
    unit: "By",
    kind: "gauge",
    what: "Largest memory in use on an attempt's devices"
  },
  workerUse: {
    name: "athanor.worker.use",
    unit: "1",
    kind: "gauge",
    what: "Part of the run's cores that attempts kept busy"
  }
} as const

/**
 * What a worker process says, before anybody believes it: a package there can send what it likes.
 *
 * Threads are not asked: what runs there was read, and cannot reach the channel. No check looks into the bytes of an output, so
 * none costs more than its message has parts.
 */
import { Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import { isGuarded } from "../fault/hooks.ts"
import { LONGEST_LINE, MOST_LINES } from "./BoundedLog.ts"
import type { StageRequest } from "./Executor.ts"
import { spansFault } from "./spans-fault.ts"
import type { WorkerEnd } from "./WorkerChannel.ts"
import type { AttemptMessage } from "./worker-protocol.ts"

/** What is wrong with a message, in words for whoever wrote the package. */
type Fault = string | undefined

/** Of a message that may be anything: `FromWorker` where it gives `undefined`, but for what it says of an attempt. */
export const messageFault = (message: unknown): Fault => {
  if (!isGuarded("check-answers")) return undefined
  if (!isRecord(message)) return "a message that is none"
  const { _tag, id, memory } = message
  if (_tag === "Spoilt") return undefined
  if (_tag === "Ready") return isAmount(memory) ? undefined : "an amount of memory that is none"
  return _tag === "About" && typeof id === "number" && isRecord(message["message"]) ? undefined : "a message of no kind"
}

/** The end of a worker that said so. */
export const untrue = (fault: string): WorkerEnd => ({
  tag: "AnswerRefused",
  message: `its process has sent ${fault}; this program sends nothing like it, so a package has written on its channel`,
  detail: ""
})

/** Checks what is said of one attempt, from its first message to its last. */
export class AnswerCheck {
  private readonly kinds: StageRequest["outputs"]
  private lines = 0
  private readonly since = performance.now()
  private batches = 0

  constructor({ outputs }: Pick<StageRequest, "outputs">) {
    this.kinds = outputs
  }

  /** Of a message that may be anything but for its being an object. */
  fault(message: AttemptMessage): Fault {
    if (!isGuarded("check-answers")) return undefined
    const given: { readonly [name: string]: unknown } = { ...message }
    switch (given["_tag"]) {
      case "Progress":
        return progressFault(given["report"])
      case "Log":
        return ++this.lines > MOST_LINES ? "a log without end" : lineFault(given["line"])
      case "Spans":
        return this.areTooOften() ? "spans without end" : spansFault(given["spans"])
      case "Checkpoint":
        return checkpointFault(given["content"], this.kinds)
      case "Succeeded":
        return resultFault(given["result"], this.kinds)
      case "Failed":
        return failureFault(given)
      case "Interrupted":
        return undefined
      default:
        return "a message of no kind"
    }
  }

  /** They are written down: a worker tells them once a second at most. */
  private areTooOften(): boolean {
    return ++this.batches > SPARE_BATCHES + (performance.now() - this.since) / BATCH_INTERVAL
  }
}

/** Batches of spans that may come at once, and milliseconds that further ones are apart. */
const [SPARE_BATCHES, BATCH_INTERVAL] = [8, 500]

const progressFault = (report: unknown): Fault =>
  isRecord(report) &&
  [report["done"], report["total"]].every((count) => typeof count === "number") &&
  typeof report["unit"] === "string"
    ? undefined
    : "a report of progress that is none"

const lineFault = (line: unknown): Fault =>
  isRecord(line) && isText(line["level"]) && isText(line["message"]) ? undefined : "a line of its log that is none"

const failureFault = ({ tag, message, detail, damaged }: { readonly [name: string]: unknown }): Fault =>
  [tag, message, detail].every((text) => typeof text === "string") && (damaged === undefined || isDigest(damaged))
    ? undefined
    : "a failure that is none"

const checkpointFault = (content: unknown, kinds: StageRequest["outputs"]): Fault =>
  isRecord(content) && isContinuation(content) ? outputsFault(content["outputs"], kinds) : "a checkpoint that is none"

const resultFault = (result: unknown, kinds: StageRequest["outputs"]): Fault => {
  if (!isRecord(result)) return "a result that is none"
  const { adapter, continuedFrom, cpuMillis, damaged, logs, metrics, millis, notFinite, outputs, peakMemory } = result
  if (![millis, cpuMillis, peakMemory].every(isAmount)) return "a time or an amount of memory that is none"
  if (!isRecord(metrics)) return "metrics that are none"
  const odd = Object.entries(metrics).find(([, value]) => !Number.isFinite(value))
  if (odd !== undefined) return `the metric ${JSON.stringify(odd[0])}, which is ${String(odd[1])} and no finite number`
  if (notFinite !== undefined && !isNotFinite(notFinite)) return "metrics that are none"
  if (!Array.isArray(logs) || logs.length > MOST_LINES) return "a log that is none, or has no end"
  if (adapter !== undefined && !isText(adapter)) return "the name of an adapter that is none"
  if (continuedFrom !== undefined && !isContinuation(continuedFrom)) return "a continuation of something that is none"
  if (!Array.isArray(damaged) || !damaged.every(isDigest)) return "damaged objects without a digest"
  return logs.map(lineFault).find((fault) => fault !== undefined) ?? outputsFault(outputs, kinds)
}

/** Ports as they are declared, and for each the files that its kind has, by their names. */
const outputsFault = (outputs: unknown, kinds: StageRequest["outputs"]): Fault => {
  if (!isRecord(outputs)) return "outputs that are none"
  const extra = Object.keys(outputs).find((port) => !Object.hasOwn(kinds, port))
  if (extra !== undefined) return `an output ${JSON.stringify(extra)}, which it does not declare`
  for (const [port, kind] of Object.entries(kinds)) {
    const files = outputs[port]
    if (!Array.isArray(files) || !files.every(isFile)) return `an output "${port}" that is no files`
    const named = Codec.checkedNames(kind, files)
    if (Result.isFailure(named)) return `an output "${port}" that is not of its kind: ${named.failure.message}`
  }
  return undefined
}

const isFile = (file: unknown): file is { readonly path: string; readonly bytes: Uint8Array } =>
  isRecord(file) && typeof file["path"] === "string" && file["bytes"] instanceof Uint8Array

const isContinuation = (value: unknown): boolean =>
  isRecord(value) && Number.isFinite(value["at"]) && (value["key"] === undefined || isDigest(value["key"]))

const isNotFinite = (values: unknown): boolean =>
  isRecord(values) && Object.values(values).every((value) => typeof value === "string" && NOT_FINITE.has(value))

const NOT_FINITE = new Set(["NaN", "Infinity", "-Infinity"])

const isDigest = (value: unknown): boolean => typeof value === "string" && /^[0-9a-f]{64}$/u.test(value)

const isText = (value: unknown): boolean => typeof value === "string" && value.length <= LONGEST_LINE + 1

const isAmount = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null

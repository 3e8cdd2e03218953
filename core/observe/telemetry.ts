/**
 * The door to OpenTelemetry's SDK: what it says of a process that sends, and how it reads an answer; `metric-codec.ts` has it encode metrics.
 *
 * Import this module only when something is sent: it takes longer to load than a brief command runs. Spans have long ended and bring
 * their own ids and times: a span processor would hold them in a queue of 2048 and drop the others without a word, and
 * `otlp-protobuf.ts` tells why they are encoded here.
 */
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer"
import { type api, resources } from "@opentelemetry/sdk-node"
import { type PartialSuccess, partialSuccess, type TakenAnswer } from "./partial-success.ts"
import type { Attributes } from "./RunSpan.ts"
import type { TraceResources } from "./trace-resource.ts"

/** The resource of a process as the SDK describes it, with these attributes. */
export const sdkResource = (given: Attributes): resources.Resource =>
  resources.defaultResource().merge(resources.resourceFromAttributes(given))

/** The same for both services. */
export const sdkResources = ({ orchestrator, worker }: TraceResources): TraceResources => ({
  orchestrator: plainAttributes(sdkResource(orchestrator)),
  worker: plainAttributes(sdkResource(worker))
})

/** None of these is a list, or still to come. */
const plainAttributes = ({ attributes }: resources.Resource): Attributes => attributes as Attributes

/** What a collector says to spans; `undefined` where all was taken. */
export const decodeAnswer = (answer: TakenAnswer): PartialSuccess | undefined =>
  partialSuccess(answer, (body) => ProtobufTraceSerializer.deserializeResponse(body))

/** Milliseconds as seconds and nanoseconds. */
export const hrTime = (millis: number): api.HrTime => {
  const micros = Math.round(millis * 1000)
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1000]
}

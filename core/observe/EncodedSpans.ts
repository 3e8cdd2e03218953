/** Spans of one request, each encoded when it comes: what waits for a collector is bytes, and no objects that the engine has to look after. */
import type { RunSpan } from "./RunSpan.ts"
import type { TraceResources } from "./trace-resource.ts"

export interface EncodedSpans {
  readonly add: (span: RunSpan) => void
  /** The body of the request; valid until `clear`. */
  readonly body: (resources: TraceResources) => Uint8Array
  /** Makes room for those of another request. */
  readonly clear: () => void
}

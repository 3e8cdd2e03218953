/** Reads what a collector answers to spans that it has taken: it may have kept a part of them, and may be no collector at all. */
import { messageOf } from "../document/message-of.ts"

/** What was not kept, and why. */
export interface PartialSuccess {
  /** Infinite where nothing was. */
  readonly rejected: number
  readonly reason: string
}

/** An answer with a status of success. */
export interface TakenAnswer {
  readonly body: Uint8Array
  readonly contentType: string | undefined
}

/** `ExportTraceServiceResponse`, as far as it is of use here. */
interface Response {
  readonly partialSuccess?: { readonly rejectedSpans?: unknown; readonly errorMessage?: unknown } | null | undefined
}

/** Of these anything may be the body, and the status alone speaks. */
const UNTOLD = new Set(["", "text/plain", "application/octet-stream"])

/**
 * `undefined` where all was kept. The answer is read as what it says it is: not every receiver answers protobuf with protobuf.
 * A page of the web, as a proxy or a wrong port gives it with status 200, is no answer of a collector.
 */
export const partialSuccess = (
  { body, contentType = "" }: TakenAnswer,
  readProtobuf: (body: Uint8Array) => Response
): PartialSuccess | undefined => {
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase()
  if (body.byteLength === 0 || UNTOLD.has(type)) return undefined
  const read = type.endsWith("json") ? readJson : type.endsWith("protobuf") ? readProtobuf : undefined
  if (read === undefined) return nothing(`answered with ${type}, which is no OTLP`)
  try {
    const said = read(body).partialSuccess
    const rejected = Number(said?.rejectedSpans ?? 0)
    return rejected > 0
      ? { rejected, reason: String(said?.errorMessage || "the collector took only a part") }
      : undefined
  } catch (cause) {
    return nothing(`answered with ${type} that is no OTLP: ${messageOf(cause)}`)
  }
}

const readJson = (body: Uint8Array): Response => {
  const read: unknown = JSON.parse(Buffer.from(body).toString())
  if (typeof read !== "object" || read === null) throw new Error("an object is expected")
  return read
}

const nothing = (reason: string): PartialSuccess => ({ rejected: Number.POSITIVE_INFINITY, reason })

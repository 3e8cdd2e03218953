/** Identifiers of traces and spans, as W3C Trace Context has them. */
import { randomBytes } from "node:crypto"

/** 16 random bytes in hexadecimal. */
export const traceId = (): string => randomBytes(16).toString("hex")

/** Random bytes that are drawn at once: drawing costs the same for eight and for thousands. */
const STOCK = 4096

let stock = Buffer.alloc(0)

/** 8 random bytes in hexadecimal. */
export const spanId = (): string => {
  if (stock.length === 0) stock = randomBytes(STOCK)
  const id = stock.toString("hex", 0, 8)
  stock = stock.subarray(8)
  return id
}

/** The `TRACEPARENT` that announces a span to the processes that it starts. */
export const traceParent = (trace: string, span: string): string => `00-${trace}-${span}-01`

const HEADER = /^[0-9a-f]{2}-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-[0-9a-f]{2}$/u

/** The trace and span that a parent process announced in `TRACEPARENT`, if any. */
export const parentOf = (
  header: string | undefined
): { readonly traceId: string; readonly spanId: string } | undefined => {
  const { trace, span } = HEADER.exec(header ?? "")?.groups ?? {}
  return trace === undefined || span === undefined ? undefined : { traceId: trace, spanId: span }
}

/** Numbers by which OTLP says what a span is. Source: opentelemetry-proto 1.x, `trace.proto`. */
import type { RunSpan } from "./RunSpan.ts"

/** `SPAN_KIND_SERVER` for the run, which is what was asked for; `SPAN_KIND_INTERNAL` below it. */
export const KIND = { server: 2, internal: 1 } as const

export const STATUS = { unset: 0, ok: 1, error: 2 } as const

/** Trace flags in the low eight bits, and what is known of the parent: whether it is in another program. */
const FLAGS = { sampled: 0x001, knowsParent: 0x100, remoteParent: 0x200 } as const

export const flagsOf = ({ parentSpanId, role }: Pick<RunSpan, "parentSpanId" | "role">): number =>
  FLAGS.sampled | FLAGS.knowsParent | (role === "run" && parentSpanId !== undefined ? FLAGS.remoteParent : 0)

/** A link leads to another trace. */
export const LINK_FLAGS = FLAGS.sampled | FLAGS.knowsParent | FLAGS.remoteParent

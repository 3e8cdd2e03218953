// The compiler takes the global console for an empty one unless Node's types come before the files that use it.
/// <reference types="node" />
/** One request to a collector, and what it answers; what to do about it is the caller's to decide. */
import { readFileSync } from "node:fs"
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http"
import { Agent as HttpsAgent, request as requestHttps } from "node:https"
import { gzipSync } from "node:zlib"
import { messageOf } from "../document/message-of.ts"
import { basicAuthorization } from "./basic-authorization.ts"
import { type ExportTarget, shownUrl } from "./export-target.ts"

export type Answer =
  /** It has what was sent; the body may say of how much that is not so. */
  | { readonly _tag: "Taken"; readonly body: Uint8Array; readonly contentType: string | undefined }
  /** It will not take this, however often it is sent. */
  | { readonly _tag: "Refused"; readonly status: number; readonly reason: string }
  /** It may take it later; it may say in how many milliseconds. */
  | { readonly _tag: "Later"; readonly reason: string; readonly retryIn: number | undefined; readonly isThere: boolean }

/** States by which OTLP/HTTP says that the same may be sent again. */
const RETRYABLE = new Set([429, 502, 503, 504])

/** Bytes of an answer that are read. */
const LONGEST_ANSWER = 65_536

export interface OtlpConnection {
  /** Sends a request; never rejects. */
  readonly post: (body: Uint8Array, signal: AbortSignal) => Promise<Answer>
  /** Ends the connections that are kept. */
  readonly close: () => void
}

/** Throws where a file of its certificates cannot be read. */
export const openConnection = (target: ExportTarget): OtlpConnection => {
  const url = new URL(target.url)
  const isSafe = url.protocol === "https:"
  const options = { keepAlive: true, maxSockets: 1 }
  const agent = isSafe ? new HttpsAgent({ ...options, ...readAll(target.certificates) }) : new HttpAgent(options)
  const authorization = basicAuthorization(url)
  const headers = {
    "content-type": target.protocol === "http/json" ? "application/json" : "application/x-protobuf",
    ...(target.isCompressed ? { "content-encoding": "gzip" } : {}),
    ...(authorization === undefined ? {} : { authorization }),
    ...target.headers
  }
  const post = (body: Uint8Array, signal: AbortSignal): Promise<Answer> =>
    new Promise((resolve) => {
      const later = (cause: unknown): void =>
        resolve({ _tag: "Later", reason: reasonOf(cause), retryIn: undefined, isThere: !isAbsent(cause) })
      const limit = AbortSignal.any([signal, AbortSignal.timeout(target.timeout)])
      const sent = target.isCompressed ? gzipSync(body) : body
      try {
        const request = (isSafe ? requestHttps : requestHttp)(url, {
          method: "POST",
          agent,
          headers: { ...headers, "content-length": String(sent.byteLength) },
          signal: limit
        })
        request.on("error", (cause) =>
          later(limit.aborted ? new Error(`no answer within ${target.timeout / 1000} s`) : cause)
        )
        request.on(
          "response",
          (response) => void bodyOf(response).then((body) => resolve(answerOf(response, body)), later)
        )
        request.end(sent)
      } catch (cause) {
        // A header that is none.
        resolve({ _tag: "Refused", status: 0, reason: messageOf(cause) })
      }
    })
  return { post, close: () => agent.destroy() }
}

const readAll = (files: ExportTarget["certificates"]): { readonly [name: string]: Buffer } =>
  Object.fromEntries(Object.entries(files).map(([name, file]) => [name, readFileSync(file)]))

const bodyOf = async (response: IncomingMessage): Promise<Uint8Array> => {
  const parts: Array<Uint8Array> = []
  let size = 0
  for await (const part of response) {
    size += part.length
    if (size <= LONGEST_ANSWER) parts.push(part)
  }
  return Buffer.concat(parts)
}

const answerOf = ({ headers, statusCode = 0, statusMessage = "" }: IncomingMessage, body: Uint8Array): Answer => {
  if (statusCode >= 200 && statusCode < 300) return { _tag: "Taken", body, contentType: headers["content-type"] }
  const reason = `HTTP ${statusCode} ${statusMessage}`.trim()
  return RETRYABLE.has(statusCode)
    ? { _tag: "Later", reason, retryIn: waitOf(headers["retry-after"]), isThere: true }
    : { _tag: "Refused", status: statusCode, reason }
}

/** `Retry-After`, seconds or a date, in milliseconds. */
const waitOf = (header: string | undefined): number | undefined => {
  if (header === undefined) return undefined
  const millis = /^\d+$/u.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isFinite(millis) ? Math.max(0, millis) : undefined
}

/** Whether nobody listens there. */
const isAbsent = (cause: unknown): boolean =>
  cause instanceof AggregateError
    ? cause.errors.every(isAbsent)
    : cause instanceof Error && "code" in cause && ABSENT.has(String(cause.code))

const ABSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "ENETUNREACH", "EHOSTUNREACH", "EAI_AGAIN"])

const reasonOf = (cause: unknown): string => {
  // A connection tried at several addresses fails with a list of errors, and no message of its own.
  const text = cause instanceof AggregateError ? cause.errors.map(reasonOf).join(", ") : messageOf(cause)
  return shownUrl(text.replaceAll(/\s+/gu, " ").trim()) || "the collector did not take them"
}

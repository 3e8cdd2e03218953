/** Who sends the spans: the resource of a trace, from the standard variables. */
import manifest from "../../package.json" with { type: "json" }
import { ATTRIBUTE } from "../record/semantic-conventions.ts"
import type { Environment } from "./Environment.ts"
import type { Attributes, SpanService } from "./RunSpan.ts"

/** Library that the spans are attributed to. */
export const SCOPE = { name: manifest.name, version: manifest.version } as const

/** What spans come from: attributes of the resource, for each of the two services. */
export type TraceResources = { readonly [service in SpanService]: Attributes }

/** The orchestrator as the variables name it, and its workers, under that name with `-worker`. */
export const traceResources = (env: Environment): TraceResources => {
  const orchestrator = traceResource(env)
  return {
    orchestrator,
    worker: { ...orchestrator, [ATTRIBUTE.serviceName]: `${orchestrator[ATTRIBUTE.serviceName]}-worker` }
  }
}

/** Attributes of the resource: ours, over them `OTEL_RESOURCE_ATTRIBUTES`, over these `OTEL_SERVICE_NAME`. */
export const traceResource = (env: Environment): Attributes => ({
  [ATTRIBUTE.serviceName]: manifest.name,
  [ATTRIBUTE.serviceVersion]: manifest.version,
  ...keyPairs(env["OTEL_RESOURCE_ATTRIBUTES"]),
  ...(env["OTEL_SERVICE_NAME"] ? { [ATTRIBUTE.serviceName]: env["OTEL_SERVICE_NAME"] } : {})
})

/** Pairs in the form of these variables, `name=value,name=value`, values percent-encoded; what is no pair is left out. */
export const keyPairs = (text: string | undefined): { readonly [name: string]: string } =>
  Object.fromEntries(
    (text ?? "").split(",").flatMap((pair) => {
      const equals = pair.indexOf("=")
      const name = pair.slice(0, Math.max(0, equals)).trim()
      return name === "" ? [] : [[name, decoded(pair.slice(equals + 1).trim())]]
    })
  )

/** A malformed escape stands for itself. */
const decoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/giu, (escaped) => new TextDecoder().decode(bytesOf(escaped)))

const bytesOf = (escaped: string): Uint8Array =>
  Uint8Array.from(escaped.slice(1).split("%"), (hex) => Number.parseInt(hex, 16))

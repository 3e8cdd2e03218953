/** What a parameter is when it is left out, as a pipeline file would write it. */
import { Result, Schema } from "effect"
import { isRecord } from "../document/is-record.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import type { StageType } from "../stage/StageType.ts"
import { limited } from "./stage-calls.ts"

/** `undefined` where there is no such parameter, it may not be left out, or there is nothing in its place then. */
export const parameterDefault = ({ params }: Pick<StageType, "params">, name: string): Json | undefined => {
  const fields = "fields" in params && isRecord(params.fields) ? params.fields : {}
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (!Schema.isSchema(field)) return undefined
  const one = Schema.Struct({ [name]: field as Schema.Codec<unknown> })
  // What a check of its own says of a default may be anything, and need not come to an end.
  const encoded = Result.try(() => limited(() => Schema.encodeUnknownSync(one)(Schema.decodeUnknownSync(one)({}))))
  return Result.isSuccess(encoded) ? (encoded.success as { readonly [name: string]: Json })[name] : undefined
}

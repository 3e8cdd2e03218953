/** `pipeline schema`: the JSON Schema of a pipeline file, for editors. */
import { Effect, JsonSchema, Schema } from "effect"
import { pipelineSchema, type StageTypeSchema } from "../document/json-schema.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import type { StageType } from "../stage/StageType.ts"
import { EXIT } from "./exit-status.ts"
import { printJson } from "./output.ts"
import { codeLayer } from "./services.ts"
import { loadTypes, parametersOf } from "./stages.ts"

/** Prints the schema, with the parameters and inputs of the built-in stage types. */
export const schema = Effect.gen(function* () {
  const types = yield* loadTypes()
  printJson(pipelineSchema(types.map(({ type }) => schemaOf(type))))
  return EXIT.success
}).pipe(Effect.provide(codeLayer))

const schemaOf = (type: StageType): StageTypeSchema => {
  const document = Schema.toJsonSchemaDocument(type.params, {
    onExcessProperty: "error",
    referencePolicy: () => undefined
  })
  const { schema: params } = JsonSchema.toDocumentDraft07(document)
  return {
    name: type.name,
    summary: type.summary,
    params: params as { readonly [key: string]: Json },
    defaults: new Map(parametersOf(type).map(({ name, default: value }) => [name, value as Json | undefined])),
    inputs: Object.keys(type.inputs)
  }
}

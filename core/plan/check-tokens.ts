/** Whether the tokens that stages ask for are among the limits of the pipeline. */
import type { Diagnostic } from "../document/Diagnostic.ts"
import type { PipelineDocument, TokenDocument } from "../document/PipelineDocument.ts"
import { suggestion } from "../document/suggestion.ts"
import { complaint } from "./Checked.ts"

/** Complains of tokens that nobody declared. How many there are is for a run to say: `--limit` may offer more or fewer. */
export const checkTokens = ({ limits, stages }: PipelineDocument): ReadonlyArray<Diagnostic> => {
  const known = limits.map(({ name }) => name)
  return stages.flatMap(({ id, resources }) =>
    (resources?.tokens ?? [])
      .filter(({ name }) => !known.includes(name))
      .map(({ name, nameSpan }) =>
        complaint(
          nameSpan,
          `stage "${id}": token "${name}" is not among the limits of the pipeline`,
          known.length === 0 ? `add   limits: { ${name}: 1 }   at the top level` : suggestion(name, "limits", known)
        )
      )
  )
}

/** Tokens or limits as a map from names to numbers. */
export const countsOf = (tokens: ReadonlyArray<TokenDocument>): { readonly [name: string]: number } =>
  Object.fromEntries(tokens.map(({ name, count }) => [name, count]))

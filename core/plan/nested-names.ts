/** The names that a stage type takes below one of its parameters. */
import { SchemaAST } from "effect"
import type { StageType } from "../stage/StageType.ts"

/** Of a map at a path, all of them; `undefined` where there is none, or it takes any name. */
export const namesBelow = (
  type: Pick<StageType, "params">,
  path: ReadonlyArray<PropertyKey>
): ReadonlyArray<string> | undefined => {
  let parts: ReadonlyArray<SchemaAST.AST> = choices(SchemaAST.toEncoded(type.params.ast))
  for (const step of path) parts = parts.flatMap((part) => below(part, step)).flatMap(choices)
  const maps = parts.filter((part) => part._tag === "Objects")
  if (maps.length === 0 || maps.some(({ indexSignatures }) => indexSignatures.length > 0)) return undefined
  return [...new Set(maps.flatMap(({ propertySignatures }) => propertySignatures.map(({ name }) => String(name))))]
}

const choices = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> =>
  ast._tag === "Union" ? ast.types.flatMap(choices) : [ast]

const below = (ast: SchemaAST.AST, step: PropertyKey): ReadonlyArray<SchemaAST.AST> => {
  if (ast._tag === "Objects") return ast.propertySignatures.flatMap(({ name, type }) => (name === step ? [type] : []))
  if (ast._tag !== "Arrays") return []
  return ast.elements[Number(step)] === undefined ? ast.rest : [ast.elements[Number(step)]!]
}

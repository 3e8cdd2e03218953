/** From `matrix:` to the list of its combinations. */
import { Result } from "effect"
import { evaluateTemplate } from "../document/evaluate-template.ts"
import type { MatrixDocument } from "../document/PipelineDocument.ts"
import type { TemplateEntry, TemplateMap } from "../document/Template.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"
import { type Checked, collect, complaint, refuse, suggestion } from "./Checked.ts"
import type { JsonMap } from "./Plan.ts"

/** Combinations beyond this are a slip of the pen, and would exhaust memory before anything ran. */
const LIMIT = 1_000_000

/**
 * The combinations of a matrix: the last dimension varies fastest; excluded ones are left out, included ones follow.
 *
 * A stage without a matrix has one combination, the empty one.
 */
export const expandMatrix = (
  stage: string,
  matrix: MatrixDocument | undefined,
  params: JsonMap
): Checked<ReadonlyArray<JsonMap>> =>
  Result.gen(function* () {
    if (matrix === undefined) return [{}]
    const dimensions = yield* collect(matrix.dimensions.map((dimension) => dimensionValues(stage, dimension, params)))
    const size = dimensions.reduce((product, { values }) => product * values.length, 1)
    if (size > LIMIT) {
      const shape = dimensions.map(({ name, values }) => `${name}: ${values.length}`).join(", ")
      return yield* refuse(
        matrix.span,
        `stage "${stage}": the matrix has ${size} combinations (${shape}); the limit is ${LIMIT}`
      )
    }
    const names = dimensions.map(({ name }) => name)
    const included = yield* collect(matrix.include.map((map) => namedValues(stage, "include", map, names, params)))
    const excluded = yield* collect(matrix.exclude.map((map) => namedValues(stage, "exclude", map, names, params)))
    const kept = product(dimensions).filter((values) => !excluded.some((pattern) => matches(values, pattern)))
    // Of equal combinations the first stays: no two tasks may have one name.
    const once = new Map<string, JsonMap>()
    for (const values of [...kept, ...included]) {
      const text = canonicalText(values)
      if (!once.has(text)) once.set(text, values)
    }
    return [...once.values()]
  })

interface Dimension {
  readonly name: string
  readonly values: ReadonlyArray<Json>
}

const dimensionValues = (stage: string, { key, value }: TemplateEntry, params: JsonMap): Checked<Dimension> =>
  Result.gen(function* () {
    const values = yield* evaluateTemplate(value, { params })
    if (!Array.isArray(values)) {
      return yield* refuse(
        value.span,
        `stage "${stage}": matrix dimension "${key}" is not a list`,
        "write [1, 2, 3], range(n), or the name of a list parameter"
      )
    }
    if (values.length === 0) {
      return yield* refuse(value.span, `stage "${stage}": matrix dimension "${key}" is an empty list`)
    }
    const seen = new Set<string>()
    for (const item of values) {
      const text = canonicalText(item)
      if (seen.has(text)) {
        return yield* refuse(value.span, `stage "${stage}": matrix dimension "${key}" has ${text} twice`)
      }
      seen.add(text)
    }
    return { name: key, values }
  })

/** The values of an `include` (which must give every dimension) or `exclude` (which may give some). */
const namedValues = (
  stage: string,
  what: "include" | "exclude",
  map: TemplateMap,
  names: ReadonlyArray<string>,
  params: JsonMap
): Checked<JsonMap> =>
  Result.gen(function* () {
    const unknown = map.entries.filter(({ key }) => !names.includes(key))
    if (unknown.length > 0) {
      return yield* Result.fail(
        unknown.map(({ key, keySpan }) =>
          complaint(
            keySpan,
            `stage "${stage}": ${what} names "${key}", which is no dimension of the matrix`,
            suggestion(key, "dimensions", names)
          )
        )
      )
    }
    const given = new Map<string, Json>()
    for (const { key, value } of map.entries) given.set(key, yield* evaluateTemplate(value, { params }))
    const missing = names.filter((name) => !given.has(name))
    if (what === "include" && missing.length > 0) {
      return yield* refuse(
        map.span,
        `stage "${stage}": include must give every dimension; missing: ${missing.join(", ")}`
      )
    }
    // In the order of the dimensions, so that a task has one name however the file spells it.
    return Object.fromEntries(names.flatMap((name) => (given.has(name) ? [[name, given.get(name) as Json]] : [])))
  })

const product = (dimensions: ReadonlyArray<Dimension>): ReadonlyArray<JsonMap> =>
  dimensions.reduce<ReadonlyArray<JsonMap>>(
    (combinations, { name, values }) =>
      combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value }))),
    [{}]
  )

const matches = (values: JsonMap, pattern: JsonMap): boolean =>
  Object.entries(pattern).every(([name, value]) => canonicalText(values[name] ?? null) === canonicalText(value))

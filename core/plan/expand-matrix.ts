/** From `matrix:` to the list of its combinations. */
import { Result } from "effect"
import { Budget } from "../document/Budget.ts"
import type { Scope } from "../document/evaluate.ts"
import { evaluateTemplate } from "../document/evaluate-template.ts"
import { mentions } from "../document/expression-parts.ts"
import {
  dimensionsOf,
  type MatrixAxis,
  type MatrixDimension,
  type MatrixDocument,
  type OneReference
} from "../document/PipelineDocument.ts"
import type { Span } from "../document/Span.ts"
import { suggestion } from "../document/suggestion.ts"
import type { TemplateMap } from "../document/Template.ts"
import { isGuarded } from "../fault/hooks.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"
import { type Checked, collect, complaint, refuse } from "./Checked.ts"
import type { JsonMap } from "./Plan.ts"
import { taskId } from "./task-id.ts"

/** Combinations beyond this are a slip of the pen: so many are planned within a second. */
const LIMIT = 100_000

/** Finds the list that a task has made, for a combination of the dimensions above; `undefined` where there is none. */
export type FindList = (reference: OneReference, matrix: JsonMap) => Checked<ReadonlyArray<Json> | undefined>

const NO_LISTS: FindList = () => Result.succeed(undefined)

/** What the expressions of a matrix may name beside the dimensions above them. */
export type MatrixScope = Pick<Scope, "params" | "machine">

/** What combinations are made from. */
interface Ground {
  readonly stage: string
  readonly matrix: MatrixDocument
  readonly scope: MatrixScope
  readonly lists: FindList
  readonly budget: Budget
}

/** The combinations of a matrix, and those that `exclude` takes away. */
export interface Expanded {
  readonly combinations: ReadonlyArray<JsonMap>
  readonly excluded: ReadonlyArray<JsonMap>
}

/**
 * The combinations of a matrix: the last axis varies fastest; excluded ones are left out, included ones follow.
 *
 * A stage without a matrix has one combination, the empty one.
 */
export const expandMatrix = (
  stage: string,
  matrix: MatrixDocument | undefined,
  scope: MatrixScope,
  lists: FindList = NO_LISTS,
  budget = new Budget()
): Checked<Expanded> =>
  Result.gen(function* () {
    if (matrix === undefined) return { combinations: [{}], excluded: [] }
    const names = dimensionsOf(matrix)
    const every = yield* product({ stage, matrix, scope, lists, budget })
    const included = yield* collect(matrix.include.map((map) => namedValues(stage, "include", map, names, scope)))
    const patterns = yield* collect(matrix.exclude.map((map) => namedValues(stage, "exclude", map, names, scope)))
    const isExcluded = exclusion(patterns)
    const excluded = patterns.length === 0 ? [] : every.filter(isExcluded)
    const kept = excluded.length === 0 ? every : every.filter((values) => !isExcluded(values))
    const combinations = included.length === 0 ? kept : onceEach([...kept, ...included])
    yield* distinctNames(stage, matrix, combinations)
    return { combinations, excluded }
  })

/** Of equal combinations the first: no two tasks may have one name. Those of the axes alone are all different. */
const onceEach = (combinations: ReadonlyArray<JsonMap>): ReadonlyArray<JsonMap> => {
  const once = new Map<string, JsonMap>()
  for (const values of combinations) {
    const text = canonicalText(values)
    if (!once.has(text)) once.set(text, values)
  }
  return [...once.values()]
}

/** Every combination of the axes, each axis with the values of those before it. */
const product = (ground: Ground): Checked<ReadonlyArray<JsonMap>> =>
  Result.gen(function* () {
    // Lists that no other dimension decides are evaluated once, and what is wrong with them is said at once.
    const axes = yield* collect(
      ground.matrix.axes.map((axis): Checked<Axis> => {
        if (isNested(axis)) return Result.succeed({ axis, rows: undefined })
        return Result.map(filledRows(ground, axis), (rows) => ({ axis, rows }))
      })
    )
    yield* checkSize(ground, axes)
    let combinations: ReadonlyArray<JsonMap> = [{}]
    for (const { axis, rows } of axes) {
      combinations =
        rows === undefined
          ? yield* nest(ground, axis, combinations)
          : combinations.flatMap((combination) => rows.map((row) => ({ ...combination, ...row })))
    }
    return combinations
  })

interface Axis {
  readonly axis: MatrixAxis
  /** The values of its dimensions, one after the other; `undefined` where other dimensions decide them. */
  readonly rows: ReadonlyArray<JsonMap> | undefined
}

const isMade = (axis: MatrixAxis): boolean => axis.some(({ from }) => from !== undefined)

/** Which task has made a list may depend on the values of the dimensions above it. */
const isNested = (axis: MatrixAxis): boolean =>
  axis.some((dimension) => dimension.from !== undefined || mentions(dimension.value, "matrix"))

/** What can be counted before anything is made. */
const checkSize = ({ stage, matrix: { span } }: Ground, axes: ReadonlyArray<Axis>): Checked<void> => {
  const sizes = axes.flatMap(({ axis, rows }) =>
    rows === undefined ? [] : [{ name: nameOf(axis), size: rows.length }]
  )
  const size = sizes.reduce((all, axis) => all * axis.size, 1)
  if (size <= LIMIT || !isGuarded("bound-matrix")) return Result.succeed(undefined)
  const shape = sizes.map((axis) => `${axis.name}: ${axis.size}`).join(", ")
  return refuse(span, `stage "${stage}": the matrix has ${size} combinations (${shape}); the limit is ${LIMIT}`)
}

/** Each combination with the rows that an axis has for it; an axis may have none for some. */
const nest = (
  ground: Ground,
  axis: MatrixAxis,
  combinations: ReadonlyArray<JsonMap>
): Checked<ReadonlyArray<JsonMap>> =>
  Result.gen(function* () {
    const { stage, matrix } = ground
    const nested: Array<JsonMap> = []
    for (const combination of combinations) {
      for (const row of yield* rowsOf(ground, axis, combination)) nested.push({ ...combination, ...row })
      if (nested.length > LIMIT) {
        return yield* refuse(matrix.span, `stage "${stage}": the matrix has more than ${LIMIT} combinations`)
      }
    }
    // A list that a task makes may be empty, and leaves nothing to go through below it.
    if (nested.length === 0 && combinations.length > 0 && !isMade(axis)) return yield* isEmpty(stage, axis)
    return nested
  })

const filledRows = (ground: Ground, axis: MatrixAxis): Checked<ReadonlyArray<JsonMap>> =>
  Result.flatMap(rowsOf(ground, axis, {}), (rows) =>
    rows.length === 0 ? isEmpty(ground.stage, axis) : Result.succeed(rows)
  )

const isEmpty = (stage: string, axis: MatrixAxis): Checked<never> =>
  refuse(spanOf(axis[0]), `stage "${stage}": matrix dimension "${nameOf(axis)}" is an empty list`)

const nameOf = (axis: MatrixAxis): string => axis.map(({ key }) => key).join(", ")

/** Where the list of a dimension stands, or what it comes from. */
const spanOf = (dimension: MatrixDimension): Span =>
  dimension.from === undefined ? dimension.value.span : dimension.from.span

/** The rows of an axis, no two of them equal. The lists of a zip are as long as each other. */
const rowsOf = (ground: Ground, axis: MatrixAxis, above: JsonMap): Checked<ReadonlyArray<JsonMap>> =>
  Result.gen(function* () {
    const { stage } = ground
    const found = yield* collect(axis.map((dimension) => valuesOf(ground, dimension, above)))
    const lists = found.filter((list) => list !== undefined)
    if (lists.length < found.length) return []
    const length = lists[0]?.length ?? 0
    const other = lists.findIndex((list) => list.length !== length)
    const odd = axis[other]
    if (odd !== undefined) {
      return yield* refuse(
        spanOf(odd),
        `stage "${stage}": zip takes lists of one length, but "${axis[0].key}" has ${length} and "${odd.key}" ${lists[other]?.length}`
      )
    }
    const rows = Array.from({ length }, (_, at) =>
      Object.fromEntries(axis.map(({ key }, dimension) => [key, lists[dimension]?.[at] ?? null]))
    )
    const twice = firstTwice(rows)
    if (twice === undefined) return rows
    const shown = axis.length === 1 ? canonicalText(twice[axis[0].key] ?? null) : canonicalText(twice)
    return yield* refuse(spanOf(axis[0]), `stage "${stage}": matrix dimension "${nameOf(axis)}" has ${shown} twice`)
  })

const firstTwice = (rows: ReadonlyArray<JsonMap>): JsonMap | undefined => {
  const seen = new Set<string>()
  return rows.find((row) => {
    const text = canonicalText(row)
    if (seen.has(text)) return true
    seen.add(text)
    return false
  })
}

const valuesOf = (
  { stage, scope, lists, budget }: Ground,
  dimension: MatrixDimension,
  above: JsonMap
): Checked<ReadonlyArray<Json> | undefined> => {
  if (dimension.from !== undefined) return lists(dimension.from, above)
  const { key, value } = dimension
  return Result.flatMap(evaluateTemplate(value, { ...scope, matrix: above, budget }), (values) =>
    Array.isArray(values)
      ? Result.succeed<ReadonlyArray<Json>>(values)
      : refuse(
          value.span,
          `stage "${stage}": matrix dimension "${key}" is not a list`,
          "write [1, 2, 3], range(n), or the name of a list parameter"
        )
  )
}

/** Maps go by the name that they give themselves: no two tasks may have one name. */
const distinctNames = (
  stage: string,
  { span }: MatrixDocument,
  combinations: ReadonlyArray<JsonMap>
): Checked<void> => {
  const hasMaps = combinations.some((values) => Object.values(values).some((value) => typeof value === "object"))
  if (!hasMaps) return Result.succeed(undefined)
  const seen = new Set<string>()
  for (const values of combinations) {
    const id = taskId(stage, values)
    if (seen.has(id)) {
      return refuse(
        span,
        `stage "${stage}": two different combinations are named ${id}`,
        "a map is named by its name or id: give each map its own"
      )
    }
    seen.add(id)
  }
  return Result.succeed(undefined)
}

/** The values of an `include` (which must give every dimension) or `exclude` (which may give some). */
const namedValues = (
  stage: string,
  what: "include" | "exclude",
  map: TemplateMap,
  names: ReadonlyArray<string>,
  { params = {} }: MatrixScope
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

/** Whether a pattern takes a combination away. Patterns of the same dimensions are looked up together, however many there are. */
const exclusion = (patterns: ReadonlyArray<JsonMap>): ((values: JsonMap) => boolean) => {
  const groups = [...Map.groupBy(patterns, (pattern) => Object.keys(pattern).join()).values()].map((alike) => {
    const names = Object.keys(alike[0] ?? {})
    const textOf = (values: JsonMap): string => canonicalText(names.map((name) => values[name] ?? null))
    return { textOf, texts: new Set(alike.map(textOf)) }
  })
  return (values) => groups.some(({ textOf, texts }) => texts.has(textOf(values)))
}

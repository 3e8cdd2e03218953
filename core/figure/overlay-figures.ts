/** Figures of several runs as one: their curves in one picture where that can be read, else panels with common axes. */
import { isRecord } from "../document/is-record.ts"
import type { Figure, Json } from "../stage/ArtifactKind.ts"
import { canonicalText } from "../store/Digest.ts"

/** A figure with the name of what it is of. */
export interface LabelledFigure {
  readonly label: string
  readonly figure: Figure
}

export interface CommonFigure {
  /** Curves over each other, told apart by colour; or a panel for each. */
  readonly form: "overlaid" | "panels"
  readonly figure: Figure
}

type Spec = Figure["spec"]

/** Marks of which several can be seen in one place. */
const THIN = new Set(["line", "point", "circle", "square", "tick", "rule", "trail", "errorbar", "text"])

/** Channels that tell series apart by colour. */
const COLORS = ["color", "fill", "stroke"]

/** Compositions that hold views of their own. */
const SEVERAL = ["concat", "hconcat", "vconcat", "repeat"]

/** Labels for which the palette has colours that everyone can tell apart. */
const CATEGORIES = 7

/** Rows of all figures together. */
const MAX_ROWS = 100_000

/** Panels beside each other. */
const COLUMNS = 2

/**
 * One figure with the data of all: figures can be put together when they say the same but for their data and titles, and
 * carry these as rows at their top. `undefined` where they cannot.
 */
export const overlayFigures = (figures: ReadonlyArray<LabelledFigure>): CommonFigure | undefined => {
  const [first] = figures
  if (first === undefined || !isMergeable(figures.map(({ figure }) => figure.spec))) return undefined
  const field = freeField(figures.flatMap(({ figure }) => rowsOf(figure.spec) ?? []))
  const values = figures.flatMap(({ label, figure }) =>
    (rowsOf(figure.spec) ?? []).map((row) => ({ ...row, [field]: label }))
  )
  if (values.length > MAX_ROWS) return undefined
  const labels = figures.map(({ label }) => label)
  const spec: Spec = { ...withCommonWords(figures.map(({ figure }) => figure.spec)), data: { values } }
  if (isOverlayable(spec)) return { form: "overlaid", figure: { spec: colored(spec, field, labels) } }
  const panels = inPanels(spec, field, labels)
  return panels && { form: "panels", figure: { spec: panels } }
}

/** The first of them, without a title or a description that the others do not share. */
const withCommonWords = (specs: ReadonlyArray<Spec>): Spec => {
  const isCommon = (key: string): boolean => new Set(specs.map((spec) => canonicalText(spec[key] ?? null))).size === 1
  return Object.fromEntries(
    Object.entries(specs[0] ?? {}).filter(([key]) => !["title", "description"].includes(key) || isCommon(key))
  )
}

/** The rows that a specification carries at its top. */
const rowsOf = ({ data }: Spec): ReadonlyArray<Spec> | undefined => {
  const values = isRecord(data) ? (data as Spec)["values"] : undefined
  return Array.isArray(values) && values.every(isRecord) ? (values as ReadonlyArray<Spec>) : undefined
}

const isMergeable = (specs: ReadonlyArray<Spec>): boolean => {
  const skeletons = specs.map(({ data, title, description, ...rest }) => rest)
  return (
    specs.every((spec) => rowsOf(spec) !== undefined) &&
    new Set(skeletons.map(canonicalText)).size === 1 &&
    !skeletons.some((skeleton) => SEVERAL.some((key) => key in skeleton) || has(skeleton, "data"))
  )
}

/** Whether a key stands anywhere in a value. */
const has = (value: Json, key: string): boolean => {
  if (Array.isArray(value)) return value.some((item) => has(item, key))
  return isRecord(value) && Object.entries(value as Spec).some(([name, item]) => name === key || has(item, key))
}

/** A name that no row has. */
const freeField = (rows: ReadonlyArray<object>): string => {
  let name = "run"
  while (rows.some((row) => Object.hasOwn(row, name))) name += "_"
  return name
}

/** The parts of a specification that say of themselves what they draw: itself and its layers, however deep. */
const unitsOf = (spec: Spec): ReadonlyArray<Spec> => {
  const layers = spec["layer"]
  return [spec, ...(Array.isArray(layers) ? layers.filter(isRecord).flatMap((layer) => unitsOf(layer as Spec)) : [])]
}

const isOverlayable = (spec: Spec): boolean =>
  !("facet" in spec) && !hasFacetChannel(spec) && unitsOf(spec).every((unit) => hasThinMark(unit) && isFree(unit))

const hasThinMark = ({ mark }: Spec): boolean => {
  if (mark === undefined) return true
  const type = isRecord(mark) ? (mark as Spec)["type"] : mark
  // A colour of its own would win over that of the run.
  const isPlain = !isRecord(mark) || COLORS.every((channel) => !(channel in mark))
  return typeof type === "string" && THIN.has(type) && isPlain
}

/** Whether colours are free, and nothing is computed over rows of several runs together. */
const isFree = ({ encoding, transform = [] }: Spec): boolean => {
  const channels = isRecord(encoding) ? Object.keys(encoding) : []
  const isByRow = Array.isArray(transform) && transform.every((one) => isRecord(one) && isRowTransform(one as Spec))
  return isByRow && !COLORS.some((channel) => channels.includes(channel))
}

const isRowTransform = (transform: Spec): boolean => "filter" in transform || "calculate" in transform

const hasFacetChannel = (spec: Spec): boolean =>
  unitsOf(spec).some(
    ({ encoding }) => isRecord(encoding) && ["row", "column", "facet"].some((channel) => channel in encoding)
  )

/** With the colour of its run for everything that is drawn. */
const colored = (spec: Spec, field: string, labels: ReadonlyArray<string>): Spec => {
  const range = labels.length > CATEGORIES ? { scheme: "viridis" } : {}
  const color = { field, type: "nominal", title: "run", sort: labels, scale: { domain: labels, ...range } }
  const { encoding } = spec
  // Layers take the encoding of what holds them.
  return { ...spec, encoding: { ...(isRecord(encoding) ? (encoding as Spec) : {}), color } }
}

/** A panel for each run. `undefined` where rows of several runs would be computed together, or no direction is free. */
const inPanels = (spec: Spec, field: string, labels: ReadonlyArray<string>): Spec | undefined => {
  const by = { field, type: "nominal", title: "run", sort: labels }
  const { facet, transform } = spec
  if (facet === undefined) {
    if (hasFacetChannel(spec)) return undefined
    const { data, title, description, $schema, background, padding, config, ...view } = spec
    const outer = { $schema, background, padding, config, title, description, data }
    const kept = Object.fromEntries(
      Object.entries(outer).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))
    )
    return { ...kept, facet: by, columns: COLUMNS, spec: view }
  }
  if (transform !== undefined || !isRecord(facet)) return undefined
  if ("field" in facet) return { ...spec, facet: { row: by, column: facet as Json } }
  const free = ["row", "column"].find((direction) => !(direction in facet))
  return free === undefined ? undefined : { ...spec, facet: { ...(facet as Spec), [free]: by } }
}

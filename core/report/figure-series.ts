/** What a figure draws, as short tables: the extent of each of its lines. Who does not see it, or mistrusts it, reads these. */
import { isRecord } from "../document/is-record.ts"
import type { Figure, Json } from "../stage/ArtifactKind.ts"

/** One table for each part of the figure that has data and axes of its own. */
export type FigureSeries = ReadonlyArray<SeriesTable>

export interface SeriesTable {
  /** Title of the part, where it has one. */
  readonly title: string | undefined
  /** Fields by which its rows are told apart, as the legend and the panels call them. */
  readonly groups: ReadonlyArray<string>
  /** Titles of the measured axes. */
  readonly measures: ReadonlyArray<string>
  readonly rows: ReadonlyArray<SeriesRow>
  /** Rows beyond those that are listed. */
  readonly leftOut: number
}

export interface SeriesRow {
  readonly labels: ReadonlyArray<string>
  /** How many points are drawn. */
  readonly count: number
  /** Least and largest value on each measured axis; `undefined` where no point has one. */
  readonly extents: ReadonlyArray<readonly [least: number, most: number] | undefined>
}

const [MAX_TABLES, MAX_ROWS] = [12, 40]

/** The tables of a Vega-Lite specification, as far as its data are in it; transforms are not followed. */
export const seriesOf = (spec: Figure["spec"]): FigureSeries => {
  const tables = new Map<string, SeriesTable>()
  for (const view of viewsIn(spec, { rows: undefined, channels: {}, title: undefined }, 0)) {
    if (tables.size === MAX_TABLES) break
    const table = tableOf(view)
    // Layers over one another draw the same data: once is enough.
    if (table !== undefined) tables.set(JSON.stringify(table), table)
  }
  return [...tables.values()]
}

type DataRow = { readonly [field: string]: Json }

/** What a part of a specification has of its own and from those around it. */
interface View {
  readonly rows: ReadonlyArray<DataRow> | undefined
  readonly channels: { readonly [channel: string]: Json }
  readonly title: string | undefined
}

/** Specifications nest; nobody draws deeper. */
const MAX_DEPTH = 12

const viewsIn = function* (spec: Json, outer: View, depth: number): Generator<View> {
  if (!isRecord(spec) || depth > MAX_DEPTH) return
  const { data, encoding, facet, row, column } = spec
  const view: View = {
    rows: rowsIn(data) ?? outer.rows,
    channels: { ...outer.channels, ...facetsIn({ facet, row, column }), ...(isRecord(encoding) ? encoding : {}) },
    title: depth === 0 ? undefined : (titleIn(spec["title"]) ?? outer.title)
  }
  if ("mark" in spec) yield view
  for (const name of ["layer", "concat", "hconcat", "vconcat"]) {
    const parts = spec[name]
    if (Array.isArray(parts)) for (const part of parts) yield* viewsIn(part, view, depth + 1)
  }
  if ("spec" in spec) yield* viewsIn(spec["spec"] ?? null, view, depth + 1)
}

const rowsIn = (data: Json | undefined): ReadonlyArray<DataRow> | undefined =>
  isRecord(data) && Array.isArray(data["values"])
    ? data["values"].filter((row): row is DataRow => isRecord(row))
    : undefined

/** A facet is one field, or one for rows and one for columns. */
const facetsIn = ({ facet, ...sides }: { readonly [name: string]: Json | undefined }): View["channels"] => {
  const named = isRecord(facet) && !("field" in facet) ? { ...sides, ...facet } : { ...sides, facet }
  return Object.fromEntries(Object.entries(named).flatMap(([name, value]) => (isRecord(value) ? [[name, value]] : [])))
}

const titleIn = (title: Json | undefined): string | undefined => {
  if (typeof title === "string") return title
  return isRecord(title) && typeof title["text"] === "string" ? title["text"] : undefined
}

/** Channels that say nothing by themselves, or what another one says already. */
const SILENT = new Set(["detail", "tooltip", "order", "text", "href", "key", "url", "description"])

interface Field {
  readonly name: string
  readonly title: string
  readonly isMeasured: boolean
}

const fieldsOf = ({ rows = [], channels }: View): ReadonlyArray<Field> => {
  const fields = new Map<string, Field>()
  for (const [channel, definition] of Object.entries(channels)) {
    if (SILENT.has(channel) || !isRecord(definition)) continue
    const { field, type, title, aggregate } = definition
    if (typeof field !== "string" || aggregate !== undefined || !rows.some((row) => row[field] !== undefined)) continue
    const isMeasured = type === "quantitative" || type === "temporal"
    // Of two channels of one field the first that has a title tells it.
    const known = fields.get(field)
    const words = typeof title === "string" && title !== "" ? title : undefined
    if (known === undefined || (known.title === field && words !== undefined))
      fields.set(field, { name: field, title: words ?? field, isMeasured })
  }
  return [...fields.values()]
}

const tableOf = (view: View): SeriesTable | undefined => {
  const fields = fieldsOf(view)
  const groups = fields.filter(({ isMeasured }) => !isMeasured)
  const measures = fields.filter(({ isMeasured }) => isMeasured)
  if (view.rows === undefined || measures.length === 0) return undefined
  const grouped = Map.groupBy(view.rows, (row) => JSON.stringify(groups.map(({ name }) => row[name] ?? null)))
  const rows = [...grouped.values()].map((members) => ({
    labels: groups.map(({ name }) => labelOf(members[0]?.[name])),
    count: members.length,
    extents: measures.map(({ name }) => extentOf(members, name))
  }))
  return {
    title: view.title,
    groups: groups.map(({ title }) => title),
    measures: measures.map(({ title }) => title),
    rows: rows.slice(0, MAX_ROWS),
    leftOut: Math.max(0, rows.length - MAX_ROWS)
  }
}

const labelOf = (value: Json | undefined): string =>
  value === undefined || value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value)

const extentOf = (rows: ReadonlyArray<DataRow>, field: string): SeriesRow["extents"][number] => {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const row of rows) {
    const value = row[field]
    if (typeof value !== "number" || !Number.isFinite(value)) continue
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return least > most ? undefined : [least, most]
}

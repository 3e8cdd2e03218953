/** Tables of a page. */
import { type Insertion, Markup, markup } from "./Markup.ts"

export interface Column {
  readonly title: string
  /** Figures stand flush right. */
  readonly isNumeric?: boolean
  /** Its cells say what their rows are about. */
  readonly isHead?: boolean
}

/** What stands in a cell; `order` sorts it where the text would sort wrongly, and NaN puts it last. */
export type Cell = Insertion | { readonly content: Insertion; readonly order: number }

export interface Row {
  readonly cells: ReadonlyArray<Cell>
  readonly className?: string
  /** The artifact that its numbers come with, or what else tells them. */
  readonly origin?: Markup
  readonly id?: string
}

/**
 * A table that a script, where there is one, lets a reader sort; `label` says to those who do not see it what it is, `origin` what
 * the numbers of all rows come with.
 */
export const table = (
  label: string,
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<Row>,
  origin?: Markup
): Markup =>
  markup`<div class="scroll"><table class="sortable" aria-label="${label}"${origin}><thead><tr>${columns.map(
    ({ title, isNumeric }) => markup`<th scope="col"${isNumeric === true && NUMERIC}>${title}</th>`
  )}</tr></thead><tbody>
${rows.map((row) => tableRow(row, columns))}</tbody></table></div>`

const tableRow = ({ className, id, origin, cells }: Row, columns: ReadonlyArray<Column>): Markup =>
  markup`<tr${className !== undefined && markup` class="${className}"`}${id !== undefined && markup` id="${id}"`}${origin}>${cells.map((cell, index) => tableCell(cell, columns[index]))}</tr>
`

const NUMERIC = new Markup(' class="number"')

const tableCell = (cell: Cell, { isNumeric, isHead }: Partial<Column> = {}): Markup => {
  const [content, order] = isOrdered(cell) ? [cell.content, cell.order] : [cell, undefined]
  const attributes = markup`${isNumeric === true && NUMERIC}${order !== undefined && markup` data-order="${Number.isNaN(order) ? Number.POSITIVE_INFINITY : order}"`}`
  return isHead === true
    ? markup`<th scope="row"${attributes}>${content}</th>`
    : markup`<td${attributes}>${content}</td>`
}

const isOrdered = (cell: Cell): cell is { readonly content: Insertion; readonly order: number } =>
  typeof cell === "object" && "order" in cell

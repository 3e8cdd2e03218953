/** Tables of a page. */
import { type Insertion, Markup, markup } from "./Markup.ts"

export interface Column {
  readonly title: string
  /** Figures stand flush right. */
  readonly isNumeric?: boolean
}

/** What stands in a cell; `order` sorts it where the text would sort wrongly. */
export type Cell = Insertion | { readonly content: Insertion; readonly order: number }

export interface Row {
  readonly cells: ReadonlyArray<Cell>
  readonly className?: string
}

/** A table that a script, where there is one, lets a reader sort. */
export const table = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<Row>, className = ""): Markup =>
  markup`<div class="scroll"><table class="sortable ${className}"><thead><tr>${columns.map(
    ({ title, isNumeric }) => markup`<th scope="col"${isNumeric === true && NUMERIC}>${title}</th>`
  )}</tr></thead><tbody>
${rows.map(
  (row) => markup`<tr${row.className !== undefined && markup` class="${row.className}"`}>${row.cells.map(
    (cell, index) => tableCell(cell, columns[index]?.isNumeric === true)
  )}</tr>
`
)}</tbody></table></div>`

const NUMERIC = new Markup(' class="number"')

const tableCell = (cell: Cell, isNumeric: boolean): Markup => {
  const [content, order] = isOrdered(cell) ? [cell.content, cell.order] : [cell, undefined]
  return markup`<td${isNumeric && NUMERIC}${order !== undefined && markup` data-order="${order}"`}>${content}</td>`
}

const isOrdered = (cell: Cell): cell is { readonly content: Insertion; readonly order: number } =>
  typeof cell === "object" && "order" in cell

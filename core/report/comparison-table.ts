/** Tables with a column for each run: they may be wide, so the names of rows stay in sight. */
import { type Insertion, type Markup, markup } from "./Markup.ts"

export interface ComparedRow {
  readonly name: Insertion
  readonly cells: ReadonlyArray<Insertion>
}

/** `label` says to those who do not see it what it is; `heads` has the head of the names and those of the cells; cells stand flush right, words flush left. */
export const comparisonTable = (
  label: string,
  heads: ReadonlyArray<Insertion>,
  rows: ReadonlyArray<ComparedRow>,
  className: "" | "words" = ""
): Markup => markup`<div class="scroll beside ${className}" tabindex="0" role="region" aria-label="${label}"><table aria-label="${label}"><thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead><tbody>
${rows.map(
  ({ name, cells }) => markup`<tr><th scope="row">${name}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>
`
)}</tbody></table></div>`

/** The same, out of sight until somebody asks for it; on paper it stays so. */
export const folded = (summary: Insertion, content: Insertion): Markup =>
  markup`<details><summary>${summary}</summary><div class="inner">${content}</div></details>`

export const COMPARISON_STYLE = `
.beside td,.beside thead th{text-align:right;white-space:nowrap}
.beside thead th:first-child{text-align:left}
.beside tbody th,.beside td{vertical-align:top}
.beside.words td,.beside.words thead th{text-align:left}
.beside tbody th{position:sticky;left:0;background:var(--paper);color:var(--ink);font-size:inherit;font-weight:400;border-bottom:1px solid var(--line);padding:7px 14px 7px 0;white-space:normal;overflow-wrap:anywhere;min-width:11em;max-width:26em}
.beside tbody tr:hover th{background:var(--faint)}
.beside td .words{text-align:left;white-space:normal}
.beside small{display:block;font-size:.92em}.beside small:not([class]){color:var(--muted)}
.beside .away{color:var(--muted)}
.best{display:inline-block;font-size:.74rem;font-weight:600;color:var(--met);border:1px solid currentColor;border-radius:99px;padding:0 7px;line-height:1.5;margin-right:.5em}
.letter{display:inline-block;min-width:1.7em;text-align:center;font-weight:700;border:1px solid var(--ink);border-radius:5px;padding:0 .3em;line-height:1.45;font-size:.88em}
.causes{list-style:none;padding:0;margin:.4em 0 1.6em}
.causes li{padding:7px 0;border-bottom:1px solid var(--line)}
.causes .stages{display:block;color:var(--muted);font-size:.88rem}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:16px}
.pictures .plate{padding:12px}.pictures p{margin:0 0 6px}
@media print{.beside tbody th{position:static}.beside{overflow:visible}.beside table{font-size:8pt}}
`

/** What a page does beyond being read: a click or Enter on a table's head sorts its rows; on paper, metrics are unfolded. */

/** Kept small and free of insertions, so that the page can name it by its digest and allow no other. */
export const PAGE_SCRIPT = `
for (const table of document.querySelectorAll("table.sortable")) {
  table.classList.add("can-sort")
  const heads = [...table.tHead.rows[0].cells]
  const sort = (head, index) => {
    const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending"
    heads.forEach((other) => other.removeAttribute("aria-sort"))
    head.setAttribute("aria-sort", order)
    const value = (row) => row.cells[index].dataset.order ?? row.cells[index].textContent
    const compare = (a, b) => value(a).localeCompare(value(b), "en", { numeric: true })
    const numeric = (a, b) => Number(value(a)) - Number(value(b))
    const rows = [...table.tBodies[0].rows]
    const isNumeric = rows.every((row) => row.cells[index].dataset.order !== undefined)
    rows.sort(isNumeric ? numeric : compare)
    if (order === "descending") rows.reverse()
    table.tBodies[0].append(...rows)
  }
  heads.forEach((head, index) => {
    head.tabIndex = 0
    head.addEventListener("click", () => sort(head, index))
    head.addEventListener("keydown", (event) => { if (event.key === "Enter") sort(head, index) })
  })
}
let opened = []
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details[data-print]:not([open])")]
  opened.forEach((details) => { details.open = true })
})
addEventListener("afterprint", () => opened.forEach((details) => { details.open = false }))
`

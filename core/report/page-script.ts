/**
 * What a page does beyond being read: buttons in the head of a table sort its rows, others copy commands; what a link leads to is
 * unfolded, and on paper metrics are.
 */

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
    const button = document.createElement("button")
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener("click", () => sort(head, index))
  })
}
for (const box of document.querySelectorAll(".commands")) {
  const button = document.createElement("button")
  button.textContent = "Copy"
  button.setAttribute("aria-live", "polite")
  button.addEventListener("click", async () => {
    const text = box.querySelector("code").textContent
    try {
      await navigator.clipboard.writeText(text)
      button.textContent = "Copied"
    } catch {
      getSelection().selectAllChildren(box.querySelector("code"))
      button.textContent = "Selected"
    }
  })
  button.addEventListener("blur", () => { button.textContent = "Copy" })
  box.append(button)
}
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true
  if (target) target.scrollIntoView()
}
addEventListener("hashchange", unfold)
if (location.hash) unfold()
for (const box of document.querySelectorAll(".scroll, .wide")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0
}
let opened = []
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details[data-print]:not([open])")]
  opened.forEach((details) => { details.open = true })
})
addEventListener("afterprint", () => opened.forEach((details) => { details.open = false }))
`

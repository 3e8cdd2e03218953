/** A line of comma-separated values (RFC 4180). */

/** The cells with commas between them; quoted where a comma, a quote, a line break or outer blanks would be misread. */
export const csvRow = (cells: ReadonlyArray<string | number | boolean>): string => cells.map(cellText).join(",")

const cellText = (value: string | number | boolean): string => {
  const text = String(value)
  return /[",\r\n]|^\s|\s$/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

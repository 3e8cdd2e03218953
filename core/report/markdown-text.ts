/** Text from strangers in Markdown, as GitHub reads it: it stays the text that it is. */

/** Running text on one line, which may begin one. */
export const plainText = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*_[\]<>#!|~&$]/gu, (character) => `\\${character}`)
    .replace(/^(?<number>\d*)(?<sign>[-+=.)])(?=\s|$)/u, "$<number>\\$<sign>")

/** A name in code type, also within a table. */
export const codeText = (text: string): string => {
  const line = oneLine(text).replaceAll("|", "\\|")
  const fence = "`".repeat(1 + Math.max(0, ...Array.from(line.matchAll(/`+/gu), ([run]) => run.length)))
  const space = line.startsWith("`") || line.endsWith("`") ? " " : ""
  return `${fence}${space}${line}${space}${fence}`
}

/** The row of a table; the cells are Markdown. */
export const tableRow = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

/** Text without breaks of lines, which could end what it stands in. */
export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()

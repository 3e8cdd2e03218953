/** HTML and SVG text in which everything that was put in is escaped, unless it is markup itself. */

/** Text that is already well-formed markup. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** What may stand between the braces of a template: `undefined` and `false` leave nothing. */
export type Insertion = Markup | string | number | false | undefined | ReadonlyArray<Insertion>

/**
 * A template whose insertions are escaped for element content and for quoted attributes, in HTML and in XML.
 *
 * Names of stages, messages of failures and the like come from strangers: there is no way to insert them raw.
 */
export const markup = (strings: TemplateStringsArray, ...insertions: ReadonlyArray<Insertion>): Markup =>
  new Markup(strings.reduce((text, part, index) => text + render(insertions[index - 1]) + part))

/** Text as element content or as the value of a quoted attribute. */
export const escaped = (text: string): string =>
  text
    .toWellFormed()
    // XML has no way to write these, and one of them makes a whole SVG file unreadable.
    .replace(FORBIDDEN, "\uFFFD")
    .replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? character)

/** A name in code type that may be broken after the signs between its parts. */
export const nameMarkup = (name: string): Markup =>
  markup`<code>${name.split(/(?<=[.@,/])/u).map((part, index) => (index === 0 ? part : markup`<wbr>${part}`))}</code>`

const ENTITIES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be replaced
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFE\uFFFF]/gu

const render = (insertion: Insertion): string => {
  if (insertion === undefined || insertion === false) return ""
  if (insertion instanceof Markup) return insertion.text
  if (typeof insertion === "object") return insertion.map(render).join("")
  return escaped(String(insertion))
}

/** Lists of facts. */
import { type Insertion, type Markup, markup } from "./Markup.ts"

/** Names and values; what has no value is left out. */
export const facts = (rows: ReadonlyArray<readonly [string, Insertion]>): Markup =>
  markup`<dl class="facts">${rows.map(([name, value]) =>
    value === undefined || value === false || value === "" || (Array.isArray(value) && value.length === 0)
      ? undefined
      : markup`<dt>${name}</dt><dd>${value}</dd>`
  )}</dl>`

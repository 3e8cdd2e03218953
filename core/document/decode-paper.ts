/** The paper that a pipeline reproduces. */
import type { Cursor, Field } from "./Cursor.ts"
import type { PipelineDocument } from "./PipelineDocument.ts"

/** Decodes `paper:`. */
export const decodePaper = (cursor: Cursor, field: Field | undefined): PipelineDocument["paper"] => {
  if (field === undefined) return undefined
  const record = cursor.record(field.value, "paper", ["title", "arxiv", "url"], field.keySpan)
  const title = cursor.text(record.title, "paper: title")
  if (record.title === undefined) cursor.complain(field.keySpan, "paper: the title is missing")
  const arxiv = cursor.text(record.arxiv, "paper: arxiv")
  if (arxiv !== undefined && !/^(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})(?:v\d+)?$/u.test(arxiv.value)) {
    cursor.complain(arxiv.span, `paper: "${arxiv.value}" is no arXiv identifier`, 'as in "1806.07572"')
  }
  const url = cursor.text(record.url, "paper: url")
  // The address becomes a link in the report, where javascript: would run.
  if (url !== undefined && !/^https?:\/\/\S+$/u.test(url.value)) {
    cursor.complain(url.span, "paper: the url must start with https://")
  }
  if (title === undefined) return undefined
  return {
    title: title.value,
    ...(arxiv === undefined ? {} : { arxiv: arxiv.value }),
    ...(url === undefined ? {} : { url: url.value })
  }
}

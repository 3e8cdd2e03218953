/** What is wrong with spans that a worker process has sent: a package there can send what it likes. */
import { isRecord } from "../document/is-record.ts"
import { LONGEST_NAME, LONGEST_VALUE, MOST_ATTRIBUTES, MOST_EVENTS, MOST_SPANS } from "./span-limits.ts"

/** In words for whoever wrote the package; `undefined` where they are as this program sends them. */
export const spansFault = (spans: unknown): string | undefined =>
  isRecord(spans) &&
  isAmount(spans["elapsed"]) &&
  isListOf(spans["spans"], MOST_SPANS, isSpan) &&
  (spans["own"] === undefined || (isRecord(spans["own"]) && isContent(spans["own"]))) &&
  isCount(spans["droppedSpans"])
    ? undefined
    : "spans that are none"

const isSpan = (span: unknown): boolean =>
  isRecord(span) &&
  isNumber(span["id"]) &&
  (span["parent"] === undefined || isNumber(span["parent"])) &&
  isText(span["name"], LONGEST_NAME) &&
  isAmount(span["start"]) &&
  (span["end"] === undefined || isAmount(span["end"])) &&
  (span["error"] === undefined || isError(span["error"])) &&
  isContent(span)

const isError = (error: unknown): boolean =>
  isRecord(error) && isText(error["tag"], LONGEST_VALUE) && isText(error["message"], LONGEST_VALUE)

const isContent = (content: { readonly [name: string]: unknown }): boolean =>
  isValues(content["attributes"]) &&
  (content["events"] === undefined || isListOf(content["events"], MOST_EVENTS, isEvent)) &&
  isCount(content["droppedAttributes"]) &&
  isCount(content["droppedEvents"])

const isEvent = (event: unknown): boolean =>
  isRecord(event) && isText(event["name"], LONGEST_NAME) && isAmount(event["at"]) && isValues(event["attributes"])

const isValues = (values: unknown): boolean =>
  values === undefined ||
  (isRecord(values) &&
    isListOf(Object.keys(values), MOST_ATTRIBUTES, (name) => isText(name, LONGEST_NAME)) &&
    Object.values(values).every(isValue))

const isValue = (value: unknown): boolean =>
  typeof value === "boolean" || Number.isFinite(value) || isText(value, LONGEST_VALUE)

const isListOf = (list: unknown, most: number, isOne: (value: unknown) => boolean): boolean =>
  Array.isArray(list) && list.length <= most && list.every(isOne)

const isNumber = (id: unknown): boolean => typeof id === "number" && Number.isInteger(id) && id >= 1 && id <= MOST_SPANS

const isAmount = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0

const isCount = (value: unknown): boolean => value === undefined || isAmount(value)

const isText = (value: unknown, longest: number): boolean => typeof value === "string" && value.length <= longest

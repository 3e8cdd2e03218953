/**
 * The messages of OTLP, and readers of both of its encodings that take nothing else.
 *
 * Numbers, names and types are those of opentelemetry-proto 1.11 (`common.proto`, `resource.proto`, `trace.proto`,
 * `metrics.proto` and the two services); the JSON form is protobuf's, with the exceptions that the OTLP specification makes:
 * ids are hexadecimal and enumerations are numbers.
 */

type Scalar = "string" | "bytes" | "traceId" | "spanId" | "fixed64" | "fixed32" | "uint32" | "int64" | "double" | "bool"

interface Field {
  readonly number: number
  readonly name: string
  /** A scalar, the values of an enumeration, or the name of a message. */
  readonly type: Scalar | ReadonlyArray<number> | { readonly message: string }
  readonly isRepeated?: boolean
  /** At most one field of a group may be there. */
  readonly group?: string
}

const one = (number: number, name: string, type: Field["type"], group?: string): Field => ({
  number,
  name,
  type,
  ...(group === undefined ? {} : { group })
})
const many = (number: number, name: string, type: Field["type"]): Field => ({ number, name, type, isRepeated: true })
const of = (message: string) => ({ message })

const ATTRIBUTES = of("KeyValue")

export const MESSAGES: { readonly [name: string]: ReadonlyArray<Field> } = {
  ExportTraceServiceRequest: [many(1, "resourceSpans", of("ResourceSpans"))],
  ExportMetricsServiceRequest: [many(1, "resourceMetrics", of("ResourceMetrics"))],
  ResourceSpans: [
    one(1, "resource", of("Resource")),
    many(2, "scopeSpans", of("ScopeSpans")),
    one(3, "schemaUrl", "string")
  ],
  ScopeSpans: [
    one(1, "scope", of("InstrumentationScope")),
    many(2, "spans", of("Span")),
    one(3, "schemaUrl", "string")
  ],
  Resource: [many(1, "attributes", ATTRIBUTES), one(2, "droppedAttributesCount", "uint32")],
  InstrumentationScope: [
    one(1, "name", "string"),
    one(2, "version", "string"),
    many(3, "attributes", ATTRIBUTES),
    one(4, "droppedAttributesCount", "uint32")
  ],
  Span: [
    one(1, "traceId", "traceId"),
    one(2, "spanId", "spanId"),
    one(3, "traceState", "string"),
    one(4, "parentSpanId", "spanId"),
    one(16, "flags", "fixed32"),
    one(5, "name", "string"),
    one(6, "kind", [0, 1, 2, 3, 4, 5]),
    one(7, "startTimeUnixNano", "fixed64"),
    one(8, "endTimeUnixNano", "fixed64"),
    many(9, "attributes", ATTRIBUTES),
    one(10, "droppedAttributesCount", "uint32"),
    many(11, "events", of("Event")),
    one(12, "droppedEventsCount", "uint32"),
    many(13, "links", of("Link")),
    one(14, "droppedLinksCount", "uint32"),
    one(15, "status", of("Status"))
  ],
  Event: [
    one(1, "timeUnixNano", "fixed64"),
    one(2, "name", "string"),
    many(3, "attributes", ATTRIBUTES),
    one(4, "droppedAttributesCount", "uint32")
  ],
  Link: [
    one(1, "traceId", "traceId"),
    one(2, "spanId", "spanId"),
    one(3, "traceState", "string"),
    many(4, "attributes", ATTRIBUTES),
    one(5, "droppedAttributesCount", "uint32"),
    one(6, "flags", "fixed32")
  ],
  Status: [one(2, "message", "string"), one(3, "code", [0, 1, 2])],
  KeyValue: [one(1, "key", "string"), one(2, "value", of("AnyValue"))],
  AnyValue: [
    one(1, "stringValue", "string", "value"),
    one(2, "boolValue", "bool", "value"),
    one(3, "intValue", "int64", "value"),
    one(4, "doubleValue", "double", "value"),
    one(5, "arrayValue", of("ArrayValue"), "value"),
    one(7, "bytesValue", "bytes", "value")
  ],
  ArrayValue: [many(1, "values", of("AnyValue"))],
  ResourceMetrics: [
    one(1, "resource", of("Resource")),
    many(2, "scopeMetrics", of("ScopeMetrics")),
    one(3, "schemaUrl", "string")
  ],
  ScopeMetrics: [
    one(1, "scope", of("InstrumentationScope")),
    many(2, "metrics", of("Metric")),
    one(3, "schemaUrl", "string")
  ],
  Metric: [
    one(1, "name", "string"),
    one(2, "description", "string"),
    one(3, "unit", "string"),
    one(5, "gauge", of("Gauge"), "data"),
    one(7, "sum", of("Sum"), "data"),
    one(9, "histogram", of("Histogram"), "data"),
    many(12, "metadata", ATTRIBUTES)
  ],
  Gauge: [many(1, "dataPoints", of("NumberDataPoint"))],
  Sum: [
    many(1, "dataPoints", of("NumberDataPoint")),
    one(2, "aggregationTemporality", [0, 1, 2]),
    one(3, "isMonotonic", "bool")
  ],
  Histogram: [many(1, "dataPoints", of("HistogramDataPoint")), one(2, "aggregationTemporality", [0, 1, 2])],
  NumberDataPoint: [
    many(7, "attributes", ATTRIBUTES),
    one(2, "startTimeUnixNano", "fixed64"),
    one(3, "timeUnixNano", "fixed64"),
    one(4, "asDouble", "double", "value"),
    one(6, "asInt", "fixed64", "value"),
    one(8, "flags", "uint32")
  ],
  HistogramDataPoint: [
    many(9, "attributes", ATTRIBUTES),
    one(2, "startTimeUnixNano", "fixed64"),
    one(3, "timeUnixNano", "fixed64"),
    one(4, "count", "fixed64"),
    one(5, "sum", "double"),
    many(6, "bucketCounts", "fixed64"),
    many(7, "explicitBounds", "double"),
    one(10, "flags", "uint32"),
    one(11, "min", "double"),
    one(12, "max", "double")
  ]
}

interface Message {
  [name: string]: unknown
}

const fieldsOf = (message: string): ReadonlyArray<Field> => {
  const fields = MESSAGES[message]
  if (fields === undefined) throw new Error(`there is no message ${message}`)
  return fields
}

/** Whatever encoding it came in, a message has the same form: absent lists are empty, 64-bit numbers are texts. */
const finish = (message: string, read: Message): Message => {
  const groups = fieldsOf(message).flatMap(({ group, name }) => (group !== undefined && name in read ? [group] : []))
  if (new Set(groups).size !== groups.length) throw new Error(`${message} has two values where one may be`)
  for (const { isRepeated, name } of fieldsOf(message)) if (isRepeated === true) read[name] ??= []
  return read
}

/** Reads the JSON form. Throws where it is not as the definitions have it. */
export const readJson = (message: string, value: unknown): Message => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${message} is no object`)
  const read: Message = {}
  for (const [name, part] of Object.entries(value)) {
    const field = fieldsOf(message).find((one) => one.name === name)
    if (field === undefined) throw new Error(`${message} has no field ${name}`)
    if (field.isRepeated !== true) read[name] = jsonValue(field, part)
    else if (Array.isArray(part)) read[name] = part.map((each) => jsonValue(field, each))
    else throw new Error(`${message}.${name} is no list`)
  }
  return finish(message, read)
}

const jsonValue = ({ name, type }: Field, value: unknown): unknown => {
  const must = (holds: boolean): unknown => {
    if (!holds) throw new Error(`${name} is ${JSON.stringify(value)}`)
    return value
  }
  if (typeof type === "object" && "message" in type) return readJson(type.message, value)
  if (Array.isArray(type)) return must(type.includes(value))
  switch (type) {
    case "traceId":
      return must(typeof value === "string" && /^[0-9a-f]{32}$/u.test(value))
    case "spanId":
      return must(typeof value === "string" && /^[0-9a-f]{16}$/u.test(value))
    case "fixed64":
    case "int64":
      return String(must(/^-?\d+$/u.test(String(value))))
    case "fixed32":
    case "uint32":
      return must(Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32)
    case "double":
      return must(typeof value === "number")
    case "bool":
      return must(typeof value === "boolean")
    default:
      return must(typeof value === "string")
  }
}

/** Reads the binary form. Throws where it is not as the definitions have it. */
export const readProtobuf = (message: string, bytes: Uint8Array): Message => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read: Message = {}
  let at = 0
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n]
    for (;;) {
      const byte = view.getUint8(at++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
      shift += 7n
    }
  }
  /** Goes on by so many bytes; where it was. */
  const past = (length: number): number => {
    at += length
    return at - length
  }
  const bytesHere = (): Uint8Array => {
    const length = Number(varint())
    const from = past(length)
    return bytes.subarray(from, from + length)
  }
  while (at < bytes.byteLength) {
    const tag = Number(varint())
    const field = fieldsOf(message).find(({ number }) => number === tag >> 3)
    if (field === undefined) throw new Error(`${message} has no field ${tag >> 3}`)
    const { isRepeated, name, type } = field
    const isPacked = isRepeated === true && (tag & 7) === 2 && wireOf(type) !== 2
    if (!isPacked && (tag & 7) !== wireOf(type)) throw new Error(`${message}.${name} has the wire type ${tag & 7}`)
    const value = (): unknown => {
      if (type === "fixed64") return String(view.getBigUint64(past(8), true))
      if (type === "double") return view.getFloat64(past(8), true)
      if (type === "fixed32") return view.getUint32(past(4), true)
      if (wireOf(type) === 0) return scalarOf(type, varint())
      return lengthValue(type, bytesHere())
    }
    if (isRepeated !== true) {
      if (name in read) throw new Error(`${message}.${name} is there twice`)
      read[name] = value()
      continue
    }
    const list = (read[name] ?? []) as Array<unknown>
    read[name] = list
    const end = isPacked ? Number(varint()) + at : at + 1
    while (at < end) list.push(value())
  }
  return finish(message, read)
}

const wireOf = (type: Field["type"]): number => {
  if (type === "fixed64" || type === "double") return 1
  if (type === "fixed32") return 5
  return Array.isArray(type) || type === "uint32" || type === "int64" || type === "bool" ? 0 : 2
}

const scalarOf = (type: Field["type"], value: bigint): unknown => {
  if (type === "bool") return value === 1n
  if (type === "int64") return String(BigInt.asIntN(64, value))
  if (Array.isArray(type) && !type.includes(Number(value))) throw new Error(`${value} is not among ${type}`)
  return Number(value)
}

const lengthValue = (type: Field["type"], bytes: Uint8Array): unknown => {
  if (typeof type === "object" && "message" in type) return readProtobuf(type.message, bytes)
  const hex = Buffer.from(bytes).toString("hex")
  if (type === "traceId" || type === "spanId") {
    if (hex.length !== (type === "traceId" ? 32 : 16)) throw new Error(`an id of ${hex.length} digits`)
    return hex
  }
  return type === "bytes" ? hex : new TextDecoder("utf-8", { fatal: true }).decode(bytes)
}

/**
 * Models as safetensors: an 8-byte length, a JSON header, the tensors one after the other.
 *
 * Written with wide elements first, then by name, and the header padded to 8 bytes, so that equal models have equal
 * bytes and each tensor can be viewed in place. Source: huggingface/safetensors, format description.
 */

import { Result } from "effect"
import { isRecord } from "../document/is-record.ts"
import type { Model, Tensor } from "../stage/ArtifactKind.ts"
import { attempt, type Coded, refuse } from "./CodecError.ts"
import { bytesOf, ELEMENTS, type ElementName, elementOf } from "./elements.ts"
import { describeShape, elementCount, isShape } from "./shape.ts"

const FORMAT = "safetensors"

/** The one name that no tensor may have. */
export const METADATA = "__metadata__"

/** The reference reader refuses a longer header. */
const MAX_HEADER = 100_000_000

const NAMES = { f64: "F64", f32: "F32", i32: "I32", u8: "U8" } as const

const TYPES: { readonly [name: string]: ElementName } = {
  F64: "f64",
  F32: "f32",
  F16: "f16",
  BF16: "bf16",
  I64: "i64",
  I32: "i32",
  I16: "i16",
  I8: "i8",
  U64: "u64",
  U32: "u32",
  U16: "u16",
  U8: "u8",
  BOOL: "bool"
}

/** The bytes of a safetensors file. */
export const encodeSafetensors = ({ tensors, metadata }: Model): Uint8Array<ArrayBuffer> => {
  const entries = Object.entries(tensors).sort(
    ([a, left], [b, right]) => right.data.BYTES_PER_ELEMENT - left.data.BYTES_PER_ELEMENT || (a < b ? -1 : 1)
  )
  const header = new TextEncoder().encode(headerOf(entries, metadata))
  const start = 8 + Math.ceil(header.length / 8) * 8
  const length = entries.reduce((sum, [, { data }]) => sum + data.byteLength, start)
  const bytes = new Uint8Array(length).fill(0x20, 8, start)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true)
  bytes.set(header, 8)
  let at = start
  for (const [, { data }] of entries) {
    bytes.set(bytesOf(data), at)
    at += data.byteLength
  }
  return bytes
}

/** Written member by member: an object would put names that are numbers first. */
const headerOf = (entries: ReadonlyArray<readonly [string, Tensor]>, metadata: Model["metadata"]): string => {
  const members: Array<string> = []
  const add = (name: string, value: unknown): void => {
    members.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`)
  }
  const keys = Object.keys(metadata).sort()
  const texts = keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`)
  if (texts.length > 0) members.push(`"${METADATA}":{${texts.join(",")}}`)
  let offset = 0
  for (const [name, { shape, data }] of entries) {
    add(name, { dtype: NAMES[elementOf(data)], shape, data_offsets: [offset, offset + data.byteLength] })
    offset += data.byteLength
  }
  return `{${members.join(",")}}`
}

/** Reads a safetensors file; half-precision and narrow or 64-bit integer tensors are converted. */
export const decodeSafetensors = (bytes: Uint8Array): Coded<Model> =>
  Result.gen(function* () {
    const { header, body } = yield* splitHeader(bytes)
    const tensors: Array<readonly [string, Tensor]> = []
    const extents: Array<Extent> = []
    for (const [name, value] of Object.entries(header)) {
      if (name === METADATA) continue
      const entry = yield* parseEntry(name, value, body.length)
      extents.push(entry)
      const content = body.subarray(entry.from, entry.to)
      const count = elementCount(entry.shape)
      const data = yield* attempt(`${FORMAT}: tensor "${name}"`, () => ELEMENTS[entry.type].read(content, count, true))
      tensors.push([name, { shape: entry.shape, data }])
    }
    const wrong = findGap(extents, body.length)
    if (wrong !== undefined) return yield* refuse(FORMAT, wrong)
    return { tensors: Object.fromEntries(tensors), metadata: yield* parseMetadata(header[METADATA]) }
  })

const splitHeader = (
  bytes: Uint8Array
): Coded<{ readonly header: { readonly [name: string]: unknown }; readonly body: Uint8Array }> =>
  Result.gen(function* () {
    if (bytes.length < 8) return yield* refuse(FORMAT, `the file has ${bytes.length} bytes, the header starts at 8`)
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
    if (length > Math.min(bytes.length - 8, MAX_HEADER)) {
      return yield* refuse(FORMAT, `the header needs ${length} bytes, the file has ${bytes.length - 8}`)
    }
    const body = bytes.subarray(8 + length)
    const text = bytes.subarray(8, 8 + length)
    const header = yield* attempt(FORMAT, (): unknown =>
      JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text))
    )
    return isRecord(header) ? { header, body } : yield* refuse(FORMAT, "the header is no JSON object")
  })

const parseMetadata = (value: unknown): Coded<Model["metadata"]> => {
  if (value === undefined || value === null) return Result.succeed({})
  if (!isRecord(value)) return refuse(FORMAT, `${METADATA} is no JSON object`)
  const wrong = Object.keys(value).find((key) => typeof value[key] !== "string")
  if (wrong !== undefined) return refuse(FORMAT, `${METADATA}: "${wrong}" is no text`)
  return Result.succeed(value as Model["metadata"])
}

interface Extent {
  readonly name: string
  readonly from: number
  readonly to: number
}

interface Entry extends Extent {
  readonly type: ElementName
  readonly shape: ReadonlyArray<number>
}

const parseEntry = (name: string, value: unknown, available: number): Coded<Entry> => {
  const wrong = (reason: string): Coded<never> => refuse(FORMAT, `tensor "${name}" ${reason}`)
  if (!isRecord(value)) return wrong("has no description")
  const { dtype, shape, data_offsets: offsets } = value
  const type = typeof dtype === "string" && Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined
  if (type === undefined) return wrong(`has the type ${String(dtype)}, which is not read`)
  if (!isShape(shape)) return wrong("has no shape")
  if (!isShape(offsets) || offsets.length !== 2) return wrong("has no pair of data_offsets")
  const [from = 0, to = 0] = offsets
  const needed = elementCount(shape) * ELEMENTS[type].size
  if (to - from !== needed) return wrong(`of shape ${describeShape(shape)} needs ${needed} bytes, it has ${to - from}`)
  if (to > available) return wrong(`ends at byte ${to} of the data, the file has ${available}`)
  return Result.succeed({ name, type, shape, from, to })
}

/** The format wants every byte of the data in exactly one tensor: nothing can hide between them. */
const findGap = (extents: ReadonlyArray<Extent>, available: number): string | undefined => {
  let end = 0
  for (const { name, from, to } of [...extents].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) return `tensor "${name}" starts at byte ${from} of the data, the one before it ends at ${end}`
    end = to
  }
  return end === available ? undefined : `the tensors end at byte ${end} of the data, the file has ${available}`
}

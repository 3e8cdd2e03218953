/**
 * Models as safetensors: an 8-byte length, a JSON header, the tensors one after the other.
 *
 * Written with names sorted and the header padded to 8 bytes, so that equal models have equal bytes.
 * Source: huggingface/safetensors, format description.
 */
import { Result } from "effect"
import type { Model, Tensor } from "../stage/ArtifactKind.ts"
import { attempt, type Coded, refuse } from "./CodecError.ts"
import { bytesOf, ELEMENTS, type ElementName, elementCount, elementOf } from "./elements.ts"

const FORMAT = "safetensors"

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

/** The bytes of a safetensors file. Wide elements come first, so that each tensor is aligned. */
export const encodeSafetensors = ({ tensors, metadata }: Model): Uint8Array<ArrayBuffer> => {
  const entries = Object.entries(tensors).sort(
    ([a, left], [b, right]) =>
      right.data.BYTES_PER_ELEMENT - left.data.BYTES_PER_ELEMENT || (a < b ? -1 : a > b ? 1 : 0)
  )
  const header: Record<string, unknown> = {}
  const names = Object.keys(metadata).sort()
  if (names.length > 0) header["__metadata__"] = Object.fromEntries(names.map((name) => [name, metadata[name]]))
  let offset = 0
  for (const [name, { shape, data }] of entries) {
    header[name] = { dtype: NAMES[elementOf(data)], shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const length = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + length + offset).fill(0x20, 8, 8 + length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(text, 8)
  let at = 8 + length
  for (const [, { data }] of entries) {
    bytes.set(bytesOf(data), at)
    at += data.byteLength
  }
  return bytes
}

/** Reads a safetensors file; half-precision and 64-bit integer tensors are converted. */
export const decodeSafetensors = (bytes: Uint8Array): Coded<Model> =>
  Result.gen(function* () {
    if (bytes.length < 8) return yield* refuse(FORMAT, "it is shorter than a header")
    const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
    if (length > BigInt(bytes.length - 8)) return yield* refuse(FORMAT, "the header is cut off")
    const start = 8 + Number(length)
    const text = new TextDecoder().decode(bytes.subarray(8, start))
    const header: unknown = yield* attempt(FORMAT, () => JSON.parse(text))
    if (!isRecord(header)) return yield* refuse(FORMAT, "the header is no JSON object")
    const tensors: Record<string, Tensor> = {}
    const metadata: Record<string, string> = {}
    for (const [name, entry] of Object.entries(header)) {
      if (!isRecord(entry)) return yield* refuse(FORMAT, `the entry "${name}" is no JSON object`)
      if (name === "__metadata__") for (const [key, value] of Object.entries(entry)) metadata[key] = String(value)
      else tensors[name] = yield* readTensor(name, entry, bytes.subarray(start))
    }
    return { tensors, metadata }
  })

const readTensor = (name: string, entry: { readonly [key: string]: unknown }, body: Uint8Array): Coded<Tensor> =>
  Result.gen(function* () {
    const { dtype, shape, data_offsets: offsets } = entry
    const type = typeof dtype === "string" ? TYPES[dtype] : undefined
    if (type === undefined) return yield* refuse(FORMAT, `tensor "${name}" has the unknown type ${dtype}`)
    if (!isLengths(shape) || !isLengths(offsets)) return yield* refuse(FORMAT, `the entry "${name}" cannot be read`)
    const [from = 0, to = 0] = offsets
    const element = ELEMENTS[type]
    const count = elementCount(shape)
    if (to > body.length || to - from !== count * element.size) {
      return yield* refuse(
        FORMAT,
        `tensor "${name}": shape ${shape.join("×")} needs ${count * element.size} bytes, it has ${Math.min(to, body.length) - from}`
      )
    }
    return { shape, data: yield* attempt(FORMAT, () => element.read(body.subarray(from, to), count, true)) }
  })

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isLengths = (value: unknown): value is ReadonlyArray<number> =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)

/** The element types of tensors in files: their sizes, and how they are read. */
import type { TensorData } from "../stage/ArtifactKind.ts"

/** How the elements of a file become elements of a tensor. */
export interface ElementReader {
  /** Bytes of an element in the file. */
  readonly size: number
  /** Reads `count` elements; `bytes` has exactly `count * size`. Throws `RangeError` on a value that would be rounded. */
  readonly read: (bytes: Uint8Array, count: number, littleEndian: boolean) => TensorData
}

type Native = Float64ArrayConstructor | Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor

// Not `slice`: that of a Buffer is a view.
const copyOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** A type that tensors have too: a view where alignment and byte order allow, a copy otherwise. */
const native = (type: Native): ElementReader => ({
  size: type.BYTES_PER_ELEMENT,
  read: (bytes, count, littleEndian) => {
    const size = type.BYTES_PER_ELEMENT
    const isSwapped = !littleEndian && size > 1
    if (!isSwapped && bytes.byteOffset % size === 0) {
      return new type(bytes.buffer as ArrayBuffer, bytes.byteOffset, count)
    }
    const copy = copyOf(bytes)
    if (isSwapped) for (let at = 0; at < copy.length; at += size) copy.subarray(at, at + size).reverse()
    return new type(copy.buffer, 0, count)
  }
})

/** A type that only files have: each element is converted. */
const converted = <T extends TensorData>(
  size: number,
  make: (count: number) => T,
  get: (view: DataView, at: number, littleEndian: boolean) => number
): ElementReader => ({
  size,
  read: (bytes, count, littleEndian) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const data = make(count)
    for (let index = 0; index < count; index++) data[index] = get(view, index * size, littleEndian)
    return data
  }
})

/** 64-bit integers, as long as float64 has them. */
const exact = (get: (view: DataView, at: number, littleEndian: boolean) => bigint): ElementReader =>
  converted(8, float64, (view, at, littleEndian) => {
    const value = get(view, at, littleEndian)
    const number = Number(value)
    if (BigInt(number) !== value) throw new RangeError(`element ${at / 8} is ${value}, which float64 would round`)
    return number
  })

const float64 = (count: number): Float64Array => new Float64Array(count)
const float32 = (count: number): Float32Array => new Float32Array(count)
const int32 = (count: number): Int32Array => new Int32Array(count)

/** bfloat16 is the upper half of float32. */
const bfloat16: ElementReader = {
  size: 2,
  read: (bytes, count, littleEndian) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const bits = new Uint32Array(count)
    for (let index = 0; index < count; index++) bits[index] = view.getUint16(index * 2, littleEndian) << 16
    return new Float32Array(bits.buffer)
  }
}

/** IEEE 754 binary16. */
const halfToNumber = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Readers by a name of our own: kind letter and bits. */
export const ELEMENTS = {
  f64: native(Float64Array),
  f32: native(Float32Array),
  i32: native(Int32Array),
  u8: native(Uint8Array),
  f16: converted(2, float32, (view, at, little) => halfToNumber(view.getUint16(at, little))),
  bf16: bfloat16,
  i64: exact((view, at, little) => view.getBigInt64(at, little)),
  u64: exact((view, at, little) => view.getBigUint64(at, little)),
  u32: converted(4, float64, (view, at, little) => view.getUint32(at, little)),
  i16: converted(2, int32, (view, at, little) => view.getInt16(at, little)),
  u16: converted(2, int32, (view, at, little) => view.getUint16(at, little)),
  i8: converted(1, int32, (view, at) => view.getInt8(at)),
  bool: native(Uint8Array)
} as const satisfies { readonly [name: string]: ElementReader }

export type ElementName = keyof typeof ELEMENTS

/** The name of a tensor's own element type. */
export const elementOf = (data: TensorData): "f64" | "f32" | "i32" | "u8" => {
  if (data instanceof Float64Array) return "f64"
  if (data instanceof Float32Array) return "f32"
  return data instanceof Int32Array ? "i32" : "u8"
}

/** The bytes of a typed array, not copied. */
export const bytesOf = (data: TensorData): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** Whether a value is one of the arrays that tensors hold. */
export const isTensorData = (value: unknown): value is TensorData =>
  value instanceof Float64Array ||
  value instanceof Float32Array ||
  value instanceof Int32Array ||
  value instanceof Uint8Array

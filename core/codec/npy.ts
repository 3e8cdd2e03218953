/**
 * Tensors as NumPy's `.npy` files, versions 1.0 to 3.0.
 *
 * Written: version 1.0, little-endian, C order, header padded to 64 bytes, so that equal tensors have equal bytes and
 * the data can be viewed in place. Source: NumPy, `numpy.lib.format`.
 */
import { Result } from "effect"
import type { Tensor } from "../stage/ArtifactKind.ts"
import { attempt, type Coded, refuse } from "./CodecError.ts"
import { bytesOf, ELEMENTS, type ElementName, elementCount, elementOf } from "./elements.ts"

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

const DESCRIPTIONS = { f64: "<f8", f32: "<f4", i32: "<i4", u8: "|u1" } as const

const TYPES: { readonly [code: string]: ElementName } = {
  f8: "f64",
  f4: "f32",
  f2: "f16",
  i8: "i64",
  i4: "i32",
  i2: "i16",
  i1: "i8",
  u8: "u64",
  u4: "u32",
  u2: "u16",
  u1: "u8",
  b1: "bool"
}

/** The bytes of a `.npy` file. */
export const encodeNpy = ({ shape, data }: Tensor): Uint8Array<ArrayBuffer> => {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ")
  const fields = `{'descr': '${DESCRIPTIONS[elementOf(data)]}', 'fortran_order': False, 'shape': (${dimensions}), }`
  const header = `${fields.padEnd(Math.ceil((fields.length + 11) / 64) * 64 - 11)}\n`
  const bytes = new Uint8Array(10 + header.length + data.byteLength)
  bytes.set([...MAGIC, 1, 0, header.length & 0xff, header.length >> 8])
  for (let index = 0; index < header.length; index++) bytes[10 + index] = header.charCodeAt(index)
  bytes.set(bytesOf(data), 10 + header.length)
  return bytes
}

/** Reads a `.npy` file of any numeric type; the data is a view of the bytes where that is possible. */
export const decodeNpy = (bytes: Uint8Array): Coded<Tensor> =>
  Result.gen(function* () {
    if (!MAGIC.every((byte, index) => bytes[index] === byte)) return yield* refuse("npy", "it does not start as one")
    const major = bytes[6] ?? 0
    if (major < 1 || major > 3) return yield* refuse("npy", `version ${major} is unknown`)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const start = major === 1 ? 10 : 12
    if (bytes.length < start) return yield* refuse("npy", "the header is cut off")
    const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
    if (start + length > bytes.length) return yield* refuse("npy", "the header is cut off")
    const header = yield* parseHeader(new TextDecoder().decode(bytes.subarray(start, start + length)))
    const element = ELEMENTS[header.type]
    const count = elementCount(header.shape)
    const body = bytes.subarray(start + length)
    if (body.length !== count * element.size) {
      const shape = header.shape.join("×") || "scalar"
      return yield* refuse("npy", `shape ${shape} needs ${count * element.size} bytes of data, it has ${body.length}`)
    }
    const data = yield* attempt("npy", () => element.read(body, count, header.littleEndian))
    const tensor: Tensor = { shape: header.shape, data }
    return header.fortranOrder ? toRowMajor(tensor) : tensor
  })

interface Header {
  readonly type: ElementName
  readonly littleEndian: boolean
  readonly fortranOrder: boolean
  readonly shape: ReadonlyArray<number>
}

const parseHeader = (text: string): Coded<Header> => {
  const descr = /'descr'\s*:\s*'(?<order>[<>|=])(?<code>[a-z]\d+)'/u.exec(text)?.groups
  const order = /'fortran_order'\s*:\s*(?<value>True|False)/u.exec(text)?.groups?.["value"]
  const dimensions = /'shape'\s*:\s*\((?<shape>[\d,\s]*)\)/u.exec(text)?.groups?.["shape"]
  if (descr === undefined || order === undefined || dimensions === undefined) {
    return refuse("npy", `the header ${text.trim().slice(0, 80)} cannot be read`)
  }
  const type = TYPES[descr["code"] ?? ""]
  if (type === undefined) return refuse("npy", `elements of type ${descr["code"]} are not numbers`)
  const shape = dimensions.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part)]))
  return Result.succeed({ type, littleEndian: descr["order"] !== ">", fortranOrder: order === "True", shape })
}

/** A tensor in column-major order, rewritten. */
const toRowMajor = ({ shape, data }: Tensor): Tensor => {
  if (shape.length < 2) return { shape, data }
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)))
  const target = data.slice()
  const index = shape.map(() => 0)
  for (let at = 0; at < target.length; at++) {
    let from = 0
    for (let axis = 0; axis < shape.length; axis++) from += index[axis]! * strides[axis]!
    target[at] = data[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]! += 1
      if (index[axis]! < shape[axis]!) break
      index[axis] = 0
    }
  }
  return { shape, data: target }
}

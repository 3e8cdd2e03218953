/**
 * Tensors as NumPy's `.npy` files, versions 1.0 to 3.0.
 *
 * Written: version 1.0, little-endian, C order, header padded to 64 bytes, so that equal tensors have equal bytes and
 * the data can be viewed in place; the bytes are those of `numpy.save`. Source: NumPy, `numpy.lib.format`.
 */
import { Result } from "effect"
import type { Tensor } from "../stage/ArtifactKind.ts"
import { attempt, type Coded, refuse } from "./CodecError.ts"
import { bytesOf, ELEMENTS, type ElementName, elementOf } from "./elements.ts"
import { describeShape, elementCount, isShape, MAX_AXES } from "./shape.ts"

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

const ALIGNMENT = 64

/** NumPy leaves room in the header for the first length to grow to this many digits. */
const GROWTH_DIGITS = 21

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
  const header = headerOf(shape, DESCRIPTIONS[elementOf(data)])
  const start = 10 + header.length
  const bytes = new Uint8Array(start + data.byteLength)
  bytes.set([...MAGIC, 1, 0, header.length & 0xff, header.length >> 8])
  new TextEncoder().encodeInto(header, bytes.subarray(10))
  bytes.set(bytesOf(data), start)
  return bytes
}

const headerOf = (shape: ReadonlyArray<number>, descr: string): string => {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(", ")
  const room = shape.length === 0 ? "" : " ".repeat(GROWTH_DIGITS - String(shape[0]).length)
  const fields = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${lengths}), }${room}`
  // 10 bytes before the fields, a line feed after them.
  return `${fields}${" ".repeat(ALIGNMENT - ((fields.length + 11) % ALIGNMENT))}\n`
}

/** Reads a `.npy` file of any real type; the data is a view of the bytes where that is possible. */
export const decodeNpy = (bytes: Uint8Array): Coded<Tensor> =>
  Result.gen(function* () {
    const { text, body } = yield* splitHeader(bytes)
    const header = yield* parseHeader(text)
    const element = ELEMENTS[header.type]
    const count = elementCount(header.shape)
    const needed = count * element.size
    if (body.length !== needed) {
      const shape = describeShape(header.shape)
      return yield* refuse("npy", `shape ${shape} needs ${needed} bytes of data, the file has ${body.length}`)
    }
    const data = yield* attempt("npy", () => element.read(body, count, header.littleEndian))
    const tensor: Tensor = { shape: header.shape, data }
    return header.fortranOrder ? toRowMajor(tensor) : tensor
  })

const splitHeader = (bytes: Uint8Array): Coded<{ readonly text: string; readonly body: Uint8Array }> => {
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) return refuse("npy", "it does not start with \\x93NUMPY")
  const version = bytes[6] ?? 0
  if (version < 1 || version > 3) return refuse("npy", `version ${version} is unknown, 1 to 3 are read`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = version === 1 ? 10 : 12
  if (bytes.length < start) return refuse("npy", `the file ends after ${bytes.length} bytes, within the header`)
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true))
  if (end > bytes.length) return refuse("npy", `the header needs ${end} bytes, the file has ${bytes.length}`)
  return Result.succeed({ text: new TextDecoder().decode(bytes.subarray(start, end)), body: bytes.subarray(end) })
}

interface Header {
  readonly type: ElementName
  readonly littleEndian: boolean
  readonly fortranOrder: boolean
  readonly shape: ReadonlyArray<number>
}

/** Reads the Python literal of the header. Python 2 wrote lengths with an L. */
const parseHeader = (text: string): Coded<Header> => {
  const descr = /'descr'\s*:\s*'(?<order>[<>|=]?)(?<code>[^']*)'/u.exec(text)?.groups
  const order = /'fortran_order'\s*:\s*(?<value>True|False)/u.exec(text)?.groups?.["value"]
  const lengths = /'shape'\s*:\s*\((?<lengths>[\dL,\s]*)\)/u.exec(text)?.groups?.["lengths"]
  if (/'descr'\s*:\s*\[/u.test(text)) return refuse("npy", "it holds records; save each field as an array of its own")
  if (descr === undefined || order === undefined || lengths === undefined) {
    return refuse("npy", `the header ${text.trim().slice(0, 80)} cannot be read`)
  }
  const type = TYPES[descr["code"] ?? ""]
  if (type === undefined) return refuse("npy", `elements of type ${descr["code"]} are not real numbers`)
  const shape = lengths.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part.trim().replace("L", ""))]))
  if (!isShape(shape)) return refuse("npy", `the shape (${lengths.slice(0, 80)}) is not up to ${MAX_AXES} lengths`)
  return Result.succeed({ type, littleEndian: descr["order"] !== ">", fortranOrder: order === "True", shape })
}

/** A tensor in column-major order, rewritten. */
const toRowMajor = ({ shape, data }: Tensor): Tensor => {
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)))
  const target = data.slice()
  const index = shape.map(() => 0)
  let from = 0
  for (let at = 0; at < target.length; at++) {
    target[at] = data[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]! += 1
      from += strides[axis]!
      if (index[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return { shape, data: target }
}

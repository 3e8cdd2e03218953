/** The IDX format in which MNIST and its like are distributed: arrays of bytes, big-endian sizes, often gzipped. */
import { gunzipSync } from "node:zlib"
import { Effect, Schema } from "effect"

/** An array of unsigned bytes, row-major. */
export interface Idx {
  readonly shape: ReadonlyArray<number>
  readonly data: Uint8Array
}

/** A file is not what the format says. */
export class IdxDamaged extends Schema.TaggedError<IdxDamaged>()("IdxDamaged", {
  file: Schema.String,
  fault: Schema.String
}) {
  override get message(): string {
    return `${this.file} is no IDX file of bytes: ${this.fault}`
  }
}

/** The third byte of the magic number: elements are unsigned bytes. The fourth is the number of dimensions. */
const UNSIGNED_BYTE = 8

const GZIP = [0x1f, 0x8b] as const

/** Reads a file, gzipped or not. Source: http://yann.lecun.com/exdb/mnist, "file formats". */
export const decodeIdx = (file: string, stored: Uint8Array): Effect.Effect<Idx, IdxDamaged> =>
  Effect.flatMap(inflate(file, stored), (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const refuse = (fault: string) => Effect.fail(new IdxDamaged({ file, fault }))
    if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0) return refuse("it does not begin with two zeros")
    if (bytes[2] !== UNSIGNED_BYTE) return refuse(`its elements are of type ${bytes[2]}, not ${UNSIGNED_BYTE}`)
    const dimensions = bytes[3] ?? 0
    const start = 4 + 4 * dimensions
    if (bytes.length < start) return refuse(`it ends within the sizes of its ${dimensions} dimensions`)
    const shape = Array.from({ length: dimensions }, (_, axis) => view.getUint32(4 + 4 * axis))
    const count = shape.reduce((product, size) => product * size, 1)
    if (bytes.length - start !== count) {
      return refuse(`${shape.join(" × ")} elements take ${count} bytes, there are ${bytes.length - start}`)
    }
    return Effect.succeed({ shape, data: bytes.subarray(start) })
  })

const inflate = (file: string, stored: Uint8Array): Effect.Effect<Uint8Array, IdxDamaged> =>
  GZIP.every((byte, at) => stored[at] === byte)
    ? Effect.try({
        try: () => gunzipSync(stored),
        catch: (error) => new IdxDamaged({ file, fault: error instanceof Error ? error.message : String(error) })
      })
    : Effect.succeed(stored)

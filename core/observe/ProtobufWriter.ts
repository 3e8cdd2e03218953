/**
 * Messages of protobuf's wire format, into bytes that grow: for the few kinds of fields that OTLP has.
 *
 * Made for many small messages: no object is made for one, and nothing is measured beforehand. Source: "Encoding" of
 * protobuf.dev. Lengths and numbers have their shortest form, as all encoders give them.
 */

/** Wire types, the low three bits of a tag. */
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5]

/** Bytes of a varint of 64 bits. */
const LONGEST_VARINT = 10

/** Texts up to this length are written letter by letter, as long as these are ASCII: that is faster than a call of the encoder. */
const SHORT_TEXT = 100

export class ProtobufWriter {
  private bytes = new Uint8Array(4096)
  private view = new DataView(this.bytes.buffer)
  private at = 0

  /** What was written; valid until more is. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }

  /** Begins anew, in the same bytes. */
  clear(): void {
    this.at = 0
  }

  /** A field that holds a message: what is written until `close`, which takes what this gives. `field` up to 15, as in all methods but `fixed32`. */
  open(field: number): number {
    this.reserve(2)
    this.bytes[this.at] = (field << 3) | BYTES
    this.at += 2
    return this.at
  }

  /** Ends the message that was opened: its length goes before it. */
  close(from: number): void {
    const length = this.at - from
    if (length < 128) {
      this.bytes[from - 1] = length
      return
    }
    const more = varintLength(length) - 1
    this.reserve(more)
    this.bytes.copyWithin(from + more, from, this.at)
    this.at = from - 1
    this.putVarint(length)
    this.at += length
  }

  /** A whole number that is not negative, or a truth. */
  varint(field: number, value: number): void {
    this.reserve(1 + LONGEST_VARINT)
    this.bytes[this.at++] = (field << 3) | VARINT
    this.putVarint(value)
  }

  /** `int64`: a negative one as its complement of two. */
  int64(field: number, value: number): void {
    this.reserve(1 + LONGEST_VARINT)
    this.bytes[this.at++] = (field << 3) | VARINT
    if (value >= 0) this.putVarint(value)
    else this.putBigVarint(BigInt.asUintN(64, BigInt(value)))
  }

  private putBigVarint(value: bigint): void {
    let rest = value
    for (; rest > 127n; rest >>= 7n) this.bytes[this.at++] = Number(rest & 127n) | 128
    this.bytes[this.at++] = Number(rest)
  }

  double(field: number, value: number): void {
    this.reserve(9)
    this.bytes[this.at++] = (field << 3) | FIXED64
    this.view.setFloat64(this.at, value, true)
    this.at += 8
  }

  fixed32(field: number, value: number): void {
    this.reserve(2 + LONGEST_VARINT)
    this.putVarint((field << 3) | FIXED32)
    this.view.setUint32(this.at, value, true)
    this.at += 4
  }

  /** An instant in milliseconds since 1970 as nanoseconds in `fixed64`, to the microsecond: nanoseconds have more digits than a double. */
  nanos(field: number, millis: number): void {
    const micros = Math.round(millis * 1000)
    const [high, low] = [Math.floor(micros / WORD), (micros % WORD) * 1000]
    this.reserve(9)
    this.bytes[this.at++] = (field << 3) | FIXED64
    this.view.setUint32(this.at, low % WORD, true)
    this.view.setUint32(this.at + 4, high * 1000 + Math.floor(low / WORD), true)
    this.at += 8
  }

  /** `bytes` that are given in hexadecimal digits, small letters; fewer than 256 of them. */
  hex(field: number, digits: string): void {
    const length = digits.length >> 1
    this.reserve(2 + length)
    const { bytes } = this
    let { at } = this
    bytes[at++] = (field << 3) | BYTES
    bytes[at++] = length
    for (let digit = 0; digit < 2 * length; digit += 2) {
      bytes[at++] = (nibble(digits.charCodeAt(digit)) << 4) | nibble(digits.charCodeAt(digit + 1))
    }
    this.at = at
  }

  /** A text in UTF-8. Halves of pairs that stand alone become U+FFFD. */
  text(field: number, text: string): void {
    this.reserve(2 + LONGEST_VARINT + 3 * text.length)
    this.bytes[this.at++] = (field << 3) | BYTES
    if (text.length > SHORT_TEXT || !this.putAscii(text)) this.putUtf8(text)
  }

  /** What another writer has written. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  /** Length and letters of a short text; nothing where it is not of ASCII. */
  private putAscii(text: string): boolean {
    const { at, bytes } = this
    const { length } = text
    for (let place = 0; place < length; place++) {
      const code = text.charCodeAt(place)
      if (code > 127) return false
      bytes[at + 1 + place] = code
    }
    bytes[at] = length
    this.at = at + 1 + length
    return true
  }

  private putUtf8(text: string): void {
    const from = this.at + varintLength(3 * text.length)
    const { written } = UTF8.encodeInto(text, this.bytes.subarray(from))
    this.putVarint(written)
    if (this.at < from) this.bytes.copyWithin(this.at, from, from + written)
    this.at += written
  }

  private putVarint(value: number): void {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest % 128) | 128
    this.bytes[this.at++] = rest
  }

  private reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.at + count))
    larger.set(this.bytes)
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }
}

const UTF8 = new TextEncoder()

const WORD = 2 ** 32

const varintLength = (value: number): number => {
  let length = 1
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) length++
  return length
}

/** Value of a hexadecimal digit by its code: `0` is 48, `a` is 97. */
const nibble = (code: number): number => (code < 58 ? code - 48 : code - 87)

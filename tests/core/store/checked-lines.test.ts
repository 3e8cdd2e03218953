import { assert, describe, it } from "@effect/vitest"
import { decodeLine, encodeLine, readLines } from "../../../core/store/checked-lines.ts"

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

const VALUES = [{ a: 1 }, { text: 'é "quoted"\n\u2028', list: [1, { b: null }] }]

describe("encodeLine", () => {
  it("makes one line of JSON that decodeLine takes apart", () => {
    for (const value of VALUES) {
      const line = encodeLine(value)
      assert(!line.includes("\n"))
      assert.deepInclude(JSON.parse(line), value)
      assert.deepStrictEqual(decodeLine(line), value)
    }
  })

  it("writes the CRC-32 of what follows it", () => {
    // The CRC-32 of `"a":1}` by the definition: reflected polynomial 0xEDB88320, register and result inverted.
    let register = 0xffffffff
    for (const byte of bytes('"a":1}')) {
      register ^= byte
      for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >>> 1) ^ 0xedb88320 : register >>> 1
    }
    const checksum = (~register >>> 0).toString(16).padStart(8, "0")
    assert.strictEqual(encodeLine({ a: 1 }), `{"crc":"${checksum}","a":1}`)
  })
})

describe("decodeLine", () => {
  it("takes no line of which one character is another or missing", () => {
    const line = encodeLine({ sequence: 12, event: "started" })
    for (let at = 0; at < line.length; at++) {
      const other = line[at] === "x" ? "y" : "x"
      // The two characters between checksum and content are not looked at: nothing is read from them.
      if (at !== 16 && at !== 17) {
        assert.strictEqual(decodeLine(`${line.slice(0, at)}${other}${line.slice(at + 1)}`), undefined, `${at}`)
      }
      assert.strictEqual(decodeLine(line.slice(0, at)), undefined)
    }
  })
})

describe("readLines", () => {
  const whole = VALUES.map(encodeLine)

  /** What is read, with the bytes at the place of each line. */
  const read = (all: Uint8Array) => {
    const { lines, ...more } = readLines(all)
    const texts = lines.map(({ start, end }) => new TextDecoder().decode(all.subarray(start, end)))
    return { values: lines.map(({ value }) => value), texts, ...more }
  }

  it("reads whole lines in order and says where they end", () => {
    const text = `${whole.join("\n")}\n`
    assert.deepStrictEqual(read(bytes(text)), { values: VALUES, texts: whole, length: bytes(text).length, damaged: 0 })
    assert.deepStrictEqual(read(bytes("")), { values: [], texts: [], length: 0, damaged: 0 })
  })

  it("gives the lines before the cut, wherever a log was cut off", () => {
    const text = bytes(`${whole.join("\n")}\n`)
    const first = bytes(`${whole[0]}\n`).length
    for (let cut = 0; cut < text.length; cut++) {
      const { values, length, damaged } = read(text.subarray(0, cut))
      assert.deepStrictEqual(values, cut < first ? [] : VALUES.slice(0, 1), `${cut}`)
      assert.strictEqual(length, cut < first ? 0 : first)
      assert.strictEqual(damaged, 0)
    }
  })

  it("counts damaged lines and reads past them", () => {
    const [first = "", second = ""] = whole
    const text = `${first}\n${first.slice(0, 20)}\n\n${second.replace("quoted", "quotes")}\n${second}\n`
    assert.deepStrictEqual(read(bytes(text)), { values: VALUES, texts: whole, length: bytes(text).length, damaged: 2 })
  })
})

import { assert, describe, it } from "@effect/vitest"
import { LIMIT_COLOR, widthColors } from "../../../stages/ntk/colors.ts"

type Triple = readonly [number, number, number]

const IDENTITY: ReadonlyArray<Triple> = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1]
]

/** Linear RGB as it looks without one kind of cones. Source: Machado, Oliveira, Fernandes (2009), severity 1. */
const SIGHTS: { readonly [name: string]: ReadonlyArray<Triple> } = {
  "all cones": IDENTITY,
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998]
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881]
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039]
  ]
}

const times = (matrix: ReadonlyArray<Triple>, [x, y, z]: Triple): Triple =>
  matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Triple

const linear = (color: string): Triple =>
  [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  }) as unknown as Triple

/** CIELAB, D65. */
const lab = (rgb: Triple): Triple => {
  const [x, y, z] = times(
    [
      [0.4124, 0.3576, 0.1805],
      [0.2126, 0.7152, 0.0722],
      [0.0193, 0.1192, 0.9505]
    ],
    rgb.map((channel) => Math.min(1, Math.max(0, channel))) as unknown as Triple
  )
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)
  const [fx, fy, fz] = [f(x / 0.9505), f(y), f(z / 1.089)]
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
}

const closest = (colors: ReadonlyArray<string>, sight: ReadonlyArray<Triple>): number => {
  const seen = colors.map((color) => lab(times(sight, linear(color))))
  return Math.min(
    ...seen.flatMap((one, i) => seen.slice(i + 1).map((other) => Math.hypot(...one.map((x, k) => x - other[k]!))))
  )
}

describe("widthColors", () => {
  it.each(Object.entries(SIGHTS))(
    "has ten colours that differ from each other, from black and from white: %s",
    (_, sight) => {
      assert.isAbove(closest([...widthColors(10), LIMIT_COLOR, "#FFFFFF"], sight), 16.9)
    }
  )

  it("begins with the same colours however many there are, up to ten", () => {
    for (let count = 0; count <= 10; count++)
      assert.deepStrictEqual(widthColors(count), widthColors(10).slice(0, count))
  })

  it.each([6, 7, 10, 11, 12, 25, 60])("gives %i widths colours of their own, and none the limit's", (count) => {
    const colors = widthColors(count)
    assert.strictEqual(colors.length, count)
    assert.strictEqual(new Set([...colors, LIMIT_COLOR]).size, count + 1)
    for (const color of colors) assert.match(color, /^#[0-9A-F]{6}$/u)
  })

  it.each(Object.entries(SIGHTS))("goes beyond ten from dark to light, step by step: %s", (_, sight) => {
    const lightness = widthColors(14).map((color) => lab(times(sight, linear(color)))[0])
    for (const [index, value] of lightness.slice(1).entries()) assert.isAbove(value, lightness[index]!)
  })
})

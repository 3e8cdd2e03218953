/** How far colours, as `#D55E00`, are apart for those who have all kinds of cones, and for those who lack one. */
type Triple = readonly [number, number, number]

const IDENTITY: ReadonlyArray<Triple> = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1]
]

/** Linear RGB as it looks without one kind of cones. Source: Machado, Oliveira, Fernandes (2009), severity 1. */
export const SIGHTS: { readonly [name: string]: ReadonlyArray<Triple> } = {
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

/** The smallest distance between two of some colours, in units of CIELAB, as one kind of eyes sees them. */
export const closest = (colors: ReadonlyArray<string>, sight: ReadonlyArray<Triple>): number => {
  const seen = colors.map((color) => lab(times(sight, linear(color))))
  return Math.min(
    ...seen.flatMap((one, i) => seen.slice(i + 1).map((other) => Math.hypot(...one.map((x, k) => x - other[k]!))))
  )
}

/** The lightness of a colour, from 0 to 100. */
export const lightnessOf = (color: string, sight: ReadonlyArray<Triple>): number => lab(times(sight, linear(color)))[0]

/** Relative luminance (WCAG 2.2). */
const luminance = (color: string): number => {
  const [red, green, blue] = linear(color)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The contrast of two colours, from 1 to 21 (WCAG 2.2). */
export const contrast = (a: string, b: string): number => {
  const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other)
  return (bright + 0.05) / (dark + 0.05)
}

/**
 * A figure on dark ground: the same picture with every colour replaced. Ink and ground change places; what has a colour keeps its
 * hue and becomes lighter, the lighter of two staying the lighter one, so that scales go on to mean what they meant.
 */

/** The picture that follows the scheme of whoever shows it. */
export const schemedSvg = (svg: string): string => {
  const rules = [...colorsOf(svg)].flatMap((color) =>
    ["fill", "stroke", "stop-color"].map((property) => `[${property}="${color}"]{${property}:${darkColor(color)}}`)
  )
  const used = rules.filter((rule) => svg.includes(rule.slice(1, rule.indexOf("]"))))
  if (used.length === 0 || used.length > MAX_RULES) return svg
  return svg.replace(/(?<=<svg\b[^>]*>)/u, `<style>@media (prefers-color-scheme:dark){${used.join("")}}</style>`)
}

/** The picture for dark ground alone. */
export const darkSvg = (svg: string): string => {
  if (colorsOf(svg).size > MAX_RULES) return svg
  return svg.replace(ATTRIBUTE, (all, property: string, color: string) => {
    const dark = darkColor(color)
    return dark === color ? all : `${property}="${dark}"`
  })
}

/** A picture with more colours is a photograph, or a map of them: it is shown as it is. */
const MAX_RULES = 400

const ATTRIBUTE = /(?<property>\b(?:fill|stroke|stop-color))="(?<color>#[0-9a-fA-F]{3,6}|rgb\([^)"]*\)|[a-z]+)"/gu

const colorsOf = (svg: string): ReadonlySet<string> =>
  new Set(
    Array.from(svg.matchAll(ATTRIBUTE), ({ groups }) => groups?.["color"] ?? "").filter(
      (color) => darkColor(color) !== color
    )
  )

const NAMED: { readonly [name: string]: string } = {
  black: "#000000",
  white: "#ffffff",
  gray: "#808080",
  grey: "#808080"
}

/** The lightness of what is white and of what is black, on dark ground; and the range in which colours lie. In OKLab, 0 to 1. */
const [GROUND, INK, DARKEST, LIGHTEST] = [0.245, 1, 0.6, 0.92] as const

/** Chroma from which on a colour counts as one; below lie greys, and mixtures between. */
const COLORFUL = 0.08

/** The colour that takes another's place on dark ground; what is no colour stays. */
export const darkColor = (color: string): string => {
  const rgb = channelsOf(NAMED[color] ?? color)
  if (rgb === undefined) return color
  const { lightness, a, b } = toLab(rgb)
  const share = Math.min(1, Math.hypot(a, b) / COLORFUL)
  const inverted = GROUND + (1 - lightness) ** 0.75 * (INK - GROUND)
  const lifted = DARKEST + lightness * (LIGHTEST - DARKEST)
  return hexOf(fromLab({ lightness: (1 - share) * inverted + share * lifted, a: 0.9 * a, b: 0.9 * b }))
}

type Channels = readonly [red: number, green: number, blue: number]

/** Red, green and blue from 0 to 1. */
const channelsOf = (color: string): Channels | undefined => {
  const hex = /^#(?<digits>[0-9a-f]{3}|[0-9a-f]{6})$/iu.exec(color)?.groups?.["digits"]
  if (hex !== undefined) {
    const wide = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex
    const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => Number.parseInt(wide.slice(at, at + 2), 16) / 255)
    return [red, green, blue]
  }
  const { red, green, blue } = /^rgb\((?<red>\d+), *(?<green>\d+), *(?<blue>\d+)\)$/u.exec(color)?.groups ?? {}
  return red === undefined ? undefined : [Number(red) / 255, Number(green) / 255, Number(blue) / 255]
}

const hexOf = (channels: Channels): string =>
  `#${channels
    .map((channel) =>
      Math.round(255 * Math.min(1, Math.max(0, channel)))
        .toString(16)
        .padStart(2, "0")
    )
    .join("")}`

interface Lab {
  readonly lightness: number
  readonly a: number
  readonly b: number
}

const linear = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)

const gamma = (light: number): number => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055)

/** Source of both: Ottosson, "A perceptual color space for image processing" (2020). */
const toLab = (rgb: Channels): Lab => {
  const [red, green, blue] = rgb.map(linear) as [number, number, number]
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  }
}

const fromLab = ({ lightness, a, b }: Lab): Channels => {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  ]
}

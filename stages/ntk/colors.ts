/** Colours of widths, in every figure of the family. */

/** Black is that of the limit, and of nothing else. */
export const LIMIT_COLOR = "#000000"

/**
 * Told apart from each other and from black without one of the three kinds of cones: the smallest distance is 17 units of CIELAB. Five of Okabe
 * and Ito (2008), five chosen to go with them.
 */
const FEW = [
  "#D55E00",
  "#0072B2",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#B66DFF",
  "#882255",
  "#6DB6FF",
  "#661100",
  "#490092"
]

/** The part of viridis that shows on white. Source: Smith and van der Walt, matplotlib (2015). */
const RAMP = ["#440154", "#414487", "#2A788E", "#22A884", "#7AD151"]

/** One colour for each width, from narrow to wide, none twice: distinct ones for up to ten, a ramp from dark to light beyond. */
export const widthColors = (count: number): ReadonlyArray<string> =>
  count <= FEW.length
    ? FEW.slice(0, count)
    : Array.from({ length: count }, (_, index) => alongRamp((index / (count - 1)) * (RAMP.length - 1)))

/** A colour between two neighbours of the ramp. */
const alongRamp = (position: number): string => {
  const below = Math.min(Math.floor(position), RAMP.length - 2)
  const [from = "", to = ""] = RAMP.slice(below)
  const mixed = [1, 3, 5].map((at) => {
    const [start, end] = [from, to].map((color) => Number.parseInt(color.slice(at, at + 2), 16)) as [number, number]
    return Math.round(start + (position - below) * (end - start))
  })
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0").toUpperCase()).join("")}`
}

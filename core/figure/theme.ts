/** How figures look unless their specification says otherwise: quiet axes, colours that everyone can tell apart. */
import type { Config } from "vega-lite"

/** Verdana has the widths of DejaVu Sans, for readers who have only one of them. */
const FONT = "DejaVu Sans, Verdana, sans-serif"

/** Source: Okabe and Ito, Color Universal Design (2008), without its yellow, which is faint on white. */
const CATEGORIES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]

const INK = "#222222"
const FAINT = "#D9D9D9"

export const THEME: Config = {
  background: "white",
  padding: 12,
  font: FONT,
  // A specification that states no size: about half as wide as the page, so that its text is as large as the page's own.
  view: {
    stroke: null,
    continuousWidth: 420,
    continuousHeight: 280,
    discreteWidth: { step: 32 },
    discreteHeight: { step: 24 }
  },
  title: {
    fontSize: 14,
    fontWeight: "bold",
    anchor: "start",
    color: INK,
    offset: 10,
    subtitleFontSize: 11,
    subtitleColor: "#555555"
  },
  axis: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelColor: INK,
    titleColor: INK,
    domainColor: "#888888",
    tickColor: "#888888",
    gridColor: FAINT,
    gridOpacity: 0.6,
    titlePadding: 8
  },
  legend: {
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
    labelColor: INK,
    titleColor: INK,
    symbolStrokeWidth: 2
  },
  header: { labelFontSize: 12, titleFontSize: 12, labelColor: INK, titleColor: INK },
  range: { category: CATEGORIES },
  line: { strokeWidth: 1.8 }
}

/** How figures tell networks of one width from those of another, and all of them from the limit. */
import { LIMIT_COLOR, widthColors } from "./colors.ts"
import { widthLabel } from "./groups.ts"

/** The name of the limit in legends. */
export const LIMIT_LABEL = "n → ∞"

/** From narrow to wide, then anew: on paper without colours a line is known by its dashes. */
const DASHES = [
  [1, 0],
  [9, 2],
  [2, 2],
  [9, 2, 2, 2]
]

/** The limit's own. */
const DASHED = [6, 4]

/** Vega-Lite's colour and dash by the field `network`, with one legend for both; the limit is black and dashed. */
export const networkEncoding = (widths: ReadonlyArray<number>) => {
  const names = [...widths.map(widthLabel), LIMIT_LABEL]
  const field = { field: "network", type: "nominal", title: "width", sort: names }
  return {
    // Lines are see-through where many lie over each other; what explains them is not.
    color: {
      ...field,
      scale: { domain: names, range: [...widthColors(widths.length), LIMIT_COLOR] },
      // And long enough to show its dashes.
      legend: { symbolOpacity: 1, symbolSize: 700 }
    },
    strokeDash: {
      ...field,
      scale: { domain: names, range: [...widths.map((_, index) => DASHES[index % DASHES.length] ?? []), DASHED] }
    }
  }
}

/** How figures tell networks of one width from those of another, and all of them from the limit. */
import { LIMIT_COLOR, widthColors } from "./colors.ts"
import { widthLabel } from "./groups.ts"

/** The name of the limit in legends. */
export const LIMIT_LABEL = "n → ∞"

const SOLID = [1, 0]
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
      legend: { symbolOpacity: 1 }
    },
    strokeDash: { ...field, scale: { domain: names, range: [...widths.map(() => SOLID), DASHED] } }
  }
}

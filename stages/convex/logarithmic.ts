/** Axes of the figures of this family. */

/** A logarithmic axis with few and short labels. */
export const logarithmic = (field: string, title: string) => ({
  field,
  type: "quantitative",
  title,
  scale: { type: "log", nice: false },
  axis: { format: "~g", labelOverlap: true, tickCount: 6, grid: false }
})

/** How figures of this family tell networks apart, and round what they show. */

/** Of Okabe and Ito, Color Universal Design (2008): told apart without one of the three kinds of cones. */
const COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]

/** Vega-Lite's colour by a nominal field; the legend is opaque where lines are not. */
export const colorBy = (field: string, title: string, names: ReadonlyArray<string>) => ({
  field,
  type: "nominal",
  title,
  scale: { domain: [...names], range: names.map((_, at) => COLORS[at % COLORS.length] ?? "#000000") },
  legend: { symbolOpacity: 1 }
})

/** No reader sees more digits, and files stay small. */
export const shown = (value: number): number => Number(value.toPrecision(6))

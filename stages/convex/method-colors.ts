/** Colours of methods in figures. */

/** Of what is drawn for one method alone. */
export const PLAIN_COLOR = "#0072B2"

/** Told apart without one of the three kinds of cones. Source: Okabe and Ito (2008). */
export const METHOD_COLORS: ReadonlyArray<string> = [
  "#0072B2",
  "#D55E00",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#661100",
  "#000000"
]

/** The colours of reports, for light and for dark surroundings, under one set of names. */

export interface Palette {
  readonly [name: string]: string
}

/** Text colours have a contrast of at least 4.5 : 1 with `paper` and `card` (WCAG 2.2, AA); a test holds them to it. */
export const LIGHT = {
  paper: "#faf8f4",
  card: "#ffffff",
  /** The ground of figures: as light as theirs. */
  plate: "#ffffff",
  ink: "#211e1a",
  muted: "#6a645b",
  line: "#e3ded4",
  faint: "#f3f0e9",
  accent: "#a8441b",
  met: "#25733f",
  missed: "#b3251d",
  absent: "#8d5a00",
  done: "#2b6ca3",
  hit: "#4f9468",
  running: "#d08a1d",
  ready: "#e3bd7a",
  failed: "#c0342b",
  cut: "#cf7a63",
  skipped: "#a39b8f",
  waiting: "#d3ccbf"
} as const satisfies Palette

export const DARK: { readonly [name in keyof typeof LIGHT]: string } = {
  paper: "#17171a",
  card: "#1f2024",
  plate: "#202020",
  ink: "#ebe7e0",
  muted: "#a59f95",
  line: "#35353a",
  faint: "#26272b",
  accent: "#f0935f",
  met: "#6fcf8f",
  missed: "#ff8a80",
  absent: "#f0b84d",
  done: "#6fb1e6",
  hit: "#74b98c",
  running: "#e5a83f",
  ready: "#a9834a",
  failed: "#f0736a",
  cut: "#b5705f",
  skipped: "#77726b",
  waiting: "#4a4a50"
}

export type ColorName = keyof typeof LIGHT

/** Tells bars of neighbouring stages apart; names stand beside them, so that no meaning hangs on a colour alone. */
export const SERIES = [
  "#3f6fa0",
  "#b05f0d",
  "#3f8145",
  "#ab4a43",
  "#7a5ca0",
  "#7d604b",
  "#ad5686",
  "#6b6b6b",
  "#7d711a",
  "#257d87"
]

/** The palette as declarations of custom properties. */
export const customProperties = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, color]) => `--${name}:${color}`)
    .join(";")

/** The parts of a comparison of runs. A module of its own: the command line names them and loads nothing that compares. */
export const SECTIONS = [
  "params",
  "taskParams",
  "metrics",
  "artifacts",
  "devices",
  "timings",
  "code",
  "environment"
] as const

export type Section = (typeof SECTIONS)[number]

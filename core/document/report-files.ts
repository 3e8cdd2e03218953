/** What the report itself writes into the reports folder of a pipeline; an output may have none of these names. */
export const REPORT_FILES = {
  page: "report.html",
  /** What the page tells, for programs: metadata by the RO-Crate specification, which fixes its name. */
  crate: "ro-crate-metadata.json",
  /** The pipeline file as it was in the run. */
  pipeline: "pipeline.yaml",
  /** What the page shows and which files lie beside it, for the next run. */
  stamp: ".report.json",
  /** Folder of the pages of runs of only some stages. */
  parts: "parts",
  /** Folder of the pages on several runs. */
  comparisons: "comparisons"
} as const

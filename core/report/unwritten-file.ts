/** A file that a report should have beside its page and does not have: it is said aloud, for nobody misses what is silent. */

export interface UnwrittenFile {
  /** Relative to the page, `/` between segments. */
  readonly path: string
  readonly stage: string
  /** `curves.figure`: the task and its port. */
  readonly reference: string
  /** Whether `outputs:` asks for it by this name; else the report does, for a figure that it shows. */
  readonly isDeclared: boolean
  /** Whether the stage gave what cannot be written so, or the store no longer has what it gave. */
  readonly fault: "figure" | "form" | "store"
  readonly reason: string
}

/** One line for a person: the output, the stage, and the reason last, for it may be another program's words. */
export const unwrittenText = ({ path, stage, reference, isDeclared, fault, reason }: UnwrittenFile): string => {
  const given = `that stage "${stage}" gave as ${reference}`
  const problem = {
    figure: `the figure ${given} cannot be drawn: `,
    form: `the artifact ${given} cannot be written in this form: `,
    store: ""
  }[fault]
  const subject = isDeclared ? `outputs: ${path} was not written: ` : "report: "
  return `${subject}${problem}${reason}`.replace(/\p{Cc}+/gu, " ").trim()
}

/** What a check-up says: a line for each thing that was looked at. */

export interface CheckupLine {
  /** What was looked at, in a word or two. */
  readonly name: string
  /** A `warning` may do harm, or has left something behind; with a `problem` runs fail or cannot be trusted. */
  readonly health: "good" | "warning" | "problem"
  readonly fact: string
  /** What to do about it. */
  readonly advice?: string
}

export const good = (name: string, fact: string): CheckupLine => ({ name, health: "good", fact })

export const warning = (name: string, fact: string, advice: string): CheckupLine => ({
  name,
  health: "warning",
  fact,
  advice
})

export const problem = (name: string, fact: string, advice: string): CheckupLine => ({
  name,
  health: "problem",
  fact,
  advice
})

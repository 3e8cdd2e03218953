/** Texts that somebody else wrote, for those who read, keep and draw them. */

/** Characters of a text that are kept at most: more than anybody reads. */
const MOST = 10_000

/** Of these, what is kept for saying how much was left out. */
const REMARK = 50

/** The beginning of a text, and how much of it was left out. What is bounded already stays as it is. */
export const boundedText = (text: string): string => {
  if (text.length <= MOST) return text
  const kept = MOST - REMARK
  return `${text.slice(0, kept).toWellFormed()} … (${text.length - kept} more characters)`
}

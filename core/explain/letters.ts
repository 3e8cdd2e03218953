/** Runs have long names: where several stand side by side each goes by a letter. */

/** `A` to `Z`, then `#27`. */
export const letterOf = (index: number): string => (index < 26 ? String.fromCharCode(65 + index) : `#${index + 1}`)

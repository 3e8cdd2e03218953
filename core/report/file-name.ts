/** The name of a task or an output as the name of a file. */

/** Letters, digits and the signs of task names are safe on every file system; the rest is not on some. */
export const fileName = (name: string): string => name.replace(/[^\p{L}\p{N}@=,+._-]/gu, "_").slice(0, 120)

/** Words as a shell reads them. */

/** A command that can be pasted into a POSIX shell. */
export const shellText = (words: ReadonlyArray<string>): string => words.map(quoted).join(" ")

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

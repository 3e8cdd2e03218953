/** Why a file that a person has named cannot be read, in the words that a person expects. */
import { messageOf } from "./message-of.ts"

const WORDS: { readonly [code: string]: string } = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a folder, not a file",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links lead in a circle",
  EACCES: "it may not be read",
  EPERM: "it may not be read"
}

/** Of what the system has refused its own words, which name calls, are said where there are no better ones. */
export const whyUnreadable = (cause: unknown): string => WORDS[codeOf(cause)] ?? messageOf(cause)

/** The system's name for what it has refused; empty for whatever else was thrown. */
export const codeOf = (cause: unknown): string => (cause instanceof Error && "code" in cause ? String(cause.code) : "")

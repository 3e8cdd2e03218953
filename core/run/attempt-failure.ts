/** What ended an attempt, as text: a stage may fail with anything, and throw anything. */
import { inspect } from "node:util"
import { AttemptFailed } from "./Executor.ts"

/** The failure of an attempt by an error of any kind; `tag` names what kind, where the error does not. */
export const attemptFailure = (error: unknown, tag = tagOf(error)): AttemptFailed =>
  new AttemptFailed({ tag, message: messageOf(error), detail: textOf(error, "stack") ?? "" })

const tagOf = (error: unknown): string => textOf(error, "_tag") ?? textOf(error, "name") ?? "Error"

const messageOf = (error: unknown): string => {
  if (typeof error === "string") return error
  return textOf(error, "message") ?? inspect(error, { depth: 2, breakLength: Number.POSITIVE_INFINITY })
}

/** A property of an error when it is text that says something. */
const textOf = (error: unknown, name: "_tag" | "name" | "message" | "stack"): string | undefined => {
  if (typeof error !== "object" || error === null || !(name in error)) return undefined
  const value: unknown = (error as { readonly [key: string]: unknown })[name]
  return typeof value === "string" && value !== "" ? value : undefined
}

/** Which progress fits where standard error goes. */
import type { Environment } from "./Environment.ts"
import type { TerminalStyle } from "./terminal-style.ts"

export interface ProgressChoice extends TerminalStyle {
  /** Redrawn in place, or line after line. */
  readonly form: "terminal" | "plain"
}

/**
 * Chooses from the environment and from whether the stream is a terminal.
 *
 * Lines that stay where `CI` is set, on a `dumb` terminal, or where there is none. `NO_COLOR` (any text) turns colours
 * off, `FORCE_COLOR` on, or off where it is 0; see no-color.org and force-color.org. Symbols beyond ASCII where the locale is UTF-8.
 */
export const chooseProgress = (env: Environment, isTTY: boolean): ProgressChoice => {
  const isDumb = env["TERM"] === "dumb"
  const isLive = isTTY && !isDumb && !isSet(env["CI"])
  return { form: isLive ? "terminal" : "plain", color: hasColor(env, isLive), unicode: hasUnicode(env) }
}

const hasColor = (env: Environment, isLive: boolean): boolean => {
  if ((env["NO_COLOR"] ?? "") !== "") return false
  return (env["FORCE_COLOR"] ?? "") === "" ? isLive : isSet(env["FORCE_COLOR"])
}

const hasUnicode = (env: Environment): boolean => {
  // The console of the Linux kernel has a font of 512 glyphs, most of these not among them.
  if (env["TERM"] === "linux") return false
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || ""
  return /utf-?8/iu.test(locale) || env["WT_SESSION"] !== undefined
}

const isSet = (value: string | undefined): boolean => value !== undefined && !["", "0", "false"].includes(value)

/** Makes log lines of what a stage says: standard output belongs to answers, the terminal to the progress. */
import { format } from "node:util"
import { Effect, Logger } from "effect"
import type { LogLine } from "./Executor.ts"

/** Takes over what an effect logs, and the console of this thread, which stages and packages print on. */
export const captureLogs =
  (onLog: (line: LogLine) => void) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const logger = Logger.make(({ logLevel, message }) =>
      onLog({
        level: levelOf(logLevel),
        message: Array.isArray(message) ? message.map(String).join(" ") : String(message)
      })
    )
    return Effect.andThen(
      Effect.sync(() => captureConsole(onLog)),
      Effect.provide(effect, Logger.layer([logger]))
    )
  }

/** One word for one level, whoever logs: Effect says Warn. */
const levelOf = (level: string): string => (level === "Warn" ? "warning" : level.toLowerCase())

const captureConsole = (onLog: (line: LogLine) => void): void => {
  const to =
    (level: string) =>
    (...values: ReadonlyArray<unknown>): void =>
      onLog({ level, message: format(...values) })
  Object.assign(console, {
    log: to("info"),
    info: to("info"),
    debug: to("debug"),
    warn: to("warning"),
    error: to("error")
  })
}

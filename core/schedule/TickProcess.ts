/** The process that runs a tick: the command itself, started anew, so that nothing that a run does reaches the daemon. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join, relative } from "node:path"
import { Effect } from "effect"
import { attemptSync } from "../store/durable.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { announce, TICK_VARIABLE } from "./announced-tick.ts"
import { type Instant, type Schedule, tickId } from "./Schedule.ts"

/** How a process ended. */
export interface ProcessEnd {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  /** What it said last on its standard error that is worth a line. */
  readonly words: string
}

/** A tick, and what a process needs to begin it. */
export interface TickStart {
  readonly tick: Instant
  readonly token: string
}

/** Files of standard error that are kept of each schedule. */
const KEPT_LOGS = 50

/** How the command is started: the program and its first arguments. */
export type Launcher = readonly [program: string, ...first: ReadonlyArray<string>]

/** The words of the command that runs a schedule, called in a folder. */
export const wordsOf = ({ file, params, profile, recompute }: Schedule, folder = ""): ReadonlyArray<string> => [
  "run",
  relative(folder, file),
  "--check",
  ...(profile === undefined ? [] : ["--profile", profile]),
  ...Object.entries(params).flatMap(([name, value]) => ["-S", `${name}=${JSON.stringify(value)}`]),
  ...(recompute === "none" ? [] : ["--recompute", String(recompute)])
]

export class TickProcess {
  private readonly child: ChildProcess
  private readonly over: Promise<ProcessEnd>

  /** `log` is where its standard error goes; `undefined` where a person follows it. */
  private constructor(child: ChildProcess, log: string | undefined) {
    this.child = child
    const said = (): string => (log === undefined ? "" : lastWords(log))
    // At once: a program that cannot be started says so before anybody waits for its end.
    this.over = new Promise((resolve) => {
      child.once("error", ({ message: words }) => resolve({ status: null, signal: null, words }))
      child.once("exit", (status, signal) => resolve({ status, signal, words: said() }))
    })
  }

  /** Starts the run of a tick; what it says goes to a file, so that it outlives the daemon. */
  static start(
    schedule: Schedule,
    start: TickStart,
    { launcher, logs }: { readonly launcher: Launcher; readonly logs: string }
  ): Effect.Effect<TickProcess, StoreUnavailable> {
    return attemptSync("start a run with its log in", logs, () => {
      removeOldLogs(logs)
      const log = join(logs, `${tickId(schedule.id, start.tick).replaceAll(/[^\w@-]+/gu, "-")}.log`)
      const descriptor = openSync(log, "w")
      try {
        // A group of its own: what a terminal sends the daemon is passed on by it.
        const child = spawnTick(schedule, start, launcher, {
          detached: true,
          stdio: ["ignore", "ignore", descriptor],
          env: { NO_COLOR: "1" }
        })
        return new TickProcess(child, log)
      } finally {
        closeSync(descriptor)
      }
    })
  }

  /** Starts it before the eyes of a person. */
  static startVisibly(schedule: Schedule, start: TickStart, launcher: Launcher): TickProcess {
    return new TickProcess(spawnTick(schedule, start, launcher, { stdio: "inherit", env: {} }), undefined)
  }

  /** Done when the process has ended. */
  get ended(): Effect.Effect<ProcessEnd> {
    return Effect.promise(() => this.over)
  }

  /** Asks it to stop, which keeps what it has finished, or makes it. */
  signal(name: "SIGINT" | "SIGKILL"): void {
    this.child.kill(name)
  }
}

const spawnTick = (
  schedule: Schedule,
  { tick, token }: TickStart,
  [program, ...first]: Launcher,
  { env, ...options }: SpawnOptions
): ChildProcess => {
  const announced = announce({ token, tick: tickId(schedule.id, tick) })
  return spawn(program, [...first, ...wordsOf(schedule)], {
    ...options,
    env: { ...process.env, ...env, [TICK_VARIABLE]: announced }
  })
}

const removeOldLogs = (logs: string): void => {
  const names = readdirSync(logs).filter((name) => name.endsWith(".log"))
  // Names begin with the schedule: of each the oldest go, as far as there are too many.
  const bySchedule = Map.groupBy(names, (name) => name.slice(0, name.lastIndexOf("@")))
  for (const own of bySchedule.values())
    for (const name of own.sort().slice(0, -KEPT_LOGS)) rmSync(join(logs, name), { force: true })
}

/** Characters of a line that is passed on. */
const LONGEST = 300

/** The first complaint of a log, or its last line. */
const lastWords = (log: string): string => {
  try {
    const lines = readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
    const complaint = lines.find((line) => /(?:^|\s)error[:\s]/u.test(line))
    return (complaint ?? lines.at(-1) ?? "").trim().slice(0, LONGEST)
  } catch {
    return ""
  }
}

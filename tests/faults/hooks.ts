/**
 * Stands in for `core/fault/hooks.ts` in the program that tests build: does what the environment says.
 *
 * `FAULT_OFF=verify-content,…` switches protections off. `FAULT_AT=record.written#3=kill` kills the process when it reaches
 * a step for the third time; `end` ends the thread that reaches it, and `clock:-3600000` sets the machine's clock back by an
 * hour, as far as this process sees.
 * `FAULT_LOG` names a file to which each step is appended that is reached.
 */
import { appendFileSync } from "node:fs"
import process from "node:process"
import type { Protection, Step } from "../../core/fault/hooks.ts"

const off = new Set((process.env["FAULT_OFF"] ?? "").split(","))
const fault = parseFault(process.env["FAULT_AT"])
const log = process.env["FAULT_LOG"]
let reached = 0

interface Fault {
  readonly step: string
  readonly time: number
  readonly action: string
  /** By which the clock is moved. */
  readonly millis: number
}

function parseFault(text: string | undefined): Fault | undefined {
  const match = /^(?<step>[\w.-]+)(?:#(?<time>\d+))?=(?<action>kill|end|clock)(?::(?<millis>-?\d+))?$/u.exec(text ?? "")
  if (match?.groups === undefined) {
    if (text !== undefined && text !== "") throw new Error(`FAULT_AT is ${text}`)
    return undefined
  }
  const { step = "", time = "1", action = "", millis = "0" } = match.groups
  return { step, time: Number(time), action, millis: Number(millis) }
}

export const reach = (step: Step): void => {
  if (log !== undefined) appendFileSync(log, `${step}\n`)
  if (fault?.step !== step || ++reached !== fault.time) return
  if (fault.action === "kill") process.kill(process.pid, "SIGKILL")
  else if (fault.action === "end") process.exit(1)
  else moveClock(fault.millis)
}

const moveClock = (millis: number): void => {
  const { now } = Date
  Date.now = () => now() + millis
}

/** Protections that this process switches off: tests that call the code themselves do so. */
export const switchedOff = off

export const isGuarded = (protection: Protection): boolean => !off.has(protection)

export const faultVariables: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name.startsWith("FAULT_"))
)

/** Tells a hook that is a program: it reads the notice from its standard input. */
import { type ChildProcess, spawn } from "node:child_process"
import { Effect } from "effect"
import type { HookTarget } from "../document/PipelineDocument.ts"
import { durationText } from "../observe/duration.ts"
import type { Notice } from "./Notice.ts"

/** Why one attempt was in vain, and whether another may help. */
export interface Refusal {
  readonly why: string
  readonly isFinal: boolean
}

/** Variables by which a program finds others, its user's files, and its language. */
const USUAL = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT"]

/** The last pieces of standard error, so many of which are kept. */
const MOST_PIECES = 16

/** Milliseconds for which what it has said is read after its end: a process that it has left behind may never end that. */
const READ_ON = 200

/** Runs the program once, `timeout` milliseconds at most: then it is ended, and what it has started with it. */
export const tellProgram = (
  { environment, run: [program = "", ...words], secrets }: Extract<HookTarget, { readonly _tag: "Command" }>,
  timeout: number,
  { body, id }: Notice,
  variables: { readonly [name: string]: string | undefined }
): Effect.Effect<Refusal | undefined> =>
  Effect.callback((resume) => {
    const env = Object.fromEntries([...USUAL, ...environment, ...secrets].map((name) => [name, variables[name]]))
    const child = spawn(program, words, {
      env: { ...env, PIPELINE_NOTICE: id },
      stdio: ["pipe", "ignore", "pipe"],
      detached: true
    })
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      killGroup(child)
    }, timeout)
    const said: Array<Buffer> = []
    child.stderr.on("data", (piece: Buffer) => {
      said.push(piece)
      if (said.length > MOST_PIECES) said.shift()
    })
    // One that does not read what there is to say has still been told.
    child.stdin.on("error", () => undefined)
    child.stdin.end(`${JSON.stringify(body)}\n`)
    const end = (refusal: Refusal | undefined): void => {
      clearTimeout(timer)
      resume(Effect.succeed(refusal))
    }
    child.once("error", ({ message: why }) => end({ why, isFinal: true }))
    child.once("exit", () => {
      clearTimeout(timer)
      setTimeout(() => child.stderr.destroy(), READ_ON).unref()
    })
    child.once("close", (status, signal) => {
      if (status === 0) return end(undefined)
      if (isLate) return end({ why: `it took longer than ${durationText(timeout)}`, isFinal: false })
      const ending = signal === null ? `it ended with ${status}` : `it was ended by ${signal}`
      end({ why: `${ending}${lastWords(said)}`, isFinal: false })
    })
    return Effect.sync(() => {
      clearTimeout(timer)
      killGroup(child)
    })
  })

/** Ends a program and all that it has started. */
const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch {
    // Nothing of the group is left, or the system has no groups.
    child.kill("SIGKILL")
  }
}

const lastWords = (said: ReadonlyArray<Buffer>): string => {
  const [last = ""] = Buffer.concat(said).toString("utf8").trim().split("\n").slice(-1)
  return last === "" ? "" : `: ${last}`
}

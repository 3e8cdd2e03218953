/** `pipeline doctor`: what this machine offers, and whether the store is healthy, in one screen. */
import { existsSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { Clock, Effect } from "effect"
import { machineBackends } from "../compute/machine-backends.ts"
import { Reads } from "../document/Reads.ts"
import type { CheckupLine } from "../maintain/Checkup.ts"
import { checkBackends } from "../maintain/check-backends.ts"
import { checkBlas } from "../maintain/check-blas.ts"
import { checkDisk } from "../maintain/check-disk.ts"
import { checkMachine } from "../maintain/check-machine.ts"
import { checkStore } from "../maintain/check-store.ts"
import { chooseProgress } from "../observe/choose-progress.ts"
import { paint, segment, type Tone } from "../observe/terminal-style.ts"
import { Host } from "../run/Host.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { blasFor } from "./load-pipeline.ts"
import { print, printJson } from "./output.ts"
import { cacheFolder, indexFile, wantsColor } from "./Settings.ts"

export interface DoctorChoices {
  /** Also reads every byte of the store. */
  readonly deep: boolean
  readonly json: boolean
}

/** Looks at everything and prints a line for each; changes nothing. */
export const doctor = Effect.fnUntraced(function* ({ deep, json }: DoctorChoices) {
  const path = resolve(cacheFolder())
  const host = yield* Host
  // It remembers nothing, for it changes nothing; and who asks may have installed something.
  const backends = machineBackends({
    ...{ probeModule: host.probeModule, contract: host.contract },
    ...{ environment: process.env, reads: new Reads(), store: undefined }
  })
  const lines: ReadonlyArray<CheckupLine> = [
    ...checkMachine(host, process.cwd(), process.env),
    ...(yield* checkBackends(backends, resolve("package.json"), process.env)),
    checkBlas(yield* blasFor("package.json", host, new Reads())),
    ...checkDisk(nearestThere(path)),
    ...(yield* checkStore({ path, index: indexFile(), now: yield* Clock.currentTimeMillis })),
    ...(deep && existsSync(path) ? [yield* contentLine] : [])
  ]
  if (json) printJson({ healthy: statusOf(lines) === EXIT.success, checks: lines })
  else print(lines.map(rendered).join("\n"))
  return statusOf(lines)
})

const statusOf = (lines: ReadonlyArray<CheckupLine>): ExitStatus =>
  lines.some(({ health }) => health === "problem") ? EXIT.stageFailed : EXIT.success

/** A store that is not there yet will lie on the disk of the nearest folder that is. */
const nearestThere = (path: string): string => (existsSync(path) ? path : nearestThere(dirname(path)))

const contentLine = Effect.gen(function* () {
  const { contentLine: line } = yield* Effect.promise(() => import("./doctor-content.ts"))
  return yield* line
})

const MARKS = { good: ["good", "✓", "+"], warning: ["warn", "!", "!"], problem: ["bad", "✗", "x"] } as const satisfies {
  readonly [health in CheckupLine["health"]]: readonly [tone: Tone, mark: string, ascii: string]
}

const WIDTH = 14

const rendered = ({ name, health, fact, advice }: CheckupLine): string => {
  const color = wantsColor(process.stdout)
  const { unicode } = chooseProgress(process.env, process.stdout.isTTY === true)
  const [tone, mark, ascii] = MARKS[health]
  const head = `${paint(segment(unicode ? mark : ascii, tone), { color, unicode })} ${name.padEnd(WIDTH)}  ${fact}`
  return advice === undefined ? head : `${head}\n  ${" ".repeat(WIDTH)}  ${unicode ? "→" : "->"} ${advice}`
}

/**
 * Rows of the fault table: what can go wrong, what is to come of it, and the test that sees to it.
 *
 * Each scenario runs as the program is, and once for each protection that it relies on with that one switched off: then it
 * has to fail, or it would not notice anything.
 */
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import type { Protection } from "../../core/fault/hooks.ts"
import { COMMAND, makeProject, type Outcome, type Project } from "../e2e/project.ts"
import { switchedOff } from "./hooks.ts"

/** The launcher of the program in which faults can be made. */
export const FAULTY = fileURLToPath(new URL("./pipeline.js", import.meta.url))

/** What a row of the table says. */
export interface Row {
  /** As the table has it. */
  readonly fault: string
  readonly expected: string
  /** Without any one of these the scenario fails. */
  readonly protections: ReadonlyArray<Protection>
  /** Why it cannot be tried here, if it cannot. */
  readonly unless?: string | undefined
}

/** What a scenario is run against. */
export interface Program {
  /** Protections that are switched off. */
  readonly without: ReadonlyArray<Protection>
  /**
   * A project whose commands are the program under test. With `faults` its processes do what `hooks.ts` reads:
   * `{ FAULT_AT: "record.written=kill" }`.
   */
  readonly project: (files: { readonly [file: string]: string }, faults?: NodeJS.ProcessEnv) => Project
}

declare module "vitest" {
  interface TaskMeta {
    fault?: {
      readonly fault: string
      readonly expected: string
      readonly without?: Protection
      readonly skipped?: string
    }
  }
}

/** What a scenario begins with has to succeed: a failure here is none of its assertions. */
export const prepared = (outcome: Outcome): Outcome => {
  if (outcome.status !== 0) throw new Error(`it cannot even begin: ${outcome.stderr}`)
  return outcome
}

/** Milliseconds for a scenario on a busy machine. */
const PATIENCE = 240_000

/** Registers the tests of a row. A scenario fails by an assertion; whatever else it throws is a fault of its own. */
export const faultRow = (row: Row, scenario: (program: Program) => void | Promise<void>): void => {
  const { expected, fault, protections, unless } = row
  const isSkipped = typeof unless === "string"
  describe(fault, () => {
    it("is survived", { timeout: PATIENCE }, async ({ skip, task }) => {
      task.meta.fault = { fault, expected, ...(isSkipped ? { skipped: unless } : {}) }
      if (isSkipped) skip(unless)
      await scenario(programWithout([]))
    })
    for (const without of protections) {
      it(`is noticed where nothing does this: ${without}`, { timeout: PATIENCE }, async ({ skip, task }) => {
        task.meta.fault = { fault, expected, without, ...(isSkipped ? { skipped: unless } : {}) }
        if (isSkipped) skip(unless)
        switchedOff.add(without)
        try {
          await scenario(programWithout([without]))
        } catch (error) {
          if (error instanceof Error && error.name === "AssertionError") return
          throw error
        } finally {
          switchedOff.delete(without)
        }
        assert.fail(`without ${without} nothing went wrong: the test cannot fail`)
      })
    }
  })
}

const programWithout = (off: ReadonlyArray<Protection>): Program => ({
  without: off,
  project: (files, faults = {}) =>
    off.length === 0 && Object.keys(faults).length === 0
      ? makeProject(files, {}, COMMAND)
      : makeProject(files, { ...faults, FAULT_OFF: off.join(",") }, FAULTY)
})

/** Why a task runs, ran or did not: what differs from an earlier result, led back to what a person changed. */
import type { Difference } from "../plan/why.ts"

/** A difference with its words and its place. */
export interface Change extends Difference {
  /** `param width 500→512`. */
  readonly phrase: string
  /** `file:line:column`, the path of a source, or the command line; `undefined` where nobody wrote it. */
  readonly at: string | undefined
  /** Of an input: of the tasks that made its content those that explain the change, one for each stage. */
  readonly because: ReadonlyArray<Account>
  /** Of an input: what has to run before explains it; absent where it does not. */
  readonly awaited?: true
}

export interface Account {
  readonly task: string
  /** What became of the task or would become of it, in one phrase. */
  readonly state: string
  /** The earlier result that it is compared with: `train of run …`. */
  readonly against: string | undefined
  readonly differences: ReadonlyArray<Change>
  /** What has to run before more can be said. */
  readonly waitsFor: ReadonlyArray<Account>
}

/** States of tasks that an answer does not explain: once is enough, and beyond a number a person has lost the thread. */
export const UNEXPLAINED = { above: "explained above", beyond: "not followed further" } as const

/** An end of the way back: something that is not explained by anything else in the pipeline. */
export interface Root {
  readonly task: string
  readonly phrase: string
  readonly at: string | undefined
}

/** The roots of an account, each once. */
export const rootsOf = (account: Account): ReadonlyArray<Root> => {
  const roots = new Map<string, Root>()
  collect(account, roots)
  return [...roots.values()]
}

/** What is said of many tasks in the same words of the same place is one root; the first of them stands for it. */
const collect = ({ task, state, differences, waitsFor }: Account, roots: Map<string, Root>): void => {
  const enter = (phrase: string, at: string | undefined): void => {
    const id = `${phrase} ${at}`
    if (!roots.has(id)) roots.set(id, { task, phrase, at })
  }
  for (const { phrase, at, because, awaited = false } of differences) {
    if (because.length === 0 && !awaited) enter(phrase, at)
    for (const account of because) collect(account, roots)
  }
  for (const account of waitsFor) collect(account, roots)
  if (differences.length === 0 && waitsFor.length === 0 && state !== UNEXPLAINED.above) enter(state, undefined)
}

/** What the journals of runs tell, each hit of all tasks told task by task. Throws what the disk throws. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Journal from "./Journal.ts"
import type { JournalEntry } from "./JournalEvent.ts"
import { FILES, type RunFolder } from "./RunFolder.ts"
import { fold, type RunState, type TaskState } from "./RunState.ts"
import { toldByTask } from "./told-by-task.ts"

export class RunJournals {
  /** Tasks of runs whose results others found: a hundred of these may lie between two that computed something. */
  private readonly found = new Map<string, ReadonlyArray<TaskState>>()

  /** What happened in a run, entry by entry; nothing where it has no journal. */
  entries(folder: RunFolder): ReadonlyArray<JournalEntry> {
    return toldByTask(journalIn(folder, FILES.journal), (run) => this.tasksOf(run, folder))
  }

  /** What has come of a run. */
  state(folder: RunFolder): RunState {
    return stateOf(this.entries(folder))
  }

  /** The tasks of a run whose results another found, from the journal that lies beside that one's own. */
  private tasksOf(run: string, folder: RunFolder): ReadonlyArray<TaskState> {
    const known = this.found.get(run) ?? [...stateOf(journalIn(folder, FILES.before)).tasks.values()]
    this.found.set(run, known)
    return known
  }
}

/** The state that entries lead to. */
export const stateOf = (entries: ReadonlyArray<JournalEntry>): RunState => fold(entries.map(({ event }) => event))

const journalIn = ({ path }: RunFolder, name: string): ReadonlyArray<JournalEntry> => {
  const file = join(path, name)
  return existsSync(file) ? Journal.read(readFileSync(file)).entries : []
}

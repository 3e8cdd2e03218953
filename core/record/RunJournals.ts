/** What the journals of runs tell, each hit of all tasks told task by task. Throws what the disk throws. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Journal from "./Journal.ts"
import { bothFlaws, FLAWLESS } from "./JournalFlaws.ts"
import { FILES, type RunFolder } from "./RunFolder.ts"
import { fold, type RunState } from "./RunState.ts"
import { toldByTask } from "./told-by-task.ts"

export class RunJournals {
  /** Runs whose results others found: a hundred of these may lie between two that computed something. */
  private readonly found = new Map<string, RunState>()

  /** What happened in a run, entry by entry; nothing where it has no journal. */
  read(folder: RunFolder): Journal.ReadJournal {
    const own = journalIn(folder, FILES.journal)
    let { flaws } = own
    const entries = toldByTask(own.entries, (run) => {
      const before = this.before(run, folder)
      flaws = bothFlaws(flaws, before.flaws)
      return before
    })
    return { entries, flaws }
  }

  /** What has come of a run. */
  state(folder: RunFolder): RunState {
    return stateOf(this.read(folder))
  }

  /** What came of a run whose results another found, from the journal that lies beside that one's own. */
  private before(run: string, folder: RunFolder): RunState {
    const known = this.found.get(run) ?? stateOf(journalIn(folder, FILES.before))
    this.found.set(run, known)
    return known
  }
}

/** The state that a journal leads to. */
export const stateOf = ({ entries, flaws }: Journal.ReadJournal): RunState =>
  fold(
    entries.map(({ event }) => event),
    flaws
  )

const journalIn = ({ path }: RunFolder, name: string): Journal.ReadJournal => {
  const file = join(path, name)
  return existsSync(file) ? Journal.read(readFileSync(file)) : { entries: [], flaws: FLAWLESS }
}

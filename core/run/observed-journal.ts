/** A journal that shows its events to an observer. */
import { Effect } from "effect"
import type { Journal } from "../record/Journal.ts"
import type { JournalEvent } from "../record/JournalEvent.ts"
import type { RunObserverShape } from "./RunObserver.ts"

/**
 * The observer sees the events in the order of the journal; one that somebody waits for only when it is durable. An
 * observer that throws is not asked again: what shows a run must not end it.
 */
export const observedJournal = (journal: Journal, { onEvent }: Pick<RunObserverShape, "onEvent">): Journal => {
  const line: Array<{ readonly event: JournalEvent; isWritten: boolean }> = []
  let isBlind = false
  const show = (event: JournalEvent): void => {
    if (isBlind) return
    try {
      onEvent(event)
    } catch {
      isBlind = true
    }
  }
  const showWritten = (): void => {
    let count = 0
    while (line[count]?.isWritten === true) count++
    for (const { event } of line.splice(0, count)) show(event)
  }
  const enter = (event: JournalEvent): void => {
    line.push({ event, isWritten: true })
    showWritten()
  }
  return {
    append: (event) =>
      Effect.suspend(() => {
        const place = { event, isWritten: false }
        line.push(place)
        return Effect.ensuring(
          journal.append(event),
          Effect.sync(() => {
            place.isWritten = true
            showWritten()
          })
        )
      }),
    appendNow: (event) => {
      journal.appendNow(event)
      enter(event)
    },
    appendThisTurn: (event) => {
      journal.appendThisTurn(event)
      enter(event)
    },
    appendLater: (event) => {
      journal.appendLater(event)
      enter(event)
    }
  }
}

/** What hooks have still to be told. */

import type { Notice } from "./Notice.ts"
import type { ScheduleEvent } from "./ScheduleEvent.ts"
import { placesIn } from "./ScheduleJournal.ts"
import { isAlive } from "./starts.ts"

/** A notice that nobody has been told yet. */
export interface OpenNotice {
  readonly schedule: string
  readonly notice: Notice
  /** What the process holds that tells it, as long as it lives. */
  readonly teller?: string | undefined
}

/** Whether a process that has said so is about to tell it. Throws what the disk throws. */
export const isBeingTold = (store: string, { teller }: OpenNotice): boolean =>
  teller !== undefined && isAlive(placesIn(store).starts, teller)

/** Notices of a journal that nobody has been told, by their ids. */
export const openNotices = (events: ReadonlyArray<ScheduleEvent>): Map<string, OpenNotice> => {
  const open = new Map<string, OpenNotice>()
  for (const event of events) {
    if (event._tag === "Ended" || event._tag === "Snapshot") {
      const teller = event._tag === "Ended" ? event.teller : undefined
      for (const notice of event.notices ?? []) open.set(notice.id, { schedule: event.schedule, notice, teller })
    } else if (event._tag === "Notified") open.delete(event.notice)
  }
  return open
}

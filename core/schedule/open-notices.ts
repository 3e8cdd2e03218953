/** What hooks have still to be told. */
import type { Notice } from "./Notice.ts"
import type { ScheduleEvent } from "./ScheduleEvent.ts"

/** A notice that nobody has been told yet. */
export interface OpenNotice {
  readonly schedule: string
  readonly notice: Notice
}

/** Notices of a journal that nobody has been told, by their ids. */
export const openNotices = (events: ReadonlyArray<ScheduleEvent>): Map<string, OpenNotice> => {
  const open = new Map<string, OpenNotice>()
  for (const event of events) {
    if (event._tag === "Ended" || event._tag === "Snapshot")
      for (const notice of event.notices ?? []) open.set(notice.id, { schedule: event.schedule, notice })
    else if (event._tag === "Notified") open.delete(event.notice)
  }
  return open
}

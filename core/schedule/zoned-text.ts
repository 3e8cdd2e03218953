/** An instant as the clocks of a zone show it. */
import type { Instant } from "./Schedule.ts"

/** `Mon 2026-11-30 02:30:00 GMT+1`. */
export const zonedText = (at: Instant, timeZone: string): string => {
  const options = { timeZone, hourCycle: "h23", dateStyle: undefined } as const
  const parts = new Intl.DateTimeFormat("en-US", {
    ...options,
    ...{ weekday: "short", year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" }
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? ""
  const day = `${part("year")}-${part("month")}-${part("day")}`
  return `${part("weekday")} ${day} ${part("hour")}:${part("minute")}:${part("second")} ${part("timeZoneName")}`
}

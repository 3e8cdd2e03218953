/** An instant as the clocks of a zone show it. */
import type { Instant } from "./Schedule.ts"

/** With its offset, as `Mon 2026-11-30 02:30 UTC+1`; with seconds where there are some. */
export const zonedText = (at: Instant, timeZone: string): string => {
  const parts = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, hourCycle: "h23" },
    ...{ weekday: "short", year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "shortOffset" }
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? ""
  const seconds = part("second") === "00" ? "" : `:${part("second")}`
  const day = `${part("year")}-${part("month")}-${part("day")}`
  const offset = part("timeZoneName").replace("GMT", "UTC").replace(/\+0$/u, "")
  return `${part("weekday")} ${day} ${part("hour")}:${part("minute")}${seconds} ${offset}`
}

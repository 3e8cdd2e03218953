/** A schedule as a file would have it. */
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"
import { type Schedule, schedulesOf } from "../../../core/schedule/Schedule.ts"

/** The only schedule of a pipeline that has these lines under `schedule:`. */
export const sampleSchedule = (keys: string, file = "/study/study.yaml"): Schedule => {
  const text = `name: study\nparams: { n: 1 }\nprofiles: { small: { n: 2 } }\nstages: { a: { uses: x/y } }\nschedule: { ${keys} }\n`
  const [schedule] = schedulesOf(Result.getOrThrow(decode(file, text)), file)
  if (schedule === undefined) throw new Error(`no schedule in ${keys}`)
  return schedule
}

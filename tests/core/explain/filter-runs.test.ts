import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Result } from "effect"
import * as SourceText from "../../../core/document/SourceText.ts"
import { settleFilter } from "../../../core/explain/filter-runs.ts"
import { parseFilter } from "../../../core/explain/RunFilter.ts"
import { RunValues } from "../../../core/explain/RunValues.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { fold } from "../../../core/record/RunState.ts"
import type { Json } from "../../../core/stage/ArtifactKind.ts"
import { EVENTS } from "../record/sample-run.ts"

interface Sketch {
  readonly params?: { readonly [name: string]: Json }
  readonly metrics?: { readonly [task: string]: { readonly [name: string]: number } }
  readonly millis?: number
  readonly outcome?: "success" | "failure"
  readonly at?: string
}

const run = (id: string, { params = {}, metrics = {}, millis = 1000, outcome, at }: Sketch): RunValues => {
  const startedAt = Date.parse(at ?? "2026-11-24")
  const { finished, runStarted } = EVENTS
  const events: ReadonlyArray<JournalEvent> = [
    { ...runStarted, at: startedAt, params } as JournalEvent,
    ...Object.entries(metrics).map(([task, recorded]) => ({ ...finished, task, metrics: recorded }) as JournalEvent),
    ...(outcome === undefined
      ? []
      : [{ _tag: "RunFinished", at: startedAt + millis, outcome, counts: {} } as unknown as JournalEvent])
  ]
  return new RunValues({ id, path: "" }, fold(events))
}

const RUNS = [
  run("a", {
    params: { lr: 0.1, net: { depth: 2 }, name: "x y", debug: true },
    metrics: { train: { loss: 0.5, acc: 0.9 }, "eval@n=1,k=2": { score: 1 }, "eval@n=2,k=2": { score: 5 } },
    outcome: "success"
  }),
  run("b", {
    params: { lr: 0.01, net: { depth: 3 }, name: "z", debug: false },
    metrics: { train: { loss: 0.2 }, "eval@n=1,k=2": { score: 3 }, 'm@net=depth:2+width:3,of=[1,"a,b"]': { score: 1 } },
    outcome: "failure",
    millis: 700_000,
    at: "2026-11-26T12:00Z"
  }),
  run("c", { params: { lr: 0.1 } })
]

const source = (text: string) => SourceText.make("--where", text)

const settled = (text: string) => Result.flatMap(parseFilter(source(text)), (filter) => settleFilter(filter, RUNS))

const chosen = (text: string): string => {
  const { holds } = Result.getOrThrow(settled(text))
  return RUNS.filter(holds)
    .map(({ id }) => id)
    .join("")
}

const complaint = (text: string): string => {
  const result = settled(text)
  if (Result.isSuccess(result)) return "no complaint"
  const { span, message, hint } = result.failure
  return `${span.column}+${span.length} ${message}${hint === undefined ? "" : ` | ${hint}`}`
}

// Far from UTC: a time that is taken for a local one is another.
const { TZ } = process.env
beforeAll(() => {
  process.env["TZ"] = "Pacific/Kiritimati"
})
afterAll(() => {
  if (TZ === undefined) delete process.env["TZ"]
  else process.env["TZ"] = TZ
})

describe("a filter", () => {
  it.each([
    ["lr=0.1", "ac"],
    ["lr == 1e-1", "ac"],
    ["lr != 0.1", "b"],
    ["not lr = 0.1", "b"],
    ["lr=0.1 and loss<1", "a"],
    ["loss < 0.3 or acc > 0.8", "ab"],
    ["lr=0.1 and loss>1 or outcome=failure", "b"],
    ["lr=0.1 and (loss>1 or outcome=unfinished)", "c"],
    ["net.depth >= 3", "b"],
    ["params.net.depth < 3", "a"],
    ["train.loss <= 0.2", "b"],
    ["eval@n=1,k=2.score > 2", "b"],
    ['m@net=depth:2+width:3,of=[1,"a,b"].score > 0', "b"],
    ['(m@net=depth:2+width:3,of=[1,"a,b"].score>0)', "b"],
    // One of the runs has it of one task only.
    ["eval.score = 3", "b"],
    ['name = "x y"', "a"],
    ["name = z", "b"],
    ["name = 'z'", "b"],
    ["debug", "a"],
    ["not debug", "bc"],
    ["debug = false", "b"],
    ["outcome = success", "a"],
    ["duration > 10m", "b"],
    ["duration <= 1s", "a"],
    ["started > 2026-11-25", "b"],
    ["started < 2026-11-26T11:59", "ac"],
    ["started <= 2026-11-26T12:00:00.000", "abc"],
    ["started >= '2026-11-26 12:00'", "b"],
    ["started >= '2026-11-26T13:00+01:00'", "b"],
    ["started < '2026-11-26T12:00Z'", "ac"],
    ["loss < acc", "a"],
    ["1 < 2", "abc"],
    ["run = a", "a"]
  ])("%s lets %s through", (text, expected) => {
    assert.strictEqual(chosen(text), expected)
  })

  it.each([
    ["los > 1", '1+3 no run has a "los" | did you mean "loss"?'],
    ["lr=0.1 and los > 1", '12+3 no run has a "los" | did you mean "loss"?'],
    ["outcome = sucess", '11+6 no run ends with "sucess" | did you mean "success"?'],
    ["lr > ", "6+1 it ends where a name or a value was expected"],
    ["lr > 1 loss < 1", "8+4 expected and, or, or the end, found loss"],
    ["lr > 1 && loss < 1", "8+1 unexpected & | write and"],
    ["(lr > 1", '8+1 it ends where ")" was expected'],
    ['name = "x', '8+1 unexpected " | the text has no closing quote'],
    ["lr = abc", "6+3 lr is a number, and abc is a text"],
    ["name > 5", "8+1 name is a text, and 5 is a number"],
    ["duration > 5", "12+1 duration is a duration, and 5 is a number | write 10m, 1h30m or 500ms"],
    ["started > 10m", "11+3 started is a time, and 600000 is none | write 2026-11-24 or 2026-11-24T10:30 (UTC)"],
    ['started > "Nov 24 2026"', "11+13 started is a time, and Nov 24 2026 is none"],
    ["lr", "1+2 lr is a number, and neither true nor false | compare it: name = value"],
    ["", "1+1 it ends where a name or a value was expected"]
  ])("%s is refused with its place", (text, expected) => {
    assert.include(complaint(text), expected)
  })

  it("names a task where several have the metric", () => {
    const [a] = RUNS
    assert(a !== undefined)
    const result = Result.flatMap(parseFilter(source("score > 1")), (filter) => settleFilter(filter, [a]))
    assert(Result.isFailure(result))
    assert.strictEqual(result.failure.message, '"score" is a metric of 2 tasks')
    assert.strictEqual(result.failure.hint, "write the task too: eval@n=1,k=2.score")
  })

  it("says of a dimension of the matrix which name has it", () => {
    assert.strictEqual(
      complaint("k = 2"),
      '1+1 "k" is a value of tasks, and not of runs | write it in the metric of a task: eval@n=1,k=2.score'
    )
    assert.strictEqual(chosen("eval@n=1,k=2.score = 3"), "b")
  })

  it("ends, whatever the nesting", () => {
    assert.include(complaint(`${"(".repeat(10_000)}lr`), "more than 64 levels of nesting")
    assert.include(complaint(`${"not ".repeat(10_000)}lr`), "more than 64 levels of nesting")
  })
})

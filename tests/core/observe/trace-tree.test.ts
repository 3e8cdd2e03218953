import { assert, describe, it } from "@effect/vitest"
import { criticalPath } from "../../../core/observe/critical-path.ts"
import { jaegerJson } from "../../../core/observe/jaeger-json.ts"
import { spansOf } from "../../../core/observe/spans.ts"
import { traceResources } from "../../../core/observe/trace-resource.ts"
import { traceTree } from "../../../core/observe/trace-tree.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { event, planOf, START } from "./sample-plan.ts"

const plan = planOf([
  { id: "circle" },
  { id: "limit", needs: ["circle"] },
  { id: "empirical", tasks: 4, needs: ["circle"] },
  { id: "curves", needs: ["limit", "empirical"] },
  { id: "broken" },
  { id: "after", needs: ["broken"] }
])

/** Two workers: `empirical` takes 6 s a task, in pairs; `curves` waits for its last one. */
const spans = spansOf(
  [
    event.runStarted(9),
    event.hit(0, "circle"),
    event.ready(0, "limit"),
    ...[0, 1, 2, 3].map((n) => event.ready(0, `empirical@n=${n}`)),
    event.attempt(0, "limit"),
    event.attempt(0, "empirical@n=0"),
    event.finished(2, "limit"),
    event.attempt(2, "empirical@n=1"),
    event.finished(6, "empirical@n=0"),
    event.attempt(6, "empirical@n=2"),
    event.finished(8, "empirical@n=1"),
    event.attempt(8, "empirical@n=3"),
    event.finished(12, "empirical@n=2"),
    event.ready(12, "broken"),
    event.attempt(12, "broken"),
    event.attemptFailed(13, "broken", "residual 0.3\nat step 9", 1000),
    event.finished(14, "empirical@n=3"),
    event.ready(14, "curves"),
    event.attempt(14, "curves"),
    event.attempt(14, "broken", 2),
    event.attemptFailed(15, "broken", "residual 0.2"),
    event.failed(15, "broken"),
    event.skipped(15, "after", "broken failed"),
    event.finished(24, "curves"),
    event.runFinished(24, "failure")
  ].map((one, sequence) => ({ sequence, event: one }))
)

const style = { color: false, unicode: true }

describe("criticalPath", () => {
  it("is the chain of needs that ended last, with what each waited for a worker", () => {
    assert.deepStrictEqual(
      criticalPath(spans, plan).map(({ task, waited, worked }) => [task, waited, worked]),
      [
        ["empirical@n=3", 8000, 6000],
        ["curves", 0, 10_000]
      ]
    )
  })

  it("never overlaps itself and never lasts longer than the run", () => {
    const path = criticalPath(spans, plan)
    path.slice(1).forEach(({ span }, index) => {
      assert.isAtLeast(span.startedAt, path[index]?.span.endedAt ?? 0)
    })
    assert.isAtMost(
      path.reduce((sum, { waited, worked }) => sum + waited + worked, 0),
      24_000
    )
  })

  it("goes on through who made the list that decided a task", () => {
    const grown = planOf([{ id: "split" }, { id: "count", tasks: 2 }])
    const listed = {
      ...grown,
      stages: grown.stages.map((stage) =>
        stage.id === "count" ? { ...stage, listsFrom: [{ task: 0, port: "out" }] } : stage
      )
    }
    const told = spansOf(
      [
        event.runStarted(1),
        event.ready(0, "split"),
        event.attempt(0, "split"),
        event.finished(9, "split"),
        event.ready(9, "count@n=1"),
        event.attempt(9, "count@n=1"),
        event.finished(11, "count@n=1"),
        event.runFinished(11, "success")
      ].map((one, sequence) => ({ sequence, event: one }))
    )
    assert.deepStrictEqual(
      criticalPath(told, listed).map(({ task }) => task),
      ["split", "count@n=1"]
    )
  })
})

describe("traceTree", () => {
  it("shows where the time of a run went", () => {
    assert.deepStrictEqual(traceTree(spans, plan, { ...style, columns: 90, tasksPerStage: 2 }).split("\n"), [
      "✗ sample             24.0s  ▕━━━━━━━━━━━━━━━━━━━━━━━━▏  1 task failed",
      "├─ ≡ circle         cached  ▕╵                       ▏",
      "├─ ✓ limit            2.0s  ▕━━                      ▏",
      "├─ ✓ empirical       14.0s  ▕━━━━━━━━━━━━━━          ▏  4 tasks",
      "│  ├─ ✓ n=0           6.0s  ▕━━━━━━                  ▏",
      "│  ├─ ✓ n=1           6.0s  ▕──━━━━━━                ▏  queued 2.0s",
      "│  └─ … 2 more",
      "├─ ✗ broken           3.0s  ▕            ━━━         ▏",
      "│  ├─ ✗ attempt 1     1.0s  ▕            ━           ▏  residual 0.3",
      "│  └─ ✗ attempt 2     1.0s  ▕              ━         ▏  residual 0.2",
      "├─ ✓ curves          10.0s  ▕              ━━━━━━━━━━▏",
      "└─ – after         skipped  ▕               ╵        ▏  broken failed",
      "",
      "critical path  24.0s of 24.0s",
      "  empirical@n=3     6.0s   58 %  queued 8.0s",
      "  curves           10.0s   42 %"
    ])
  })

  it("shows what was timed within tasks, spans of one name together, as deep as was asked for", () => {
    const span = (id: number, name: string, start: number, end: number, parent?: number) => ({
      ...{ id, name, start, end },
      ...(parent === undefined ? {} : { parent })
    })
    const inner = [
      span(1, "epoch", 0, 4000),
      span(2, "epoch", 4000, 9000),
      span(3, "evaluate", 8000, 9000, 2),
      { ...span(4, "save", 9000, 10_000), error: { tag: "Full", message: "no room\nat all" } }
    ]
    const told = spansOf(
      [
        event.runStarted(1),
        event.ready(0, "curves"),
        event.attempt(0, "curves", 1, "00000000000000a2"),
        event.finished(10, "curves"),
        event.runFinished(10, "success")
      ].map((one) => ({ event: one })),
      [{ below: "attempt", attempt: "00000000000000a2", base: START, spans: inner }]
    )
    const tree = (depth: number) =>
      traceTree(told, plan, { ...style, columns: 80, depth })
        .split("\n")
        .slice(1, -3)
    assert.lengthOf(tree(0), 1)
    assert.deepStrictEqual(tree(2), [
      "└─ ✓ curves          10.0s  ▕━━━━━━━━━━━━━━━━━━━━━━━━▏",
      "   ├─ · epoch ×2      9.0s  ▕━━━━━━━━━━━━━━━━━━━━━━  ▏",
      "   │  └─ · evaluate   1.0s  ▕                   ━━━  ▏",
      "   └─ ✗ save          1.0s  ▕                     ━━━▏  no room"
    ])
  })

  it("leaves out the time line in a narrow window, and says it in ASCII", () => {
    const lines = traceTree(spans, plan, { color: false, unicode: false, columns: 40, tasksPerStage: 0 }).split("\n")
    assert.deepStrictEqual(lines.slice(0, 4), [
      "x sample             24.0s  1 task fail~",
      "|- = circle         cached",
      "|- + limit            2.0s",
      "|- + empirical       14.0s  4 tasks"
    ])
    for (const line of lines) assert.isAtMost(line.length, 40)
  })

  it("says of a stage that it ended well only where each of its tasks has", () => {
    const events = [
      event.runStarted(4),
      ...[0, 1, 2, 3].map((n) => event.ready(0, `empirical@n=${n}`)),
      event.attempt(0, "empirical@n=0"),
      event.attempt(0, "empirical@n=1"),
      event.finished(2, "empirical@n=0"),
      event.attempt(2, "empirical@n=2")
    ]
    const rows = (all: ReadonlyArray<JournalEvent>, goingOnAt?: number) => {
      const told = spansOf(
        all.map((one) => ({ event: one })),
        [],
        { goingOnAt }
      )
      const text = traceTree(told, plan, { ...style, columns: 69 })
      return text.split("\n").slice(1, all.length > events.length ? 2 : 5)
    }
    assert.deepStrictEqual(rows(events, START + 4000), [
      "└─ · empirical  4.0s  4 tasks, 2 running, 1 queued",
      "   ├─ ✓ n=0     2.0s",
      "   ├─ · n=1     4.0s  running",
      "   ├─ · n=2     2.0s  running, queued 2.0s"
    ])
    assert.deepStrictEqual(rows(events).slice(0, 3), [
      "└─ · empirical  2.0s  4 tasks, 3 cut off",
      "   ├─ ✓ n=0     2.0s",
      "   ├─ · n=1     2.0s  cut off"
    ])
    const skipped = [1, 2, 3].map((n) => event.skipped(3, `empirical@n=${n}`, "the run ended"))
    assert.deepStrictEqual(rows([...events, ...skipped, event.runFinished(3, "interrupted")]), [
      "└─ · empirical  3.0s  4 tasks, 2 cut off, 1 skipped"
    ])
  })

  it("has a word for a run of which nothing is known", () => {
    assert.strictEqual(traceTree([], plan, { ...style, columns: 80 }), "nothing is recorded of this run")
  })
})

describe("jaegerJson of the sample", () => {
  it("tells each span with its parent, in microseconds", () => {
    const { data } = JSON.parse(jaegerJson(spans, traceResources({})))
    assert.lengthOf(data, 1)
    const [trace] = data
    assert.lengthOf(trace.spans, spans.length)
    assert.deepStrictEqual(trace.processes.p1.serviceName, "athanor")
    const [root, hit] = trace.spans
    assert.deepInclude(root, { operationName: "RUN sample", startTime: START * 1000, duration: 24e6, references: [] })
    assert.deepInclude(root.tags, { key: "error", type: "bool", value: true })
    assert.deepStrictEqual(hit.references, [{ refType: "CHILD_OF", traceID: root.traceID, spanID: root.spanID }])
    assert.deepInclude(hit.tags, { key: "cache.hit", type: "bool", value: true })
    assert.strictEqual(hit.logs[0].fields[0].value, "cache.hit")
    assert.isTrue(trace.spans.every(({ duration }: { readonly duration: number }) => Number.isInteger(duration)))
  })
})

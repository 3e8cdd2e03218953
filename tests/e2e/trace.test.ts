import { readdirSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { attributesOf, collect, type SentSpan, spansIn, type TraceRequest } from "../core/observe/collector.ts"
import { readJson } from "../core/observe/otlp-schema.ts"
import { makeProject, type Project } from "./project.ts"

const STAGE = `import { Effect, Schema } from "effect"
import { StageType, Trace } from "athanor/stage"

const solve = Effect.fn("solve")(function* (n: number) {
  yield* Trace.event("epoch", { n, loss: 1 / (n + 1) })
  return n * 2
})

export default StageType.make({
  name: "my/solve",
  summary: "Twice as much",
  determinism: "bitwise",
  params: Schema.Struct({ n: Schema.Int }),
  inputs: {},
  outputs: { twice: "Json", large: "Tensor" },
  run: ({ params: { n } }) =>
    Effect.gen(function* () {
      yield* Effect.annotateCurrentSpan({ n })
      const twice = yield* solve(n)
      const size = n === 0 ? 2000 : 1
      return { twice, large: { shape: [size], data: new Float64Array(size) } }
    })
})
`

const STUDY = `name: traced
params: { count: 500 }
stages:
  solve: { uses: ./solve.ts, matrix: { n: "\${{ range(params.count) }}" }, with: { n: "\${{ matrix.n }}" } }
  shaky:
    uses: command
    run: [sh, -c, "test -e $CHECKPOINTS/x || { touch $CHECKPOINTS/x; exit 1; }; echo {} > out.json"]
    inputs: { large: solve@n=0.large }
    outputs: { out: { path: out.json, kind: Json } }
    retries: { max: 1, delay: 10ms }
  broken: { uses: command, run: ["false"], outputs: { out: { path: out.json, kind: Json } } }
  after: { uses: command, run: ["true"], inputs: { out: broken.out }, outputs: { out: { path: out.json, kind: Json } } }
`

/** Spans as `trace --format otlp` writes them, each line read as the definitions have it. */
const written = (text: string): ReadonlyArray<SentSpan> =>
  spansIn(
    text
      .trim()
      .split("\n")
      .map((line) => readJson("ExportTraceServiceRequest", JSON.parse(line)) as unknown as TraceRequest)
  )

const run = (project: Project, ...args: ReadonlyArray<string>) =>
  Effect.callback<number | null>((resume) => {
    project.start("run", "traced.yaml", "-k", ...args).on("close", (status) => resume(Effect.succeed(status)))
  })

const latest = (project: Project): string => readdirSync(`${project.folder}/artifacts-cache/runs`).sort().at(-1) ?? ""

const isWithin = (part: SentSpan, whole: SentSpan): boolean =>
  BigInt(part.startTimeUnixNano) >= BigInt(whole.startTimeUnixNano) &&
  BigInt(part.endTimeUnixNano) <= BigInt(whole.endTimeUnixNano)

describe("the trace of a run", () => {
  it.live("is one tree, sent while the run goes on and kept as it was sent, with links to what it found", () =>
    Effect.gen(function* () {
      const collector = yield* collect()
      const project = makeProject(
        { "traced.yaml": STUDY, "solve.ts": STAGE },
        { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, CI: "1" }
      )
      assert.strictEqual(yield* run(project), 1)
      const first = spansIn(collector.requests)
      const earlier = latest(project)
      assert.strictEqual(yield* run(project, "-S", "count=1000"), 1)
      assert.deepStrictEqual(collector.faults, [])
      const sent = spansIn(collector.requests).slice(first.length)

      const byId = new Map(sent.map((span) => [span.spanId, span]))
      assert.strictEqual(byId.size, sent.length)
      const roots = sent.filter(({ parentSpanId }) => parentSpanId === undefined)
      assert.deepStrictEqual(
        roots.map(({ name, kind }) => [name, kind]),
        [["RUN traced", 2]]
      )
      for (const span of sent) {
        assert.strictEqual(span.traceId, roots[0]?.traceId)
        const parent = byId.get(span.parentSpanId ?? span.spanId)
        assert(parent !== undefined && isWithin(span, parent), `${span.name} is not within ${parent?.name}`)
      }

      const count = (name: string) => sent.filter((span) => span.name === name).length
      // 1,000 tasks, of which 500 were known; their attempts have a span of the stage each.
      assert.strictEqual(sent.filter(({ links, name }) => name === "solve" && links.length === 1).length, 500)
      assert.strictEqual(count("solve"), 1500)
      assert.strictEqual(first.filter(({ name }) => name === "backoff").length, 1)
      const failed = sent.filter(({ status }) => status.code === 2).map(({ name }) => name)
      assert.deepStrictEqual([...failed].sort(), ["RUN traced", "attempt", "broken"])

      const computed = new Map(first.map((span) => [`${span.traceId}-${span.spanId}`, span.name]))
      for (const { links, name } of sent) {
        const expected = name === "RUN traced" ? "RUN traced" : "attempt"
        for (const link of links) assert.strictEqual(computed.get(`${link.traceId}-${link.spanId}`), expected)
      }
      const solved = first.find(({ events }) => events.some((event) => event.name === "epoch"))
      assert.strictEqual(solved?.name, "solve")
      const attempt = first.find(({ spanId }) => spanId === solved?.parentSpanId)
      assert.strictEqual(attempt?.name, "attempt")
      assert.isDefined(attributesOf(attempt?.attributes ?? [])["n"])
      const put = first.find(({ name }) => name === "artifact put")
      assert.strictEqual(attributesOf(put?.attributes ?? [])["artifact.bytes"], "16128")

      // What is in the folders is what was sent.
      for (const [name, all] of [
        [earlier, first],
        [latest(project), sent]
      ] as const) {
        assert.strictEqual(project.run("trace", name, "--format", "otlp", "-o", "spans.json").status, 0)
        const kept = new Map(written(project.read("spans.json")).map((span) => [span.spanId, span]))
        assert.strictEqual(kept.size, all.length)
        const told = ({ endTimeUnixNano, name, parentSpanId = "", startTimeUnixNano }: SentSpan) => [
          name,
          parentSpanId,
          startTimeUnixNano,
          endTimeUnixNano
        ]
        for (const span of all) {
          const found = kept.get(span.spanId)
          assert.deepStrictEqual(found && told(found), told(span))
        }
      }

      const names = new Set(
        collector.metrics.flatMap(({ resourceMetrics }) =>
          resourceMetrics.flatMap(({ scopeMetrics }) =>
            scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name))
          )
        )
      )
      assert.isTrue(names.has("athanor.task.duration") && names.has("athanor.artifact.written"))
    })
  )

  it.live("waits for no collector that is not there, and says how its spans are sent", () =>
    Effect.gen(function* () {
      const project = makeProject(
        { "traced.yaml": STUDY.replace("count: 500", "count: 3"), "solve.ts": STAGE },
        // A port that nothing can listen on.
        { OTEL_EXPORTER_OTLP_ENDPOINT: "http://user:secret@127.0.0.1:1" }
      )
      const { stderr } = project.run("run", "traced.yaml", "-k")
      assert.match(
        stderr,
        /warning: \d+ of \d+ spans were not sent to http:\/\/127\.0\.0\.1:1\/v1\/traces: .*ECONNREFUSED/u
      )
      assert.match(stderr, /pipeline trace [a-z]+-[a-z]+ --send/u)
      assert.notInclude(stderr, "secret")
      const colourful = "export NO_COLOR= FORCE_COLOR=1"
      assert.include(project.runAfter(colourful, "trace").stdout, "\u001b[")
      project.runAfter(colourful, "trace", "-o", "tree.txt")
      assert.include(project.read("tree.txt"), "solve")
      assert.notInclude(project.read("tree.txt"), "\u001b[")
      const again = project.run("trace", "--send")
      assert.strictEqual(again.status, 4)
      assert.include(again.stderr, "(0 of ")
    })
  )
})

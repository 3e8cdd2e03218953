import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fold } from "../../../core/record/RunState.ts"
import { collectReport } from "../../../core/report/collect-report.ts"
import { galleryPage } from "../../../core/report/gallery-page.ts"
import { renderHtml } from "../../../core/report/html-report.ts"
import { taskWords } from "../../../core/report/masthead.ts"
import { tasksOf } from "../../../core/report/ReportModel.ts"
import { atLeast, type StageSummary, stageSummaryOf, summaryOf } from "../../../core/report/ReportSummary.ts"
import { renderTerminal } from "../../../core/report/terminal-report.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import * as Store from "../../../core/store/Store.ts"
import { FAILURE, reportOf, SUCCESS, temporaryFolder } from "./example-report.ts"
import { digestOf, expectation, journal, METRICS, plan, RUN_ID, START } from "./example-run.ts"
import { commitExample } from "./example-store.ts"

describe("stageSummaryOf", () => {
  it.effect("says that processor time and memory are at least so much where a task was too brief to be measured", () =>
    Effect.gen(function* () {
      const { stages } = yield* reportOf(SUCCESS)
      const stage = stages.find(({ tasks }) => tasks.length > 1 && tasks.every(({ status }) => status === "done"))
      assert(stage !== undefined)
      const [first, ...others] = stage.tasks
      const computed = first?.computed && { ...first.computed, cpuMillis: 0, peakMemory: 0 }
      const partial = { ...stage, tasks: [...others, ...(first === undefined ? [] : [{ ...first, computed }])] }
      const partsOf = ({ isCpuPartial, isMemoryPartial }: StageSummary) => [isCpuPartial, isMemoryPartial]
      assert.deepStrictEqual(partsOf(stageSummaryOf(stage)), [false, false])
      assert.deepStrictEqual(partsOf(stageSummaryOf(partial)), [true, true])
      assert.deepStrictEqual(
        [atLeast(true, "1.2s"), atLeast(false, "1.2s"), atLeast(true, "–")],
        ["≥ 1.2s", "1.2s", "–"]
      )
    })
  )
})

describe("collectReport", () => {
  it.effect("tells what ran, what was found, and how the run ended", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const summary = summaryOf(model)
      assert.strictEqual(model.run.outcome, "success")
      assert.deepStrictEqual(summary.counts, { done: plan.tasks.length - 2, hit: 2 })
      assert.strictEqual(summary.savedMillis, 5000)
      assert.strictEqual(model.run.startedAt, START)
    })
  )

  it.effect("judges every expectation, also on metrics of reused results", () =>
    Effect.gen(function* () {
      const everything = plan.stages.map(({ id }) => id)
      const model = yield* reportOf(journal({ workers: 1, cached: everything, failed: [] }))
      assert.deepStrictEqual(
        model.expectations.map(({ verdict }) => verdict),
        ["met", "met", "met", "met", "missed", "met", "not recorded"]
      )
      assert.strictEqual(model.expectations[1]?.measured, METRICS["curves"]?.["growth@width=500"])
    })
  )

  it.effect("judges what every task has to meet as one, and tells the worst wherever the card is shown", () =>
    Effect.gen(function* () {
      const every = plan.tasks.flatMap(({ id }, index) => (id.startsWith("empirical@width=500") ? [index] : []))
      const [task = 0] = every
      const expectations = [1.2, 1.1].map((bound) => {
        const expected = expectation("empirical@width=500.growth", { _tag: "AtMost", bound })
        return { task, every, metric: "growth", expected }
      })
      const model = yield* reportOf(SUCCESS, { ...plan, expectations })
      const [met, missed] = model.expectations
      const worst = "empirical@width=500,init=3"
      assert(met !== undefined)
      assert.strictEqual(met.words, `met by all 10 tasks; the worst is ${worst}`)
      assert.deepStrictEqual([met.measured, met.from?.task], [METRICS[worst]?.["growth"], worst])
      assert.isDefined(met.from?.anchor)
      assert.match(missed?.words ?? "", /^missed by 10 of 10 tasks; the worst is /u)
      const [terminal, page] = [renderTerminal(model, { color: false }), galleryPage(model)]
      assert.include(terminal, `\n     ${met.words}\n`)
      assert.include(page, `\`empirical@width=500.growth\` ${met.words}`)
      assert.include(String(renderHtml(model)), met.words)
    })
  )

  it.effect("says that a metric is missing because its task was skipped", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(FAILURE)
      assert.strictEqual(model.expectations.at(-1)?.words, "its task was skipped")
    })
  )

  it.effect("says that a metric was no finite number, as the journal has it", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(
        SUCCESS.map((event) =>
          event._tag === "TaskFinished" && event.task === "learning"
            ? { ...event, metrics: {}, notFinite: { "deviation@width=500": "NaN" } }
            : event
        )
      )
      const { measured, verdict, words } = model.expectations.at(-1) ?? {}
      assert.deepStrictEqual([measured, verdict, words], [Number.NaN, "missed", "no finite number"])
    })
  )

  it.effect("draws the figures in their order, with the names that outputs give them", () =>
    Effect.gen(function* () {
      const { figures, figureFiles } = yield* reportOf(SUCCESS)
      assert.deepStrictEqual(
        figures.map(({ reference, title, image }) => [reference, title, image._tag]),
        [
          ["curves.figure", "The kernel on the circle", "Svg"],
          ["learning.figure", "Learning along an eigenvector", "Svg"]
        ]
      )
      assert.deepStrictEqual(
        figureFiles.map(({ path }) => path),
        [
          "figures/kernel.svg",
          "figures/curves.figure.png",
          "figures/learning.figure.svg",
          "figures/learning.figure.png"
        ]
      )
    })
  )

  it.effect("draws a figure that only outputs name, in the format asked for", () =>
    Effect.gen(function* () {
      const [, learning] = plan.figures
      const outputs = learning === undefined ? [] : [{ destination: "learning.png", from: learning }]
      const model = yield* reportOf(SUCCESS, { ...plan, figures: plan.figures.slice(0, 1), outputs })
      assert.strictEqual(model.figures.length, 1)
      assert.deepStrictEqual(
        model.figureFiles.map(({ path }) => path),
        ["figures/curves.figure.svg", "figures/curves.figure.png", "learning.png"]
      )
    })
  )

  it.effect("names a figure that is not there, and why", () =>
    Effect.gen(function* () {
      const { figures } = yield* reportOf(FAILURE)
      assert.deepStrictEqual(figures[1]?.image, { _tag: "Missing", reason: "its task has no result" })
      assert.deepStrictEqual(figures[1]?.files, [])
    })
  )

  it.effect("says what the store has lost since", () =>
    Effect.gen(function* () {
      const events = journal({ workers: 1, cached: plan.stages.map(({ id }) => id), failed: [] })
      const model = yield* reportOf(events, plan, [])
      assert.strictEqual(model.expectations[0]?.words, "its result is no longer in the store")
      assert.strictEqual(model.figures[0]?.image._tag, "Missing")
    })
  )

  it.effect("shows the results of its run, whatever holds for their keys by now, and says what is lost of them", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* Effect.gen(function* () {
        const actions = yield* ActionStore
        yield* commitExample(SUCCESS)
        const tell = () => collectReport({ folder: { id: RUN_ID }, plan, state: fold(SUCCESS) })
        const before = yield* tell()
        const pca = before.stages.flatMap(({ tasks }) => tasks).find(({ id }) => id === "pca")
        const [record] = actions.recordsOf(digestOf("key pca"))
        assert(record !== undefined)
        yield* actions.forget(record.key)
        const other = { kind: "Table", digest: digestOf("other"), files: [] } as const
        yield* actions.commit({ ...record, outputs: { pairs: other }, metrics: { lambda_1: 9 }, runId: "another run" })
        const after = yield* tell()
        assert.deepStrictEqual(after, before)
        assert.strictEqual(pca?.metrics["lambda_1"], METRICS["pca"]?.["lambda_1"])
        assert.strictEqual(pca?.outputs[0]?.digest, digestOf("pca.pairs"))
      }).pipe(Effect.provide(Store.layer(folder)))
      const lost = yield* reportOf(SUCCESS, plan, [])
      assert.strictEqual(lost.expectations[3]?.measured, METRICS["pca"]?.["lambda_1"])
      assert.deepStrictEqual(lost.figures[0]?.image, {
        _tag: "Missing",
        reason: `run ${RUN_ID} had curves.figure (${lost.figures[0]?.digest?.slice(0, 12)}), but its content is no longer in the store: \`pipeline run pipelines/ntk-study.yaml curves\` with the parameters of that run computes it again`
      })
    })
  )

  it.effect("follows every digest of a fan-in", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const input = tasksOf(model)
        .find(({ id }) => id === "curves")
        ?.inputs.find(({ port }) => port === "empirical")
      assert.strictEqual(input?.from, "20 items")
      assert.strictEqual(input?.items[3]?.from, "empirical@width=100,init=3.kernel")
      assert.isTrue(input?.items.every(({ digest }) => digest !== undefined))
    })
  )

  it.effect("shows what was running when the journal ends, up to its last event", () =>
    Effect.gen(function* () {
      const cut = SUCCESS.slice(
        0,
        SUCCESS.findIndex((event) => event._tag === "AttemptStarted" && event.task.startsWith("train-digits")) + 1
      )
      const model = yield* reportOf(cut)
      assert.strictEqual(model.run.outcome, "running")
      const training = tasksOf(model).find(({ id }) => id === "train-digits@width=100")
      assert.strictEqual(training?.status, "running")
      assert.strictEqual(training?.attempts[0]?.finishedAt, model.run.finishedAt)
      assert.strictEqual(tasksOf(model).at(-1)?.status, "waiting")
    })
  )

  it.effect("calls cut off what ran when the process of its run died", () =>
    Effect.gen(function* () {
      const started = SUCCESS.findIndex((event) => event._tag === "AttemptStarted")
      const model = yield* reportOf(SUCCESS.slice(0, started + 1), plan, SUCCESS, true)
      assert.strictEqual(model.run.outcome, "running")
      assert.match(taskWords(summaryOf(model)), /· 1 cut off · /u)
      assert.notInclude(taskWords(summaryOf(model)), "running")
    })
  )

  it.effect("calls nothing running once the run has ended", () =>
    Effect.gen(function* () {
      const started = SUCCESS.findIndex((event) => event._tag === "AttemptStarted")
      const end = {
        _tag: "RunFinished",
        at: START + 900,
        outcome: "interrupted",
        counts: { ran: 0, hit: 0, failed: 0, skipped: 0 }
      } as const
      const begun = SUCCESS.slice(0, started + 1)
      const last = begun.at(-1)
      assert(last?._tag === "AttemptStarted")
      const skipped = { _tag: "TaskSkipped", at: START + 900, task: last.task, because: "the run ended" } as const
      for (const events of [
        [...begun, end],
        [...begun, skipped, end]
      ]) {
        const model = yield* reportOf(events)
        const { counts } = summaryOf(model)
        assert.deepInclude(
          { running: 0, ready: 0, skipped: 0, ...counts },
          { running: 0, ready: 0, skipped: 0, cut: 1 }
        )
        assert.strictEqual(model.run.finishedAt, START + 900)
      }
    })
  )

  it.effect("adds up the times of a stage", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const stage = model.stages.find(({ id }) => id === "empirical")
      const sums = stage === undefined ? undefined : stageSummaryOf(stage)
      const attempts = stage?.tasks.flatMap((task) => task.attempts) ?? []
      assert.strictEqual(attempts.length, 20)
      assert.closeTo(
        sums?.busyMillis ?? 0,
        attempts.reduce((sum, { startedAt, finishedAt }) => sum + finishedAt - startedAt, 0),
        1e-6
      )
      // Two workers share the stage: its wall time lies between half of the work and all of it.
      assert.isAtLeast(sums?.wallMillis ?? 0, (sums?.busyMillis ?? 0) / 2)
      assert.isBelow(sums?.wallMillis ?? 0, sums?.busyMillis ?? 0)
    })
  )
})

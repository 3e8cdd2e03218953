/** The results of the example run, in a store. */
import { Effect } from "effect"
import * as Codec from "../../../core/codec/Codec.ts"
import type { JournalEvent } from "../../../core/record/JournalEvent.ts"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import type { Artifact } from "../../../core/store/Artifact.ts"
import { ArtifactStore } from "../../../core/store/ArtifactStore.ts"
import { exampleFigure } from "./example-figure.ts"
import { digestOf, METRICS, plan, RUN_ID, START } from "./example-run.ts"

/** Commits a record for every task that finished or was found. */
export const commitExample = Effect.fnUntraced(function* (events: ReadonlyArray<JournalEvent>) {
  const artifacts = yield* ArtifactStore
  const actions = yield* ActionStore
  for (const event of events) {
    if (event._tag !== "TaskFinished" && event._tag !== "TaskHit") continue
    const task = plan.tasks.find(({ id }) => id === event.task)
    const stage = plan.stages[task?.stage ?? -1]
    if (task === undefined || stage === undefined) continue
    const outputs: { [port: string]: Artifact } = {}
    for (const [port, kind] of Object.entries(stage.outputs)) {
      outputs[port] =
        kind === "Figure"
          ? yield* artifacts.write(kind, yield* Effect.fromResult(Codec.encode(kind, exampleFigure(task.id))))
          : {
              kind,
              digest: digestOf(`${task.id}.${port}`),
              files: [{ path: "value", digest: digestOf(task.id), bytes: 29_800 }]
            }
    }
    yield* actions.commit({
      format: 1,
      key: event.key,
      parts: {
        format: 1,
        stageType: stage.stageType,
        code: stage.code.identity,
        params: task.params,
        inputs: Object.fromEntries(
          Object.entries(task.inputs).map(([port, input]) => [
            port,
            input._tag === "One"
              ? { _tag: "One" as const, digest: digestOf(`${task.id} ${port}`) }
              : {
                  _tag: "Many" as const,
                  digest: digestOf(`${task.id} ${port}`),
                  items: input.items.map(({ matrix }, index) => ({ matrix, digest: digestOf(`${port} ${index}`) }))
                }
          ])
        ),
        outputs: {},
        device: "cpu",
        environment: {}
      },
      codeParts: { declarations: {}, packages: {} },
      outputs,
      metrics: METRICS[task.id] ?? {},
      logs: [],
      startedAt: event._tag === "TaskHit" ? START - 86_400_000 : event.at - 1000,
      durationMillis: event._tag === "TaskHit" ? 2500 : 1000,
      cpuMillis: event._tag === "TaskHit" ? 2400 : event.cpuMillis,
      peakMemory: event._tag === "TaskHit" ? 50e6 : event.peakMemory,
      runId: event._tag === "TaskHit" ? "2026-11-23T10-30-12-calm-gauss" : RUN_ID,
      task: task.id,
      attempt: 1,
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      spanId: "00f067aa0ba902b7"
    })
  }
})

/** The executions of a crate: for each task with a result, or with a failure, the action that made it, wherever it was made. */
import { countText } from "../document/quantities.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { type CrateGraph, type Entity, type Reference, referTo } from "./CrateGraph.ts"
import { cutText } from "./listing.ts"
import type { ReportExpectation, ReportInput, ReportModel, ReportStage, ReportTask } from "./ReportModel.ts"

/** Tasks that a crate tells of. Programs load all of it, and so does every reader of the page that holds it. */
const MAX_ACTIONS = 400

/** Items of one input that are named one by one. */
const MAX_ITEMS = 100

export interface ToolAction {
  readonly stage: ReportStage
  readonly action: Reference
}

/** Adds tools, actions, and what they read and made; says how many tasks are left out. */
export const toolActions = (
  model: ReportModel,
  graph: CrateGraph
): { readonly actions: ReadonlyArray<ToolAction>; readonly leftOut: string } => {
  const done = model.stages.flatMap((stage) =>
    stage.tasks.flatMap((task) => (task.computed !== undefined || task.status === "failed" ? [{ stage, task }] : []))
  )
  const told = firstOf(model, done)
  const actions = told.map(({ stage, task }) => ({ stage, action: addAction(model, graph, stage, task) }))
  const missing = done.length - told.length
  const leftOut =
    missing === 0 ? "" : `${countText(missing, "further task")} left out: pipeline show --json has them all.`
  return { actions, leftOut }
}

interface DoneTask {
  readonly stage: ReportStage
  readonly task: ReportTask
}

/** Where there are too many: those whose results the page shows, then the first ones. In the order of the plan. */
const firstOf = ({ figures, expectations }: ReportModel, done: ReadonlyArray<DoneTask>): ReadonlyArray<DoneTask> => {
  if (done.length <= MAX_ACTIONS) return done
  const shown = new Set([...figures.map(({ task }) => task), ...expectations.map(({ from }) => from?.task)])
  const isShown = ({ task }: DoneTask): boolean => shown.has(task.id)
  const kept = new Set([...done.filter(isShown), ...done.filter((one) => !isShown(one))].slice(0, MAX_ACTIONS))
  return done.filter((one) => kept.has(one))
}

/** The entity of an artifact. */
export const artifactId = (digest: string): string => `#artifact-${digest}`

/** A name as part of an id: what has a meaning in addresses is written in hexadecimal. */
export const idPart = (name: string): string => encodeURIComponent(name.toWellFormed())

/** The entity of a stage type, at its code. */
export const toolId = ({ stageType, code }: ReportStage): string =>
  `#tool-${idPart(stageType)}-${code?.slice(0, 12) ?? "?"}`

const addAction = (model: ReportModel, graph: CrateGraph, stage: ReportStage, task: ReportTask): Reference => {
  const error = task.status === "failed" ? task.attempts.findLast((attempt) => attempt.error)?.error : undefined
  const results = task.outputs.map(({ port, kind, digest }) =>
    graph.add({
      "@id": artifactId(digest),
      "@type": "CreativeWork",
      name: `${task.id}.${port}`,
      additionalType: kind,
      identifier: digest
    })
  )
  return graph.add({
    "@id": `#action-${idPart(task.id)}`,
    "@type": "CreateAction",
    name: task.id,
    description: descriptionOf(model, task),
    instrument: addTool(graph, stage),
    ...timesOf(task),
    object: [...task.inputs.flatMap((input) => addInput(graph, input)), ...addParams(graph, task)],
    result: [...results, ...addMetrics(graph, model.expectations, task)],
    actionStatus: `http://schema.org/${task.status === "failed" ? "Failed" : "Completed"}ActionStatus`,
    ...(error === undefined ? {} : { error: `${error.tag}: ${error.message}` }),
    ...(task.key === undefined ? {} : { identifier: task.key })
  })
}

const descriptionOf = ({ run }: ReportModel, { key, computed, status }: ReportTask): string => {
  const where =
    computed === undefined || computed.runId === run.id
      ? "Executed by this run"
      : `Found: executed by run ${computed.runId}`
  return [`${where}${status === "failed" ? ", and failed" : ""}.`, key !== undefined && `Key ${key}.`]
    .filter(Boolean)
    .join(" ")
}

const timesOf = ({ computed, attempts }: ReportTask): { readonly [name: string]: Json } => {
  const last = attempts.at(-1)
  const [from, to] =
    computed !== undefined
      ? [computed.startedAt, computed.startedAt + computed.durationMillis]
      : [last?.startedAt, last?.finishedAt]
  return from === undefined || to === undefined ? {} : { startTime: timeText(from), endTime: timeText(to) }
}

/** With the zone in digits, as the profile's own validator has it. */
export const timeText = (at: number): string => new Date(at).toISOString().replace("Z", "+00:00")

const addTool = (graph: CrateGraph, stage: ReportStage): Reference =>
  graph.add({
    "@id": toolId(stage),
    "@type": "SoftwareApplication",
    name: stage.stageType,
    ...(stage.summary === "" ? {} : { description: stage.summary }),
    ...(stage.code === undefined ? {} : { softwareVersion: stage.code })
  })

const addInput = (graph: CrateGraph, { from, digest, items }: ReportInput): ReadonlyArray<Reference> => {
  const add = (name: string, content: string | undefined): ReadonlyArray<Reference> =>
    content === undefined
      ? []
      : [graph.add({ "@id": artifactId(content), "@type": "CreativeWork", name, identifier: content })]
  return items.length === 0
    ? add(from, digest)
    : items.slice(0, MAX_ITEMS).flatMap((item) => add(item.from, item.digest))
}

const addParams = (graph: CrateGraph, { id, params }: ReportTask): ReadonlyArray<Reference> =>
  Object.keys(params).length === 0
    ? []
    : [
        graph.add({
          "@id": `#parameters-${idPart(id)}`,
          "@type": "PropertyValue",
          name: `parameters of ${id}`,
          value: cutText(JSON.stringify(params))
        })
      ]

/** What expectations are about: the numbers of the paper, as this task measured them. */
const addMetrics = (
  graph: CrateGraph,
  expectations: ReadonlyArray<ReportExpectation>,
  { id }: ReportTask
): ReadonlyArray<Reference> =>
  expectations.flatMap(({ metric, measured, from }) => {
    if (from?.task !== id || measured === undefined || !Number.isFinite(measured)) return []
    const entity: Entity = {
      "@id": `#metric-${idPart(metric)}`,
      "@type": "PropertyValue",
      name: metric,
      value: measured
    }
    return [graph.add(entity)]
  })

/** One reference to each. */
export const distinct = (references: ReadonlyArray<Reference>): ReadonlyArray<Reference> =>
  [...new Set(references.map((reference) => reference["@id"]))].map(referTo)

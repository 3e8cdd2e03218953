/** The workflow of a crate: the pipeline file with its tools, steps and parameters, and its execution by the engine. */
import { REPORT_FILES } from "../document/report-files.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { type CrateGraph, idsOf, type Reference, referTo } from "./CrateGraph.ts"
import { artifactId, distinct, idPart, type ToolAction, timeText, toolId } from "./crate-actions.ts"
import { cutText } from "./listing.ts"
import type { ReportModel, ReportStage } from "./ReportModel.ts"

/** Parameters of the pipeline that are told. */
const MAX_PARAMS = 200

/** Adds workflow, steps, and the actions of workflow and engine; returns the action of the workflow. */
export const workflowEntities = (
  model: ReportModel,
  graph: CrateGraph,
  actions: ReadonlyArray<ToolAction>
): Reference => {
  const steps = [...Map.groupBy(actions, ({ stage }) => stage.id).values()].map((ofStage, index) =>
    addStep(graph, ofStage, index)
  )
  const params = Object.entries(model.run.params)
    .slice(0, MAX_PARAMS)
    .map((param) => addParam(graph, param))
  graph.add({
    "@id": REPORT_FILES.pipeline,
    "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
    name: model.name,
    ...(model.description === undefined ? {} : { description: model.description }),
    alternateName: model.file,
    encodingFormat: "application/yaml",
    programmingLanguage: graph.add({
      "@id": "#athanor-pipeline-file",
      "@type": "ComputerLanguage",
      name: "Athanor pipeline file",
      alternateName: "YAML"
    }),
    ...(model.run.environment["commit"] === undefined ? {} : { version: model.run.environment["commit"] }),
    hasPart: distinct(actions.map(({ stage }) => referTo(toolId(stage)))),
    step: steps.map(({ step }) => step),
    input: params.map(({ parameter }) => parameter)
  })
  const run = addRun(
    model,
    graph,
    params.map(({ value }) => value)
  )
  addEngine(model, graph, { run, controls: steps.map(({ control }) => control) })
  return run
}

const addStep = (graph: CrateGraph, ofStage: ReadonlyArray<ToolAction>, position: number) => {
  const stage = ofStage[0]!.stage
  const step = graph.add({
    "@id": `#step-${idPart(stage.id)}`,
    "@type": "HowToStep",
    name: stage.id,
    position: position + 1,
    workExample: referTo(toolId(stage))
  })
  const control = graph.add({
    "@id": `#control-${idPart(stage.id)}`,
    "@type": "ControlAction",
    name: `Tasks of ${stage.id}`,
    instrument: step,
    object: idsOf(ofStage.map(({ action }) => action)),
    actionStatus: statusOf(stage.tasks.some(({ status }) => status === "failed"))
  })
  return { step, control }
}

const statusOf = (isFailed: boolean): string => `http://schema.org/${isFailed ? "Failed" : "Completed"}ActionStatus`

/** A parameter as the file declares it, and the value that it had. */
const addParam = (graph: CrateGraph, [name, value]: readonly [string, Json]) => {
  const id = `#parameter-${idPart(name)}`
  const values = `#value-${idPart(name)}`
  const parameter = graph.add({
    "@id": id,
    "@type": "FormalParameter",
    name,
    additionalType: typeof value === "number" ? "Number" : typeof value === "boolean" ? "Boolean" : "Text",
    workExample: referTo(values)
  })
  const told = typeof value === "number" || typeof value === "boolean"
  graph.add({
    "@id": values,
    "@type": "PropertyValue",
    name,
    value: typeof value === "string" ? cutText(value) : told ? value : cutText(JSON.stringify(value)),
    exampleOfWork: parameter
  })
  return { parameter, value: referTo(values) }
}

const addRun = (model: ReportModel, graph: CrateGraph, params: ReadonlyArray<Reference>): Reference => {
  const { id, startedAt, finishedAt, outcome, profile, traceId } = model.run
  const results = model.figures.flatMap(({ digest }) => (digest === undefined ? [] : [referTo(artifactId(digest))]))
  for (const { digest, reference } of model.figures) {
    if (digest !== undefined)
      graph.add({ "@id": artifactId(digest), "@type": "CreativeWork", name: reference, identifier: digest })
  }
  return graph.add({
    "@id": `#run-${idPart(id)}`,
    "@type": "CreateAction",
    name: `Run ${id} of ${model.name}`,
    description: model.reproduction.run,
    instrument: referTo(REPORT_FILES.pipeline),
    startTime: timeText(startedAt),
    endTime: timeText(finishedAt),
    object: [...params, ...sourcesOf(model.stages, graph)],
    result: [...distinct(results), referTo(REPORT_FILES.page)],
    actionStatus: statusOf(outcome !== "success"),
    ...(outcome === "success" ? {} : { error: `The run ended as ${outcome}.` }),
    identifier: [id, traceId].filter((text) => text !== ""),
    ...(profile === "" ? {} : { alternateName: `profile ${profile}` })
  })
}

/** What came from outside. */
const sourcesOf = (stages: ReadonlyArray<ReportStage>, graph: CrateGraph): ReadonlyArray<Reference> =>
  distinct(
    stages.flatMap(({ tasks }) =>
      tasks.flatMap(({ inputs }) =>
        inputs.flatMap(({ from, digest }) =>
          from.startsWith("sources.") && digest !== undefined
            ? [graph.add({ "@id": artifactId(digest), "@type": "CreativeWork", name: from, identifier: digest })]
            : []
        )
      )
    )
  )

const addEngine = (
  { run, reproduction }: ReportModel,
  graph: CrateGraph,
  { run: result, controls }: { readonly run: Reference; readonly controls: ReadonlyArray<Reference> }
): void => {
  const { athanor = "unknown", node = "unknown", ...machine } = run.environment
  const engine = graph.add({
    "@id": "#athanor",
    "@type": "SoftwareApplication",
    name: "Athanor",
    softwareVersion: athanor,
    softwareRequirements: graph.add({
      "@id": "https://nodejs.org/",
      "@type": "SoftwareApplication",
      name: "Node.js",
      url: "https://nodejs.org/",
      softwareVersion: node
    })
  })
  // An engine that has controlled nothing has no place in a crate.
  if (controls.length === 0) return
  graph.add({
    "@id": `#engine-${idPart(run.id)}`,
    "@type": "OrganizeAction",
    name: `Athanor ${athanor}: ${reproduction.run}`,
    description: Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(", "),
    instrument: engine,
    object: controls,
    result,
    startTime: timeText(run.startedAt),
    endTime: timeText(run.finishedAt)
  })
}

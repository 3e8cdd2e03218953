/**
 * A run as an RO-Crate: metadata in JSON-LD by which archives and other programs read what was computed from what.
 *
 * It follows the RO-Crate specification 1.1 and the profiles of Workflow Run RO-Crate 0.5, down to Provenance Run Crate: the pipeline
 * file is the workflow, stage types are its tools, stages its steps, tasks the executions of tools. Artifacts lie in the store and not
 * in the crate: they are named by their digests, under which `pipeline get` finds them.
 */
import { REPORT_FILES } from "../document/report-files.ts"
import type { Json } from "../stage/ArtifactKind.ts"
import { CrateGraph, compacted, type Entity, idsOf, type Reference, referTo } from "./CrateGraph.ts"
import { artifactId, toolActions } from "./crate-actions.ts"
import { workflowEntities } from "./crate-workflow.ts"
import type { ReportModel } from "./ReportModel.ts"

export interface Crate {
  readonly "@context": ReadonlyArray<string>
  readonly "@graph": ReadonlyArray<Entity>
}

/** Source of the names: https://www.researchobject.org/workflow-run-crate/profiles/0.5/provenance_run_crate/ */
const [CRATE, WORKFLOW_CRATE] = ["https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0"]

const PROVENANCE = "https://w3id.org/ro/wfrun/provenance/0.5"

const PROFILES: ReadonlyArray<readonly [id: string, name: string, version: string]> = [
  ["https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"],
  ["https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"],
  [PROVENANCE, "Provenance Run Crate", "0.5"],
  [WORKFLOW_CRATE, "Workflow RO-Crate", "1.0"]
]

/** The crate of a run whose folder holds these files, relative, beside page, crate and pipeline file. */
export const crateOf = (model: ReportModel, files: ReadonlyArray<string>): Crate => {
  const graph = new CrateGraph()
  const { actions, leftOut } = toolActions(model, graph)
  const run = workflowEntities(model, graph, actions)
  const parts = [REPORT_FILES.pipeline, REPORT_FILES.page, ...files]
  for (const path of parts.slice(1)) graph.add(fileEntity(model, path))
  // Provenance is that of executions: a run that came to none has only its workflow to tell of.
  const profiles = PROFILES.filter(([id]) => actions.length > 0 || id !== PROVENANCE)
  for (const [id, name, version] of profiles) graph.add({ "@id": id, "@type": "CreativeWork", name, version })
  const { id, startedAt, finishedAt } = model.run
  return {
    "@context": [`${CRATE}/context`, "https://w3id.org/ro/terms/workflow-run/context"],
    "@graph": [
      {
        "@id": REPORT_FILES.crate,
        "@type": "CreativeWork",
        about: referTo("./"),
        conformsTo: [referTo(CRATE), referTo(WORKFLOW_CRATE)]
      },
      compacted({
        "@id": "./",
        "@type": "Dataset",
        name: `${model.name}, run ${id}`,
        description: [model.description ?? `A run of the pipeline ${model.name}.`, leftOut].filter(Boolean).join(" "),
        datePublished: new Date(Math.max(startedAt, finishedAt)).toISOString(),
        license: "No licence is stated: ask those who made this run.",
        conformsTo: profiles.map(([profile]) => referTo(profile)),
        hasPart: parts.map(pathId).map(referTo),
        mainEntity: referTo(REPORT_FILES.pipeline),
        mentions: idsOf([run, ...actions.map(({ action }) => action)]),
        ...paperOf(model, graph)
      }),
      ...graph.all()
    ]
  }
}

/** What was reproduced. */
const paperOf = ({ paper }: ReportModel, graph: CrateGraph): { readonly citation?: Reference } => {
  if (paper === undefined) return {}
  const { title, arxiv, url } = paper
  const id = arxiv !== undefined ? `https://arxiv.org/abs/${encodeURI(arxiv)}` : webAddress(url)
  return { citation: graph.add({ "@id": id ?? "#paper", "@type": "ScholarlyArticle", name: title }) }
}

const webAddress = (url: string | undefined): string | undefined =>
  url !== undefined && /^https?:\/\//iu.test(url) ? URL.parse(url)?.href : undefined

/** Paths are addresses in a crate. */
export const pathId = (path: string): string => path.toWellFormed().split("/").map(encodeURIComponent).join("/")

const FORMATS: { readonly [ending: string]: string } = {
  html: "text/html",
  yaml: "application/yaml",
  json: "application/json",
  csv: "text/csv",
  svg: "image/svg+xml",
  png: "image/png",
  arrow: "application/vnd.apache.arrow.file",
  npy: "application/octet-stream"
}

const fileEntity = (model: ReportModel, path: string): Entity => {
  const ending = /\.(?<ending>[a-z]+)$/iu.exec(path)?.groups?.["ending"]?.toLowerCase() ?? ""
  const drawn = model.figures.find(({ files }) => files.includes(path))
  const about: { [name: string]: Json } = {}
  if (drawn?.title !== undefined) about["description"] = drawn.title
  if (drawn?.digest !== undefined) about["isBasedOn"] = { ...referTo(artifactId(drawn.digest)) }
  return {
    "@id": pathId(path),
    "@type": "File",
    name: path === REPORT_FILES.page ? `Report of run ${model.run.id}` : path,
    encodingFormat: FORMATS[ending] ?? "application/octet-stream",
    ...about
  }
}

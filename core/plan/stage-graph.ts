/** The graph of stages: who needs whom, in which order, and which stages wait for each other in a circle. */
import { DirectedGraph } from "graphology"
import { topologicalSort } from "graphology-dag"
import type { Diagnostic } from "../document/Diagnostic.ts"
import { type PipelineDocument, referencesOf } from "../document/PipelineDocument.ts"
import type { Span } from "../document/Span.ts"
import { complaint } from "./Checked.ts"

/**
 * An edge points from the stage that produces to the stage that consumes. Nodes are stages under `nodeOf` their names: the
 * library keeps neighbours in plain objects, and takes what those inherit, as `toString`, for a neighbour of that name.
 */
export type StageGraph = DirectedGraph<{ readonly span: Span }, { readonly span: Span }>

const nodeOf = (stage: string): string => `.${stage}`

const stageOf = (node: string): string => node.slice(1)

/** Stages and the references between them, as the file has them; a reference to nothing makes no edge. */
export const stageGraph = (document: PipelineDocument): StageGraph => {
  const graph: StageGraph = new DirectedGraph({ allowSelfLoops: true })
  for (const stage of document.stages) graph.addNode(nodeOf(stage.id), { span: stage.idSpan })
  for (const stage of document.stages) {
    for (const reference of referencesOf(stage)) {
      if (reference._tag === "Source") continue
      const [from, to] = [nodeOf(reference.stage), nodeOf(stage.id)]
      if (graph.hasNode(from) && !graph.hasEdge(from, to)) graph.addEdge(from, to, { span: reference.span })
    }
  }
  return graph
}

/** Stages in an order in which each comes after those it needs. The graph must have no cycle. */
export const stageOrder = (graph: StageGraph): ReadonlyArray<string> => topologicalSort(graph).map(stageOf)

/** One complaint for each circle of stages, at the reference that closes it, with the path that forms it. */
export const findCycles = (graph: StageGraph): ReadonlyArray<Diagnostic> => {
  const complaints: Array<Diagnostic> = []
  const settled = new Set<string>()
  for (const start of graph.nodes()) {
    if (!settled.has(start)) complaints.push(...cyclesFrom(graph, start, settled))
  }
  return complaints
}

/** Depth-first search with its own stack: a chain of ten thousand stages must not exhaust the call stack. */
const cyclesFrom = (graph: StageGraph, start: string, settled: Set<string>): ReadonlyArray<Diagnostic> => {
  const complaints: Array<Diagnostic> = []
  const path = [{ id: start, next: graph.outNeighbors(start), at: 0 }]
  const onPath = new Set([start])
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.next[top.at++]
    if (next === undefined) {
      path.pop()
      onPath.delete(top.id)
      settled.add(top.id)
    } else if (onPath.has(next)) {
      const circle = path.slice(path.findIndex(({ id }) => id === next)).map(({ id }) => id)
      complaints.push(
        complaint(
          graph.getEdgeAttributes(top.id, next).span,
          `stages wait for each other in a circle: ${[...circle, next].map(stageOf).join(" → ")}`
        )
      )
    } else if (!settled.has(next)) {
      path.push({ id: next, next: graph.outNeighbors(next), at: 0 })
      onPath.add(next)
    }
  }
  return complaints
}

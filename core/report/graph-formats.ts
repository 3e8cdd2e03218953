/** The graph of a plan as text: for editors, other tools, and eyes. */
import type { Plan } from "../plan/Plan.ts"
import { dagDrawing, dagStyle } from "./dag-svg.ts"
import { type GraphModel, type GraphNode, ofPlan, STATUS_WORDS, STATUSES, type TaskStatuses } from "./GraphModel.ts"
import { graphPage } from "./graph-page.ts"
import { LIGHT } from "./palette.ts"
import { standaloneSvg } from "./svg-document.ts"

export type GraphFormat = "svg" | "mermaid" | "dot" | "json" | "html"

/** The graph of a plan in a format; `statuses` colours the stages by what is known of their tasks. */
export const graphText = (plan: Plan, format: GraphFormat, statuses?: TaskStatuses): string => {
  const graph = ofPlan(plan, statuses)
  switch (format) {
    case "svg":
      return standaloneSvg(dagDrawing(graph), dagStyle)
    case "mermaid":
      return mermaidText(graph)
    case "dot":
      return dotText(plan.name, graph)
    case "json":
      return `${JSON.stringify(graph, null, 2)}\n`
    case "html":
      return graphPage(plan, graph)
  }
}

/** A Mermaid flowchart. */
const mermaidText = (graph: GraphModel): string =>
  [
    "flowchart LR",
    ...graph.nodes.map((node, index) => {
      const text = mermaidEscape(caption(node).join("\n"))
      return node.shape === "source" ? `  n${index}(["${text}"])` : `  n${index}["${text}"]`
    }),
    ...graph.edges.map(({ from, to, isFanIn }) => `  n${from} ${isFanIn ? "==>" : "-->"} n${to}`),
    ...STATUSES.flatMap((status) => {
      const members = graph.nodes.flatMap((node, index) => (onlyState(node) === status ? [`n${index}`] : []))
      if (members.length === 0) return []
      return [`  classDef ${status} stroke:${LIGHT[status]},stroke-width:2px`, `  class ${members.join(",")} ${status}`]
    }),
    ""
  ].join("\n")

/** A Graphviz digraph. */
const dotText = (name: string, graph: GraphModel): string =>
  [
    `digraph ${quoted(name)} {`,
    "  rankdir=LR",
    '  node [shape=box, style=rounded, fontname="monospace", fontsize=11]',
    ...graph.nodes.map((node, index) => {
      const status = onlyState(node)
      const color = status === undefined ? "" : `, color=${quoted(LIGHT[status])}, penwidth=2`
      const shape = node.shape === "source" ? ', style="rounded,dashed"' : ""
      return `  n${index} [label=${quoted(caption(node).join("\n"))}${shape}${color}]`
    }),
    ...graph.edges.map(
      ({ from, to, ports, isFanIn }) =>
        `  n${from} -> n${to} [tooltip=${quoted(ports.join("\n"))}${isFanIn ? ", penwidth=2" : ""}]`
    ),
    "}",
    ""
  ].join("\n")

const caption = ({ label, detail, tasks, counts }: GraphNode): ReadonlyArray<string> => {
  const statuses = STATUSES.flatMap((status) => (counts[status] ? [`${counts[status]} ${STATUS_WORDS[status]}`] : []))
  return [tasks > 1 ? `${label} ×${tasks}` : label, detail, statuses.join(", ")].filter((line) => line !== "")
}

/** The status that all tasks of a stage share. */
const onlyState = ({ counts, tasks }: GraphNode) => STATUSES.find((status) => tasks > 0 && counts[status] === tasks)

// Mermaid reads character references written with # and ends a label at any quote.
const mermaidEscape = (text: string): string =>
  text
    .replace(/[#&<>"`\\]/gu, (character) => `#${character.codePointAt(0)};`)
    .replace(/[^\S\n]+/gu, " ")
    .replaceAll("\n", "<br/>")

const quoted = (text: string): string =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replace(/\r?\n/gu, "\\n")}"`

/** The graph of a pipeline as a drawing: data flows from left to right, statuses are colours. */
import { durationText } from "../observe/duration.ts"
import { type GraphModel, type GraphNode, type ShownStatus, STATUS_WORDS, STATUSES } from "./GraphModel.ts"
import { layerGraph } from "./layer-graph.ts"
import { type Markup, markup } from "./Markup.ts"
import { placeLayers } from "./place-layers.ts"
import { at, type Drawing, type StyleSheet } from "./svg-document.ts"
import { MONOSPACE, shorten, textWidth } from "./text-width.ts"

// Lengths in CSS pixels.
const LABEL_SIZE = 13
const DETAIL_SIZE = 10.5
const MAX_CHARACTERS = 28
const PADDING = 12
const HEIGHT = 40
/** With a line of words, and the bar that shows the statuses. */
const BAR_HEIGHT = 67
const BEND_HEIGHT = 8
const GAP = 16
const MIN_LANE = 44
const MARGIN = 10
const LEGEND_HEIGHT = 30

interface Box {
  readonly x: number
  readonly width: number
  readonly middle: number
}

/** Draws a graph of up to some hundred stages. */
export const dagDrawing = (graph: GraphModel): Drawing => {
  const layered = layerGraph(graph.nodes.length, graph.edges)
  const heights = layered.layerOf.map((_, place) => heightOf(graph.nodes[place]))
  const middles = placeLayers(layered, (place) => heights[place]!, GAP)
  const columns = columnsOf(graph, layered.layers)
  const boxes = layered.layerOf.map((layer, place) => ({ ...columns[layer]!, middle: MARGIN + middles[place]! }))
  const bottom = Math.max(0, ...boxes.map(({ middle }, place) => middle + heights[place]! / 2)) + MARGIN
  const statuses = STATUSES.filter((status) => graph.nodes.some(({ counts }) => counts[status] !== undefined))
  const right = Math.max(0, ...columns.map(({ x, width }) => x + width)) + MARGIN
  return {
    width: Math.ceil(Math.max(right, legendWidth(statuses) + 2 * MARGIN)),
    height: Math.ceil(bottom + (statuses.length === 0 ? 0 : LEGEND_HEIGHT)),
    label: `Graph of ${graph.nodes.length} stages and sources`,
    content: markup`${graph.edges.map((edge, index) =>
      drawEdge(
        layered.routes[index]!.map((place) => boxes[place]!),
        edge.isFanIn,
        edge.ports
      )
    )}${graph.nodes.map((node, index) => drawNode(node, boxes[index]!))}${drawLegend(statuses, bottom)}`
  }
}

/** Rules for the classes that the drawing uses. */
export const dagStyle: StyleSheet = (color) =>
  [
    `.label{font-family:${MONOSPACE};font-size:${LABEL_SIZE}px;font-weight:700;fill:${color("ink")}}`,
    `.detail{font-family:${MONOSPACE};font-size:${DETAIL_SIZE}px;fill:${color("muted")}}`,
    `.box{fill:${color("card")};stroke:${color("waiting")};stroke-width:1.5}`,
    ".on-path{stroke-width:3.2}",
    `.source{fill:none;stroke:${color("muted")};stroke-dasharray:4 3}`,
    `.edge{fill:none;stroke:${color("muted")};stroke-width:1.2;opacity:.75}`,
    ".fan-in{stroke-width:2.6}",
    `.arrow{fill:${color("muted")}}`,
    ...STATUSES.flatMap((status) => [
      `.fill-${status}{fill:${color(status)}}`,
      `.border-${status}{stroke:${color(status)}}`
    ])
  ].join("")

const heightOf = (node: GraphNode | undefined): number =>
  node === undefined ? BEND_HEIGHT : Object.keys(node.counts).length > 0 ? BAR_HEIGHT : HEIGHT

/** The column of each layer: as wide as its widest node, with room for the edges between two. */
const columnsOf = (graph: GraphModel, layers: ReadonlyArray<ReadonlyArray<number>>) => {
  let x = MARGIN
  return layers.map((layer) => {
    const width = Math.max(...layer.map((place) => widthOf(graph.nodes[place])))
    const column = { x, width }
    x += width + MIN_LANE + 3 * Math.min(12, layer.length)
    return column
  })
}

const widthOf = (node: GraphNode | undefined): number => {
  if (node === undefined) return 0
  const label = textWidth(shorten(node.label, MAX_CHARACTERS), LABEL_SIZE)
  const tasks = node.tasks > 1 ? textWidth(`  ×${node.tasks}`, DETAIL_SIZE) : 0
  const detail = textWidth(shorten(node.detail, MAX_CHARACTERS), DETAIL_SIZE)
  const state = textWidth(stateOf(node), DETAIL_SIZE)
  return Math.ceil(Math.max(label + tasks, detail, state) + 2 * PADDING)
}

const drawNode = (node: GraphNode, { x, width, middle }: Box): Markup => {
  const height = heightOf(node)
  const y = middle - height / 2
  const isSource = node.shape === "source"
  const border = dominant(node)
  const isCritical = node.isCritical === true ? " on-path" : ""
  const style = isSource ? "box source" : `box${border === undefined ? "" : ` border-${border}`}${isCritical}`
  return markup`<g><title>${titleOf(node)}</title><rect class="${style}" x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${height}" rx="${isSource ? height / 2 : 7}"/>
<text class="label" x="${at(x + PADDING)}" y="${at(y + 18)}">${shorten(node.label, MAX_CHARACTERS)}</text>
${node.tasks > 1 && markup`<text class="detail" text-anchor="end" x="${at(x + width - PADDING)}" y="${at(y + 18)}">×${node.tasks}</text>`}
<text class="detail" x="${at(x + PADDING)}" y="${at(y + 33)}">${shorten(node.detail, MAX_CHARACTERS)}</text>
${node.tasks > 0 && Object.keys(node.counts).length > 0 && markup`<text class="detail" x="${at(x + PADDING)}" y="${at(y + 48)}">${stateOf(node)}</text>`}
${drawShares(node, x + PADDING, y + height - 11, width - 2 * PADDING)}</g>`
}

/** The worst status that some task is in: what a reader must not overlook. */
const dominant = ({ counts }: GraphNode): ShownStatus | undefined =>
  (["failed", "cut", "running", "ready", "skipped", "waiting", "done", "hit"] as const).find(
    (status) => counts[status] !== undefined
  )

const titleOf = (node: GraphNode): string => {
  const { label, detail, tasks, isCritical } = node
  return [label, detail, tasks > 1 && `${tasks} tasks`, stateOf(node), isCritical && "on the critical path"]
    .filter(Boolean)
    .join(" · ")
}

/** `18 ran, 2 cached · 51.2s`: no state hangs on a colour alone. */
const stateOf = ({ counts, tasks, busyMillis }: GraphNode): string => {
  const statuses = STATUSES.flatMap((status) =>
    counts[status] ? [tasks > 1 ? `${counts[status]} ${STATUS_WORDS[status]}` : STATUS_WORDS[status]] : []
  )
  return [statuses.join(", "), busyMillis !== undefined && durationText(busyMillis)].filter(Boolean).join(" · ")
}

/** A bar with the share of each status. */
const drawShares = ({ counts, tasks }: GraphNode, x: number, y: number, width: number): ReadonlyArray<Markup> => {
  let left = x
  return STATUSES.flatMap((status) => {
    const count = counts[status]
    if (count === undefined) return []
    const part = (width * count) / tasks
    const bar = markup`<rect class="fill-${status}" x="${at(left)}" y="${at(y)}" width="${at(part)}" height="4"/>`
    left += part
    return [bar]
  })
}

/** A curve that crosses each layer level and bends only between layers. */
const drawEdge = (route: ReadonlyArray<Box>, isFanIn: boolean, ports: ReadonlyArray<string>): Markup => {
  const [first, last] = [route[0]!, route.at(-1)!]
  const tip = last.x - 1
  let path = `M${at(first.x + first.width)} ${at(first.middle)}`
  for (const [index, box] of route.entries()) {
    const previous = route[index - 1]
    if (previous === undefined) continue
    const [from, to] = [previous.x + previous.width, box === last ? tip - 6 : box.x]
    const bend = (to - from) / 2
    path += `C${at(from + bend)} ${at(previous.middle)} ${at(to - bend)} ${at(box.middle)} ${at(to)} ${at(box.middle)}`
    if (box !== last) path += `H${at(box.x + box.width)}`
  }
  const arrow = `M${at(tip)} ${at(last.middle)}l-8 -4v8z`
  return markup`<g><title>${ports.join("\n")}</title><path class="edge${isFanIn ? " fan-in" : ""}" d="${path}"/><path class="arrow" d="${arrow}"/></g>`
}

const legendWidth = (statuses: ReadonlyArray<ShownStatus>): number =>
  statuses.reduce((sum, status) => sum + 34 + textWidth(STATUS_WORDS[status], DETAIL_SIZE), 0)

const drawLegend = (statuses: ReadonlyArray<ShownStatus>, top: number): ReadonlyArray<Markup> =>
  statuses.map((status, index) => {
    const x = MARGIN + legendWidth(statuses.slice(0, index))
    return markup`<rect class="fill-${status}" x="${at(x)}" y="${at(top + 7)}" width="12" height="6" rx="1"/><text class="detail" x="${at(x + 17)}" y="${at(top + 14)}">${STATUS_WORDS[status]}</text>`
  })

/** The graph of a plan as a page. */

import { countText } from "../document/quantities.ts"
import type { Plan } from "../plan/Plan.ts"
import { dagDrawing } from "./dag-svg.ts"
import type { GraphModel } from "./GraphModel.ts"
import { markup } from "./Markup.ts"
import { page } from "./page.ts"
import { inlineSvg } from "./svg-document.ts"

/** A page with the graph under the name of its pipeline. */
export const graphPage = (plan: Plan, graph: GraphModel): string =>
  page(
    `${plan.name} · graph`,
    markup`<header><p class="kicker"><b>Athanor</b>graph of ${plan.file}</p>
<h1>${plan.name}</h1>
${plan.description !== undefined && markup`<p class="lead">${plan.description}</p>`}
<p class="muted">${countText(plan.stages.length, "stage")}, ${countText(plan.tasks.length, "task")}, profile ${plan.profile}</p></header>
<main id="main"><div class="wide">${inlineSvg(dagDrawing(graph))}</div></main>`
  )

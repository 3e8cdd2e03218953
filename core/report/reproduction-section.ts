/** How to make the run again, as commands that can be copied. */
import { fileName } from "./file-name.ts"
import { type Markup, markup } from "./Markup.ts"
import { fromFile } from "./number-origin.ts"
import type { ReportFigure, ReportModel } from "./ReportModel.ts"
import { shellWord } from "./reproduce.ts"

/** The code, the run, and its artifacts, each with the commands for it. */
export const reproductionSection = (model: ReportModel): Markup => {
  const { checkout, install, run, program } = model.reproduction
  const figures = model.figures.filter(({ digest }) => digest !== undefined).slice(0, MAX_FIGURES)
  return markup`<section id="reproduce"${fromFile("journal.jsonl")}><h2>How to reproduce</h2>
${
  checkout.length > 0
    ? markup`<p>The code, as it was committed. What was changed since that commit is not in it: the identities above say which code ran.</p>${commands([...checkout, ...install])}`
    : markup`<p>The run tells of no commit. The identities above say which code ran, and <code>pipeline.yaml</code> beside this page is the pipeline file as it was.</p>${install.length > 0 && commands(install)}`
}
<p>The run. What is in the store already is not computed again.</p>${commands([run])}
<p>Whether it came out the same: equal digests are equal bytes, and <code>diff</code> names what differs.</p>${commands([`${program} diff ${shellWord(model.run.id)} latest`, `${program} report latest --check`])}
${figures.length > 0 && markup`<p>The figures of this run, out of its store.</p>${commands(figures.map((figure) => getCommand(program, figure)))}`}</section>`
}

const MAX_FIGURES = 12

const getCommand = (program: string, { digest = "", reference }: ReportFigure): string =>
  `${program} get ${digest} ${shellWord(`${fileName(reference)}.svg`)}`

/** Lines that can be copied as they stand; a script adds a button that does. */
const commands = (lines: ReadonlyArray<string>): Markup =>
  markup`<div class="commands"><pre tabindex="0" aria-label="Commands"><code>${lines.join("\n")}</code></pre></div>`

/** The look of a page: one column, quiet colours, tables with figures in line, for screens and for paper. */
import { dagStyle } from "./dag-svg.ts"
import { cardStyle } from "./expectation-section.ts"
import { ganttStyle } from "./gantt-svg.ts"
import { customProperties, DARK, LIGHT } from "./palette.ts"
import { MONOSPACE } from "./text-width.ts"

/** The style sheet of every page. */
export const pageStyle = (): string => `
:root{color-scheme:light dark;${customProperties(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${customProperties(DARK)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-9999px;top:0;background:var(--card);padding:8px 16px;z-index:2}.skip:focus{left:8px;top:8px}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer,nav ul{max-width:1080px;margin:0 auto;padding:0 28px}
h1,h2,.lead{font-family:Charter,"Iowan Old Style","Source Serif 4",Cambria,Georgia,serif}
h1{font-size:2.5rem;line-height:1.12;margin:.1em 0 .25em;font-weight:600;letter-spacing:-.012em;overflow-wrap:anywhere}
h2{font-size:1.55rem;font-weight:600;margin:0 0 .2em;letter-spacing:-.005em}
h3{font-size:1rem;margin:1.8em 0 .5em}
p{margin:.4em 0 1em;max-width:46em}
a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:1px}
code,.mono{font-family:${MONOSPACE};font-size:.86em;overflow-wrap:break-word}
header{padding-top:52px}
section{margin:0 0 60px;scroll-margin-top:56px}
.kicker{color:var(--muted);font-size:.82rem;margin:0;letter-spacing:.03em}
.kicker b{color:var(--accent);letter-spacing:.12em;text-transform:uppercase;font-weight:700;margin-right:.6em}
.lead{font-size:1.22rem;line-height:1.5;margin:.3em 0 .6em;max-width:38em}
.conclusion{border-left:4px solid var(--line);background:var(--card);border-radius:6px;padding:12px 20px 10px;margin:22px 0 0}
.met-edge{border-left-color:var(--met)}.missed-edge{border-left-color:var(--missed)}.not-recorded-edge{border-left-color:var(--absent)}
.conclusion-words{font-size:1.16rem;font-weight:600;margin:0;max-width:none}.conclusion .hint{margin:0}
.misses{list-style:none;margin:6px 0 2px;padding:0;font-size:.94rem}.misses li{margin:4px 0;max-width:62em}
.reproduces{margin:0 0 1.4em;max-width:none}
.muted,.hint{color:var(--muted)}
.hint{font-size:.9rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:1px;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden;margin:26px 0 18px}
.tiles>div{box-shadow:0 0 0 1px var(--line);padding:15px 18px 14px}
.tiles dt{font-size:.78rem;color:var(--muted)}
.tiles dd{margin:2px 0 0;font-size:1.36rem;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.3}
.tiles dd+dd{font-size:.84rem;font-weight:400;color:var(--muted);line-height:1.45}
.strip{display:flex;gap:3px;margin-top:6px;flex-wrap:wrap}
.strip i{width:14px;height:6px;border-radius:2px}
.facts{display:grid;grid-template-columns:minmax(7.5em,max-content) 1fr;gap:3px 18px;font-size:.9rem;margin:0 0 8px}
.facts dt{color:var(--muted)}
.facts dd{margin:0;overflow-wrap:anywhere}
.chip{display:inline-block;border:1px solid var(--line);background:var(--card);border-radius:5px;padding:0 7px;margin:0 5px 4px 0}
nav{position:sticky;top:0;background:var(--paper);border-bottom:1px solid var(--line);margin:18px 0 40px;z-index:1}
nav ul{list-style:none;display:flex;gap:22px;overflow-x:auto;font-size:.9rem}
nav a{display:block;padding:10px 0;color:var(--muted);text-decoration:none;white-space:nowrap}
nav a:hover{color:var(--accent)}
figure{margin:22px 0 40px}
.plate{background:var(--plate);border:1px solid var(--line);border-radius:10px;padding:22px;text-align:center}
.plate img{display:block;max-width:100%;height:auto;max-height:720px;object-fit:contain;margin:auto;color:var(--muted)}
.plate.missing{background:var(--card);color:var(--absent);padding:48px 22px}
figcaption{margin-top:12px;font-size:.95rem;max-width:52em}
.besides{list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(27em,100%),1fr));gap:2px 28px;margin:14px 0 6px;padding:12px 0 0;border-top:1px solid var(--line);font-size:.88rem;font-variant-numeric:tabular-nums}
.whole{white-space:nowrap}.besides .verdict{font-size:.84rem}
.series{font-size:.9rem;border-bottom:0}
figcaption .where{display:block;color:var(--muted);font-size:.84rem;margin-top:3px}
.scroll{overflow-x:auto;margin:12px 0 22px}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th{text-align:left;font-weight:500;color:var(--muted);font-size:.8rem;padding:6px 14px 6px 0;border-bottom:1px solid var(--ink);vertical-align:bottom;white-space:nowrap}
td{padding:7px 14px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
th[scope=row]{font-weight:400;color:inherit;font-size:inherit;padding:7px 14px 7px 0;border-bottom:1px solid var(--line);vertical-align:top;white-space:normal}
th:last-child,td:last-child{padding-right:0}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:inherit}
th.number,td.number{text-align:right;white-space:nowrap}
tbody tr:hover{background:var(--faint)}
.can-sort th button:hover{color:var(--ink)}
th[aria-sort=ascending]::after{content:" ↑"}
th[aria-sort=descending]::after{content:" ↓"}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:6px 20px 2px}
.card .scroll{margin-bottom:8px}
.card tr:last-child td,.card tr:last-child th[scope=row]{border-bottom:0}
.card td:last-child,.card th:last-child{padding-right:10px}
.card tbody th:first-child{border-left:3px solid transparent;padding-left:10px}
.card thead th:first-child{padding-left:13px}
.row-met th:first-child{border-left-color:var(--met)}
.row-missed th:first-child{border-left-color:var(--missed)}
.row-not-recorded th:first-child{border-left-color:var(--absent)}
.row-missed{background:color-mix(in srgb,var(--missed) 8%,transparent)}
.row-not-recorded{background:color-mix(in srgb,var(--absent) 8%,transparent)}
.verdict{font-weight:600;white-space:nowrap}
.mark{display:inline-block;width:1.3em;font-weight:700}
.met{color:var(--met)}.missed{color:var(--missed)}.not-recorded{color:var(--absent)}
.bg-met{background:var(--met)}.bg-missed{background:var(--missed)}.bg-not-recorded{background:var(--absent)}
.words{display:block;font-size:.82rem;color:var(--muted);white-space:normal;font-weight:400;min-width:8em}
.words.mono{font-size:.74rem;overflow-wrap:anywhere}
.note{display:block;font-size:.84rem;margin:3px 0 0 1.3em;min-width:18em;max-width:36em}
.badge{display:inline-block;font-size:.74rem;border:1px solid currentColor;border-radius:99px;padding:0 8px;line-height:1.55;white-space:nowrap}
.badge.paper{color:var(--accent)}.badge.reference{color:var(--muted)}
.gauge{display:block;margin:3px 0 0 auto}
.gauge .axis{stroke:var(--line)}.gauge .centre{stroke:var(--muted)}.gauge .band{fill:var(--met);opacity:.22}
.gauge .dot-met{fill:var(--met)}.gauge .dot-missed{fill:var(--missed)}
.status-failed{color:var(--missed);font-weight:600}.status-cut,.status-skipped,.status-waiting{color:var(--muted)}
.drawing{display:block;margin:0 auto;max-width:100%;height:auto}
.wide{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px;overflow-x:auto;margin:14px 0 22px}
details{border-bottom:1px solid var(--line)}
details>summary{cursor:pointer;padding:9px 0;list-style-position:outside}
details>summary:hover{color:var(--accent)}
details details{border:0;border-top:1px solid var(--line);margin-left:18px}
dd details{border:0;margin:0}dd details>summary{padding:0}
.plain{margin:2px 0 6px;padding-left:1.4em}
details .inner{padding:2px 0 16px 18px}
.inner table{width:auto;min-width:min(100%,420px)}
.failure{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--missed);border-radius:6px;padding:14px 20px;margin:14px 0}
.failure h3{margin:0 0 4px}
pre{font:12.5px/1.5 ${MONOSPACE};background:var(--faint);padding:12px 14px;border-radius:6px;overflow:auto;max-height:420px;white-space:pre-wrap;overflow-wrap:anywhere;margin:8px 0}
pre code{font-size:inherit}
.digest{font-family:${MONOSPACE};font-size:.8em;color:var(--muted);user-select:all;overflow-wrap:anywhere}
.digest[href]{text-decoration:none}.digest[href]:hover{text-decoration:underline}
.commands{position:relative}.commands pre{padding-right:70px}
.commands button{position:absolute;top:6px;right:6px;font:inherit;font-size:.8rem;color:var(--accent);background:var(--card);border:1px solid var(--line);border-radius:5px;padding:2px 10px;cursor:pointer}
.steps{margin:.4em 0 1.2em;padding-left:2em;font-size:.92rem;font-variant-numeric:tabular-nums}
.chips{max-width:none}
:target{scroll-margin-top:56px}tr:target,details:target,.inner>div:target{background:color-mix(in srgb,var(--accent) 9%,transparent)}
tr[id],figure,details[id],.inner>div{scroll-margin-top:56px}
footer{color:var(--muted);font-size:.84rem;border-top:1px solid var(--line);padding-top:18px;padding-bottom:48px}
${dagStyle((name) => `var(--${name})`)}${ganttStyle((name) => `var(--${name})`)}
@media (max-width:640px){details>summary{list-style-position:inside}main,header,footer,nav ul{padding-left:16px;padding-right:16px}h1{font-size:1.9rem}.plate{padding:8px}.facts{grid-template-columns:1fr}.facts dd{margin-bottom:6px}.card{padding:2px 12px}}
${cardStyle()}
@media print{
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
:root{color-scheme:light;${customProperties(LIGHT)};--paper:#fff}
body{font-size:10.5pt}nav,.skip,.commands button{display:none}main,header,footer{max-width:none;padding:0}header{padding-top:0}section{margin-bottom:26pt}
figure,.failure,.tiles,.conclusion,tr{break-inside:avoid}h2,h3,summary{break-after:avoid}
.tiles{grid-template-columns:repeat(4,1fr)}table{font-size:8pt}th,td,th[scope=row]{padding-right:6pt}.card{padding:2pt 6pt}.note,.words,.inner table{min-width:0}.note,.words,thead th{font-size:7.5pt}th.number,td.number{white-space:normal}.gauge{width:64px}
.scroll,.wide{overflow:visible}.wide,.plate{padding:8pt}.drawing{min-width:0!important}a{color:inherit}
}
`

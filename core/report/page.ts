/** A page in one file: it asks for nothing, runs no script but its own, and can be sent by mail. */
import { createHash } from "node:crypto"
import { Markup, markup } from "./Markup.ts"
import { PAGE_SCRIPT } from "./page-script.ts"
import { pageStyle } from "./page-style.ts"

export interface PageParts {
  readonly linked?: object
  readonly style?: string
}

/**
 * A whole HTML document; `linked` is what it tells as JSON-LD, for programs, `style` are rules besides those of every page.
 *
 * The policy lets nothing be loaded and no script run but the one with this digest: should a hostile name ever get past
 * the escaping, it stays text.
 */
export const page = (title: string, body: Markup, { linked, style = "" }: PageParts = {}): string => {
  const digest = createHash("sha256").update(PAGE_SCRIPT).digest("base64")
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${digest}'`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="generator" content="Athanor">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(pageStyle() + style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
${body}
${linked !== undefined && markup`<script type="application/ld+json">${jsonMarkup(linked)}</script>`}
<script>${new Markup(PAGE_SCRIPT)}</script>
</body>
</html>
`.text
}

/** JSON that cannot end the element that holds it. */
const jsonMarkup = (value: object): Markup => new Markup(JSON.stringify(value).replaceAll("<", "\\u003c"))

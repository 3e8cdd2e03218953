/** Opens pages in a browser that is started once for a file of tests. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll } from "vitest"
import { startChromium } from "../../chromium.ts"

export interface Opened {
  readonly page: Page
  /** What it has written to the console, thrown, or asked for besides itself. */
  readonly complaints: ReadonlyArray<string>
}

export type OpenPage = (html: string, colorScheme?: "light" | "dark", width?: number) => Promise<Opened>

/** To be called where tests are described: starts the browser before them and ends it after them. */
export const pageOpener = (): OpenPage => {
  let folder = ""
  let browser: Browser | undefined
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "athanor-page-"))
    browser = await startChromium()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return async (html, colorScheme = "light", width = 1200) => {
    const file = join(folder, "page.html")
    writeFileSync(file, html)
    const context = await browser?.newContext({ colorScheme, viewport: { width, height: 900 } })
    if (context === undefined) throw new Error("the browser has not been started")
    const page = await context.newPage()
    const complaints: Array<string> = []
    page.on("console", (message) => complaints.push(message.text()))
    page.on("pageerror", ({ message }) => complaints.push(message))
    const address = pathToFileURL(file).href
    page.on("request", (request) => {
      const url = request.url()
      if (url !== address && !url.startsWith("data:")) complaints.push(url)
    })
    await page.goto(address)
    return { page, complaints }
  }
}

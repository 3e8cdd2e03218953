/** What tests ask of a page that is open in a browser. */
import { readFileSync } from "node:fs"
import type { Page } from "playwright-core"

/** The functions run in the page: plain JavaScript, for a world that the program itself knows nothing of. */
const FUNCTIONS = readFileSync(new URL("in-page.js", import.meta.url), "utf8")

const inPage = <A>(page: Page, call: string): Promise<A> =>
  page.evaluate<A>(`${FUNCTIONS.trim().replace(/^(?:\/\/.*\n)+;/u, "")}.${call}`)

/** Texts with digits for which no element around them says where their numbers come from. */
export const unoriginatedNumbers = (page: Page) => inPage<ReadonlyArray<string>>(page, "unoriginatedNumbers()")

/** Every digest of an artifact that the page leads to. */
export const digestsOn = (page: Page) => inPage<ReadonlyArray<string>>(page, "digests()")

/** Faults that keep people from reading the page by keyboard or by ear, or from seeing its text. */
export const accessibilityFaults = (page: Page) => inPage<ReadonlyArray<string>>(page, "accessibilityFaults()")

/** How many colours a part of a page shows, and how light it is on average, from 0 to 255. */
export const looksOf = async (page: Page, selector: string) => {
  const picture = (await page.locator(selector).first().screenshot()).toString("base64")
  const blank = await page.context().newPage()
  try {
    return await inPage<{ readonly colors: number; readonly light: number }>(blank, `looks("${picture}")`)
  } finally {
    await blank.close()
  }
}

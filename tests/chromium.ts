/** Chromium without a window: what tests open pages in. Debian has it as the package `chromium`. */
import { existsSync } from "node:fs"
import { type Browser, chromium } from "playwright-core"

/** Where it may lie; `CHROMIUM` says where else. */
const PLACES = [
  process.env["CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome"
]

const executablePath = PLACES.find((place) => place !== "" && existsSync(place))

/** Why tests in it are skipped; `undefined` where it is here. */
export const noChromium =
  executablePath === undefined
    ? "no Chromium: apt-get install chromium fonts-dejavu-core, or CHROMIUM=/path/to/one"
    : undefined

/** Starts it: half a second, so once for all pages of a file. As root it has no sandbox, and the pages are our own. */
export const startChromium = (): Promise<Browser> => {
  if (executablePath === undefined) throw new Error(noChromium)
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"] })
}

/** What a collector has said, as it may be shown: it is a stranger, and may repeat what it was sent. */
import { withoutUnseen } from "../document/unseen-characters.ts"
import { basicAuthorization } from "./basic-authorization.ts"
import type { ExportTarget } from "./export-target.ts"

/** Characters of its words that are shown. */
const LONGEST = 300

/** What is shorter is no secret, and may stand in any text. */
const SHORTEST_SECRET = 6

/** The words in one line, without what its address and the headers may hold of secrets. */
export const collectorWords = (words: string, { headers, url }: Pick<ExportTarget, "headers" | "url">): string => {
  const { password, search, username } = new URL(url)
  const secrets = [...Object.values(headers), password, username, search, basicAuthorization(new URL(url)) ?? ""]
    .flatMap((value) => [value, ...value.split(/[\s,;&=?]+/u)])
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
  const line = withoutUnseen(words.replaceAll(/\s+/gu, " ").trim())
  const shown = secrets.reduce((text, secret) => text.replaceAll(secret, "•••"), line)
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST).toWellFormed()}…` : shown
}

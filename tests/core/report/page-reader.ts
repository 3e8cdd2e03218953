/** Reads the tags of a page strictly: what a browser would silently mend is a defect here. */

const VOID = new Set(["meta", "link", "img", "wbr", "br"])

/** Elements by name; throws where tags do not match. Script, style and comments are passed over. */
export const readTags = (html: string): ReadonlyArray<{ readonly name: string; readonly attributes: string }> => {
  const open: Array<string> = []
  const found: Array<{ name: string; attributes: string }> = []
  const text = html.replace(/(?<=<(?:script|style)[^>]*>)[\s\S]*?(?=<\/(?:script|style)>)/gu, "")
  for (const { groups } of text.matchAll(/<(?<close>\/?)(?<name>[a-z!][\w-]*)(?<attributes>(?:[^>"]|"[^"]*")*)>/giu)) {
    const { close = "", name = "", attributes = "" } = groups ?? {}
    if (name.startsWith("!")) continue
    if (close === "/") {
      const last = open.pop()
      if (last !== name) throw new Error(`</${name}> closes <${last}>`)
      continue
    }
    found.push({ name, attributes })
    if (!VOID.has(name) && !attributes.endsWith("/")) open.push(name)
  }
  if (open.length > 0) throw new Error(`<${open.join("> <")}> stays open`)
  return found
}

/** The text between tags, references resolved. */
export const readText = (html: string): string =>
  html
    .replace(/<(?<tag>script|style)[^>]*>[\s\S]*?<\/\k<tag>>/gu, "")
    .replace(/<[^>]*>/gu, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replace(/\s+/gu, " ")

/**
 * Where the numbers of a page come from: each stands in an element that names an artifact by its digest, or the file of the run that
 * tells it. A test reads every number of a page and looks these up.
 */
import { type Markup, markup } from "./Markup.ts"

/** What tells numbers that are no artifact's: files in the folder of the run. */
export type OriginFile = "journal.jsonl" | "plan.json" | "pipeline.yaml"

/** The attribute of an element whose numbers were recorded by the execution that gave these artifacts. */
export const fromArtifacts = (digests: ReadonlyArray<string>): Markup | undefined =>
  digests.length === 0 ? undefined : markup` data-digest="${digests.join(" ")}"`

/** The attribute of an element whose numbers a file of the run tells. */
export const fromFile = (file: OriginFile): Markup => markup` data-source="${file}"`

/** As many digits of a digest as `pipeline get` needs to find it, and a person can compare. */
export const shortDigest = (digest: string): string => digest.slice(0, 12)

/** A digest that leads to where the page tells of the task behind it, if it does. */
export const digestLink = (digest: string, anchor: string | undefined): Markup =>
  anchor === undefined
    ? markup`<span class="digest" data-digest="${digest}" title="${digest}">${shortDigest(digest)}</span>`
    : markup`<a class="digest" href="#${anchor}" data-digest="${digest}" title="${digest}">${shortDigest(digest)}</a>`

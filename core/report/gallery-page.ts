/** A report as a page of Markdown for a gallery: short, with its figures beside it, fit to be committed. */
import { countText } from "../document/quantities.ts"
import { durationText } from "../observe/duration.ts"
import { conclusionText } from "./conclusion.ts"
import { MARKS } from "./expectation-section.ts"
import { fileName } from "./file-name.ts"
import { deviationText, expectedText } from "./judge-expectations.ts"
import { escaped } from "./Markup.ts"
import { codeText, oneLine, plainText, tableRow } from "./markdown-text.ts"
import { paperLink, taskWords } from "./masthead.ts"
import { shortDigest } from "./number-origin.ts"
import { instantText, numberText } from "./quantity-text.ts"
import type { ReportExpectation, ReportFigure, ReportModel } from "./ReportModel.ts"
import { summaryOf } from "./ReportSummary.ts"

/** What the index of a gallery says of a page; it stands in the page itself, where the next index finds it. */
export interface GalleryEntry {
  readonly study: string
  readonly profile: string
  readonly run: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly met: number
  readonly expected: number
}

export const entryOf = (model: ReportModel): GalleryEntry => ({
  study: model.name,
  profile: model.run.profile,
  run: model.run.id,
  startedAt: model.run.startedAt,
  met: summaryOf(model).met,
  expected: model.expectations.length
})

const MARK = "<!-- athanor gallery: "

/** The entry that a page of a gallery carries; `undefined` for any other page. */
export const readEntry = (page: string): GalleryEntry | undefined => {
  if (!isOfGallery(page)) return undefined
  try {
    return JSON.parse(page.slice(MARK.length, page.indexOf(" -->")))
  } catch {
    // Somebody has edited it.
    return undefined
  }
}

/** Whether a gallery has written a page: the mark stands at its start. */
export const isOfGallery = (page: string): boolean => page.startsWith(MARK)

/** The name of the page of a study, and of the folder of its figures. */
export const studyName = ({ name }: Pick<ReportModel, "name">): string =>
  /^readme$/iu.test(name) ? `${name}-study` : fileName(name)

/** A drawing of a figure in the folder of its study, for light ground and for dark. */
export const figureNames = (index: number): readonly [light: string, dark: string] => [
  `figure-${index + 1}.svg`,
  `figure-${index + 1}-dark.svg`
]

/** The page of a study; its figures are those that have a drawing. */
export const galleryPage = (model: ReportModel): string => {
  // A comment ends at the first of these.
  const entry = JSON.stringify(entryOf(model)).replaceAll("-->", "--\\u003e")
  return [
    `${MARK}${entry} -->`,
    `# ${plainText(model.name)}`,
    model.description === undefined ? "" : plainText(model.description),
    paperText(model),
    ...conclusion(model),
    runText(model),
    ["```", ...model.reproduction.checkout, ...model.reproduction.install, model.reproduction.run, "```"].join("\n"),
    ...figures(model),
    ...card(model.expectations)
  ]
    .filter((block) => block !== "")
    .join("\n\n")
    .concat("\n")
}

const paperText = ({ paper }: ReportModel): string => {
  if (paper === undefined) return ""
  const link = URL.parse(paperLink(paper) ?? "")?.href
  const title = plainText(paper.title)
  // A parenthesis would end the address.
  const address = link?.replaceAll("(", "%28").replaceAll(")", "%29")
  return `Reproduces ${address === undefined ? title : `[${title}](${address})`}.`
}

const conclusion = (model: ReportModel): ReadonlyArray<string> => {
  if (model.expectations.length === 0) return ["No expectations in this profile."]
  const apart = model.expectations.filter(({ verdict }) => verdict !== "met")
  return [`**${plainText(conclusionText(model))}**`, apart.map(missText).join("\n")]
}

const missText = ({ verdict, metric, measured, words, tolerance, note }: ReportExpectation): string =>
  `- ${MARKS[verdict]} ${codeText(metric)}: ${measured === undefined ? "" : `${numberText(measured)}, `}${plainText(words)}; expected ${expectedText(tolerance)}.${note === undefined ? "" : ` ${plainText(note)}`}`

const runText = (model: ReportModel): string => {
  const { id, profile, startedAt, jobs, environment } = model.run
  const { athanor = "?", node = "?", platform = "?", processor = "?" } = environment
  const summary = summaryOf(model)
  return `Run ${codeText(id)}, profile ${codeText(profile)}, ${instantText(startedAt)}: ${taskWords(summary)}, ${durationText(summary.wallMillis)} on ${countText(jobs, "worker")}. Athanor ${plainText(athanor)}, Node ${plainText(node)}, ${plainText(platform)}, ${plainText(processor)}.`
}

const figures = (model: ReportModel): ReadonlyArray<string> =>
  model.figures.length === 0
    ? []
    : ["## Figures", ...model.figures.map((figure, index) => figureText(model, figure, index))]

const figureText = (
  model: ReportModel,
  { image, title, caption, reference, digest }: ReportFigure,
  index: number
): string => {
  const words = [title, caption].filter((text) => text !== undefined).join(". ")
  const below = `*Figure ${index + 1}.* ${plainText(words === "" ? reference : words)} (${codeText(reference)}${
    digest === undefined ? "" : `, ${codeText(shortDigest(digest))}`
  })`
  if (image._tag === "Missing") return `${below}: not here, ${plainText(image.reason)}`
  const [light, dark] = figureNames(index).map((name) => `${encodeURIComponent(studyName(model))}/${name}`)
  return [
    "<picture>",
    `<source media="(prefers-color-scheme: dark)" srcset="${dark}">`,
    `<img alt="${escaped(oneLine(words === "" ? reference : words))}" src="${light}">`,
    "</picture>",
    "",
    below
  ].join("\n")
}

const card = (expectations: ReadonlyArray<ReportExpectation>): ReadonlyArray<string> =>
  expectations.length === 0
    ? []
    : [
        "## Reproduction card",
        [
          tableRow(["", "metric", "expected", "ours", "deviation", "origin", "source", "artifact"]),
          "| --- | --- | ---: | ---: | ---: | --- | --- | --- |",
          ...expectations.map(cardRow)
        ].join("\n"),
        "`pipeline get ARTIFACT FILE` takes what came with a number out of the store of its run."
      ]

const cardRow = (row: ReportExpectation): string => {
  const [digest] = Object.values(row.from?.outputs ?? {})
  return tableRow([
    MARKS[row.verdict],
    `${codeText(row.metric)}${row.every === undefined ? "" : ` ${plainText(row.words)}`}`,
    expectedText(row.tolerance),
    row.measured === undefined ? "–" : `**${numberText(row.measured)}**`,
    row.deviation === undefined ? "–" : deviationText(row.deviation),
    row.origin,
    plainText(row.source ?? ""),
    digest === undefined ? "–" : codeText(shortDigest(digest))
  ])
}

/** The index of a gallery: a row for each study. */
export const galleryIndex = (pages: ReadonlyArray<{ readonly file: string; readonly entry: GalleryEntry }>): string =>
  [
    `${MARK}index -->`,
    "# Studies, as they came out",
    "Summaries of runs, kept beside the code. Each page was written by `pipeline report RUN --gallery FOLDER`, and so was this one.",
    [
      tableRow(["study", "profile", "expectations", "run"]),
      "| --- | --- | --- | --- |",
      ...pages.map(({ file, entry: { study, profile, met, expected, startedAt } }) =>
        tableRow([
          `[${plainText(study)}](${encodeURIComponent(file)})`,
          plainText(profile),
          expected === 0 ? "none" : `${met} of ${expected} met`,
          instantText(startedAt)
        ])
      )
    ].join("\n")
  ]
    .join("\n\n")
    .concat("\n")

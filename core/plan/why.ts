/** Why a key differs from an earlier one, part by part, in a person's words. */

import { untitled } from "../code/DeclarationTitle.ts"
import { isRecord } from "../document/is-record.ts"
import type { CodeParts, InputPart, KeyParts } from "../store/ActionRecord.ts"
import { type Digest, ofValue } from "../store/Digest.ts"
import { fileIdentities, splitFiles } from "./CommandLine.ts"
import { countsText, fanInChanges } from "./fan-in-change.ts"
import type { JsonMap, PlanCode, PlanStage } from "./Plan.ts"
import { shortTexts } from "./short-texts.ts"

/** One part of the key that differs. */
export interface Difference {
  readonly part:
    | "stage type"
    | "code"
    | "package"
    | "param"
    | "input"
    | "output"
    | "device"
    | "environment"
    | "key format"
    /** A task itself, that was not there before. */
    | "task"
  /** The param, port, declaration or package; empty where the part has only one. */
  readonly name: string
  /** As text for a person; `undefined` when it was not there. */
  readonly before: string | undefined
  readonly after: string | undefined
}

/** A key's parts with what explains its code. */
export interface Explained {
  readonly parts: KeyParts
  readonly codeParts: CodeParts
}

/** Every part that differs, code first; empty when the keys are equal. */
export const differences = (
  before: Explained,
  after: Explained,
  describe: DescribeChange = describeChange
): ReadonlyArray<Difference> => [
  ...difference("key format", "", String(before.parts.format), String(after.parts.format)),
  ...difference("stage type", "", before.parts.stageType, after.parts.stageType),
  ...codeAndFileDifferences(before, after),
  ...paramDifferences(paramsOf(before.parts), paramsOf(after.parts), ""),
  ...inputDifferences(before.parts.inputs, after.parts.inputs, describe),
  ...mapDifferences("output", before.parts.outputs, after.parts.outputs, (text) => text),
  ...difference("device", "", before.parts.device, after.parts.device),
  ...mapDifferences("environment", before.parts.environment, after.parts.environment, (text) => text)
]

/**
 * The files that the words of a command name are code to a person, as those beside them are. Of another stage type all code is
 * another, and nothing more is to be said of it.
 */
const codeAndFileDifferences = (before: Explained, after: Explained): ReadonlyArray<Difference> => {
  if (before.parts.stageType !== after.parts.stageType) return []
  const [old, now] = [ownFiles(before), ownFiles(after)]
  if (before.parts.code === after.parts.code) return mapDifferences("code", old, now, (digest) => digest)
  return codeDifferences(
    { identity: before.parts.code, parts: withFiles(before.codeParts, old) },
    { identity: after.parts.code, parts: withFiles(after.codeParts, now) }
  )
}

const ownFiles = ({ parts }: Explained): CodeParts["declarations"] =>
  isCommand(parts) ? splitFiles(parts.params).files : {}

/** The parameters of a task but for the files that its words name, which are code. */
export const paramsOf = ({ stageType, params }: Pick<KeyParts, "stageType" | "params">): JsonMap =>
  isCommand({ stageType }) ? splitFiles(params).others : params

/** Whether it has a command in place of a stage type. */
export const isCommand = ({ stageType }: Pick<PlanStage, "stageType">): boolean => stageType === "command"

const withFiles = (parts: CodeParts, files: CodeParts["declarations"]): CodeParts => ({
  ...parts,
  declarations: { ...parts.declarations, ...files }
})

/** The code of a stage with the files that only some of its tasks have. */
export const wholeCode = (code: PlanCode): ExplainedCode => {
  if (code._tag === "Bundle" || code.named === undefined) return code
  const files = fileIdentities(Object.values(code.named))
  return { identity: ofValue("athanor/whole-code/1", [code.identity, files]), parts: withFiles(code.parts, files) }
}

/** What its code is called: a stage type by its name; of commands, which have one name, each by that of its stage. */
export const titleOf = ({ id, stageType }: Pick<PlanStage, "id" | "stageType">): string =>
  isCommand({ stageType }) ? id : stageType

/** Where a difference was found, for its phrase. */
export interface Setting {
  /** Its stage type, as `titleOf` has it. */
  readonly stageType: string
  /** What feeds each port: `circle.points`. */
  readonly feeders?: { readonly [port: string]: string }
  /** What a port reads that it did not read before, as `readingPhrase` has it. */
  readonly reading?: (port: string) => string | undefined
}

/**
 * One phrase: `param width 500→512`, `code of ntk/empirical: function jacobianBlock changed`,
 * `input circle.points changed`, `input model fit@method=a.model→fit@method=b.model`.
 */
export const phrase = (difference: Difference, { stageType, ...setting }: Setting): string => {
  const { part, name, before, after } = difference
  if (part === "input") return `input ${inputPhrase(difference, setting)}`
  if (part === "code") {
    const what = before === undefined ? "is new" : after === undefined ? "is gone" : "changed"
    return name === "" ? `code of ${stageType} changed` : `code of ${stageType}: ${name} ${what}`
  }
  const title = name === "" ? part : `${part} ${name}`
  if (part === "package" && before === after) return `${title} has other content`
  if (before === undefined) return `${title} is new: ${after}`
  return after === undefined ? `${title} is gone` : `${title} ${before}→${after}`
}

const inputPhrase = (
  { name, before, after }: Difference,
  { feeders = {}, reading }: Omit<Setting, "stageType">
): string => {
  const feeder = feeders[name]
  if (before === undefined) return `${name} is new${feeder === undefined ? "" : `: ${feeder}`}`
  if (after === undefined) return `${name} is gone`
  return reading?.(name) ?? `${feeder ?? name} ${after}`
}

/** Of several earlier results the one that differs least: what a person would call the previous version. */
export const closest = <A extends Explained>(now: Explained, earlier: ReadonlyArray<A>): A | undefined => {
  let best: { readonly result: A; readonly count: number } | undefined
  for (const result of earlier) {
    // How a fan-in of thousands differs is not worth working out for each.
    const count = differences(result, now, () => "").length
    if (best === undefined || count < best.count) best = { result, count }
  }
  return best?.result
}

const difference = (
  part: Difference["part"],
  name: string,
  before: string | undefined,
  after: string | undefined
): ReadonlyArray<Difference> => (before === after ? [] : [{ part, name, before, after }])

const mapDifferences = <A>(
  part: Difference["part"],
  before: { readonly [name: string]: A },
  after: { readonly [name: string]: A },
  show: (value: A) => string
): ReadonlyArray<Difference> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [old, now] = [before[name], after[name]]
    return difference(part, name, old === undefined ? undefined : show(old), now === undefined ? undefined : show(now))
  })

/** Code with what explains its identity. */
interface ExplainedCode {
  readonly identity: Digest
  readonly parts: CodeParts
}

/** The declarations and packages that differ; none when the identities are equal. */
export const codeDifferences = (before: ExplainedCode, after: ExplainedCode): ReadonlyArray<Difference> => {
  if (before.identity === after.identity) return []
  const [old, now] = [before.parts, after.parts]
  const named = [
    ...mapDifferences("code", alike(old, now), alike(now, old), (digest) => digest),
    ...packageDifferences(old.packages, now.packages)
  ]
  return named.length > 0 ? named : difference("code", "", before.identity, after.identity)
}

/** Declarations by their fullest titles: records of before did not tell the sorts. */
const alike = ({ declarations }: CodeParts, others: CodeParts): CodeParts["declarations"] => {
  const titles = new Map(Object.keys(others.declarations).map((title) => [untitled(title), title]))
  const fullest = (title: string): string => {
    const other = titles.get(title)
    return other === undefined || Object.hasOwn(others.declarations, title) ? title : other
  }
  return Object.fromEntries(Object.entries(declarations).map(([title, digest]) => [fullest(title), digest]))
}

/** Packages go by `name@version`: one that came in place of another version is one difference, not two. */
const packageDifferences = (before: CodeParts["packages"], after: CodeParts["packages"]): ReadonlyArray<Difference> => {
  const [old, now] = [versions(before), versions(after)]
  const replaced = [...new Set([...old.keys(), ...now.keys()])].flatMap((name) =>
    difference("package", name, old.get(name), now.get(name))
  )
  const altered = Object.keys(after).filter((name) => Object.hasOwn(before, name) && before[name] !== after[name])
  return [
    ...replaced,
    ...altered.map((id): Difference => {
      const [name, version] = [nameIn(id), versionIn(id)]
      return { part: "package", name: `${name}@${version}`, before: version, after: version }
    })
  ]
}

/** The versions of each package, in one text where there are several. */
const versions = (packages: CodeParts["packages"]): ReadonlyMap<string, string> =>
  new Map(
    [...Map.groupBy(Object.keys(packages), nameIn)].map(([name, ids]) => [name, ids.map(versionIn).sort().join(", ")])
  )

const nameIn = (id: string): string => id.slice(0, id.lastIndexOf("@"))

const versionIn = (id: string): string => id.slice(id.lastIndexOf("@") + 1)

const inputDifferences = (
  before: KeyParts["inputs"],
  after: KeyParts["inputs"],
  describe: DescribeChange
): ReadonlyArray<Difference> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [old, now] = [before[name], after[name]]
    if (old?.digest === now?.digest) return []
    return [{ part: "input" as const, name, before: old?.digest, after: now && describe(old, now) }]
  })

type DescribeChange = (before: InputPart | undefined, after: InputPart) => string

/** What happened to an input: for a fan-in, how many items are new, changed or gone. */
const describeChange: DescribeChange = (before, after) =>
  before?._tag === "Many" && after._tag === "Many" ? countsText(fanInChanges(before, after)) : "changed"

/** Of maps, and of lists of one length, the parts that differ: `network.depth`, `layers.2`. */
const paramDifferences = (before: JsonMap, after: JsonMap, path: string): ReadonlyArray<Difference> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [old, now] = [before[key], after[key]]
    const name = `${path}${key}`
    if (isRecord(old) && isRecord(now)) return paramDifferences(old, now, `${name}.`)
    if (Array.isArray(old) && Array.isArray(now) && old.length === now.length) {
      return paramDifferences(Object.fromEntries(old.entries()), Object.fromEntries(now.entries()), `${name}.`)
    }
    const [was, is] = shortTexts([old, now])
    return difference("param", name, was, is)
  })

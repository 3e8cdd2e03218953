/** Reads all that a pipeline file includes, and what the included files include. */
import { posix } from "node:path"
import { Result } from "effect"
import { Cursor } from "./Cursor.ts"
import { decodeIncludes, type IncludeDocument } from "./decode-include.ts"
import { FRAGMENT_KEYS, type Fragment, isReadable, type Namespace, type OpenFile } from "./Fragment.ts"
import { MAX_TEXT } from "./parse-yaml.ts"
import { readYaml } from "./read-yaml.ts"
import { NAME, NAME_RULE } from "./reference.ts"
import { pathFault } from "./relative-path.ts"
import * as SourceText from "./SourceText.ts"
import type { Spanned } from "./Span.ts"

/** Files that a pipeline may include, each as often as it is included: files that include others twice grow exponentially. */
const MAX_FRAGMENTS = 256

/** A file as YAML, with the complaints about it. */
export type YamlFile = Pick<Fragment, "cursor" | "tree">

export interface Gathered {
  /** The namespace of the pipeline file. */
  readonly root: Namespace
  /** What is included without `as` stands before what includes it, and what is included with it, after. */
  readonly fragments: ReadonlyArray<Fragment>
  /** Every file that was read, the pipeline file first. */
  readonly files: ReadonlyArray<YamlFile>
  /** Namespaces of which not all could be read: any name may be in them. */
  readonly incomplete: ReadonlySet<Namespace>
  /** Reads a further file that a fragment names; `undefined` after a complaint. */
  readonly read: (fragment: Fragment, path: Spanned<string>, what: string) => YamlFile | undefined
}

/** Gathers the pipeline file itself and all that it includes, through `open`. */
export const gatherFragments = (pipeline: Omit<Fragment, "namespace" | "folder">, open: OpenFile): Gathered => {
  const gathering = new Gathering(pipeline, open)
  gathering.add({ ...pipeline, namespace: gathering.root, folder: "" }, [posix.basename(pipeline.cursor.source.file)])
  return gathering
}

class Gathering implements Gathered {
  readonly root: Namespace = { prefix: "", parent: undefined, given: [] }
  readonly fragments: Array<Fragment> = []
  readonly files: Array<YamlFile>
  readonly incomplete = new Set<Namespace>()
  private readonly pipeline: string
  private readonly open: OpenFile
  private readonly texts = new Map<string, string>()
  private count = 0
  private size: number
  /** Files included without `as`, by namespace: a second time says nothing new. */
  private readonly merged = new Map<Namespace, Set<string>>()

  constructor(pipeline: YamlFile, open: OpenFile) {
    const { file, text } = pipeline.cursor.source
    this.pipeline = file
    this.open = open
    this.files = [pipeline]
    this.size = text.length
  }

  /** `chain` are the paths of the files from the pipeline file to this fragment, relative to its folder. */
  add(fragment: Fragment, chain: ReadonlyArray<string>): void {
    const includes = decodeIncludes(fragment.cursor, fragment.top.include)
    const { include } = fragment.top
    if (include !== undefined && !isReadable(fragment, include)) this.incomplete.add(fragment.namespace)
    for (const include of includes) if (include.as === undefined) this.include(fragment, include, chain)
    this.fragments.push(fragment)
    for (const include of includes) if (include.as !== undefined) this.include(fragment, include, chain)
  }

  read(fragment: Fragment, path: Spanned<string>, what: string): YamlFile | undefined {
    const text = this.textOf(fragment, path)
    if (Result.isFailure(text)) {
      fragment.cursor.complain(path.span, `${what}: ${path.value}${text.failure}`)
      this.incomplete.add(fragment.namespace)
      return undefined
    }
    const source = SourceText.make(...text.success)
    const tree = readYaml(source)
    const file = { cursor: new Cursor(source, tree), tree }
    this.files.push(file)
    if (!tree.isWhole) this.incomplete.add(fragment.namespace)
    return file
  }

  private textOf(
    { folder }: Fragment,
    { value }: Spanned<string>
  ): Result.Result<readonly [file: string, text: string], string> {
    const path = insidePath(folder, value)
    if (path === undefined) return Result.fail(" leads out of the folder of the pipeline file")
    const fault = pathFault(value)
    if (fault !== undefined) return Result.fail(`: ${fault}`)
    const file = posix.join(posix.dirname(this.pipeline), path)
    const known = this.texts.get(file)
    const text = known === undefined ? this.open(file) : Result.succeed(known)
    if (Result.isFailure(text)) return Result.fail(`: ${text.failure}`)
    this.texts.set(file, text.success)
    this.size += text.success.length
    if (this.size <= MAX_TEXT) return Result.succeed([file, text.success])
    return Result.fail(`: all files together are larger than ${MAX_TEXT / 1e6} MB`)
  }

  private include(from: Fragment, include: IncludeDocument, chain: ReadonlyArray<string>): void {
    const namespace = this.namespaceOf(from, include)
    const path = insidePath(from.folder, include.file.value)
    if (path !== undefined && chain.includes(path)) {
      const names = [...chain.slice(chain.indexOf(path)), path]
      from.cursor.complain(include.file.span, `files include each other in a circle: ${names.join(" → ")}`)
      return
    }
    if (include.as === undefined && path !== undefined && this.isMerged(namespace, path)) return
    if (++this.count > MAX_FRAGMENTS) {
      if (this.count === MAX_FRAGMENTS + 1)
        from.cursor.complain(include.file.span, `more than ${MAX_FRAGMENTS} files are included`)
      this.incomplete.add(namespace)
      return
    }
    const file = this.read({ ...from, namespace }, include.file, "include")
    if (file === undefined || path === undefined) return
    const { cursor } = file
    const top = cursor.record(file.tree.root, "an included file", FRAGMENT_KEYS, SourceText.span(cursor.source, 0, 1))
    const folder = posix.dirname(path)
    this.add({ ...file, namespace, folder: folder === "." ? "" : `${folder}/`, top }, [...chain, path])
  }

  private namespaceOf({ cursor, namespace }: Fragment, { as, params }: IncludeDocument): Namespace {
    if (as === undefined) return namespace
    const prefix = `${namespace.prefix}${as.value}-`
    if (!NAME.test(`${prefix}x`)) cursor.complain(as.span, `include: "${prefix}…": ${NAME_RULE}`)
    return { prefix, parent: namespace, given: params.map((param) => ({ ...param, cursor })) }
  }

  private isMerged(namespace: Namespace, path: string): boolean {
    const paths = this.merged.get(namespace) ?? new Set()
    this.merged.set(namespace, paths)
    if (paths.has(path)) return true
    paths.add(path)
    return false
  }
}

/** A path relative to the folder of the pipeline file; `undefined` where it leads out of it. */
const insidePath = (folder: string, path: string): string | undefined => {
  if (/^(?:[/\\~]|[A-Za-z]:)/u.test(path) || path.includes("\\")) return undefined
  const inside = posix.normalize(`${folder}${path}`)
  return inside === ".." || inside.startsWith("../") ? undefined : inside
}

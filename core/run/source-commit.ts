/**
 * Which commit the files around a run are of, read from Git's own files: it takes no time, and no Git. What has been changed since
 * that commit they do not tell; digests in plan and records do.
 */
import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"

export interface SourceCommit {
  readonly commit?: string
  /** Where others get it; without credentials. */
  readonly repository?: string
  /** The folder within it, `/` between segments; absent for its root. */
  readonly directory?: string
}

/**
 * The commit of the working tree that holds a folder and a file in it. Nothing where there is none, the file is of another one, or
 * Git keeps it in a way that is not known here.
 */
export const sourceCommit = (folder: string, file: string): SourceCommit => {
  try {
    const root = workingTree(resolve(folder))
    if (root === undefined || root !== workingTree(dirname(resolve(file)))) return {}
    const own = gitFolder(root)
    const common = resolve(own, textOf(join(own, "commondir")) ?? "")
    const commit = commitIn(own, common)
    const repository = originIn(common)
    const directory = relative(root, resolve(folder)).replaceAll("\\", "/")
    if (commit === undefined) return {}
    return {
      commit,
      ...(repository === undefined ? {} : { repository }),
      ...(directory === "" ? {} : { directory })
    }
  } catch {
    // Nobody needs it to run.
    return {}
  }
}

/** What is told of a run's environment, without this. */
export const withoutCommit = <A>({
  commit: _commit,
  repository: _repository,
  directory: _directory,
  ...others
}: {
  readonly [name: string]: A
}): { readonly [name: string]: A } => others

const workingTree = (folder: string): string | undefined => {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, ".git"))) return current
    if (dirname(current) === current) return undefined
  }
}

/** A further working tree of a repository has a file in its place, which says where its own folder is. */
const gitFolder = (root: string): string => {
  const path = join(root, ".git")
  if (statSync(path).isDirectory()) return path
  return resolve(root, /^gitdir: (?<path>.*)$/mu.exec(readFileSync(path, "utf8"))?.groups?.["path"] ?? ".git")
}

const commitIn = (own: string, common: string): string | undefined => {
  const head = textOf(join(own, "HEAD")) ?? ""
  const branch = /^ref: (?<name>refs\/[^\s]+)$/u.exec(head)?.groups?.["name"]
  const found = branch === undefined ? head : (textOf(join(common, branch)) ?? packed(common, branch))
  return found !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u.test(found) ? found : undefined
}

const packed = (common: string, branch: string): string | undefined =>
  textOf(join(common, "packed-refs"))
    ?.split("\n")
    .find((line) => line.endsWith(` ${branch}`))
    ?.split(" ")[0]

/** The address of `origin`, where it is one that means the same on another machine. */
const originIn = (common: string): string | undefined => {
  const config = textOf(join(common, "config")) ?? ""
  const section = /^\[remote "origin"\]\n(?<lines>(?:[ \t].*(?:\n|$))*)/mu.exec(config)?.groups?.["lines"] ?? ""
  const url = /^\s*url\s*=\s*(?<url>\S+)\s*$/mu.exec(section)?.groups?.["url"] ?? ""
  if (/^(?:https?|ssh|git):\/\//iu.test(url)) return withoutCredentials(url)
  return /^[\w.-]+@[\w.-]+:[^\s]+$/u.test(url) ? url : undefined
}

const withoutCredentials = (url: string): string | undefined => {
  const parsed = URL.parse(url)
  if (parsed === null) return undefined
  parsed.password = ""
  // The user of ssh is part of the address; that of https is often a token.
  if (parsed.protocol !== "ssh:") parsed.username = ""
  return `${parsed.protocol}//${parsed.username === "" ? "" : `${parsed.username}@`}${parsed.host}${parsed.pathname}`
}

const textOf = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, "utf8").trim() : undefined)

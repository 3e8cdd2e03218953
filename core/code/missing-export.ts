/** What an import asks for that the file behind it does not export: the bundler says so with a path, people go by names. */
import { isAbsolute, resolve } from "node:path"
import { suggestion } from "../document/suggestion.ts"
import type { OwnPackage } from "./OwnPackage.ts"
import type { SourceFiles } from "./SourceFiles.ts"

const MESSAGE = /^No matching export in "(?<path>.+)" for import "(?<name>.+)"$/u

/** The bundler's message with the nearest name, and the library that has it; other messages as they are. `folder` is where its paths start. */
export const explainMissingExport = (
  message: string,
  folder: string,
  { own, files }: { readonly own: OwnPackage; readonly files: SourceFiles }
): string => {
  const { path, name } = MESSAGE.exec(message)?.groups ?? {}
  if (path === undefined || name === undefined) return message
  const file = isAbsolute(path) ? path : resolve(folder, path)
  const namesIn = (source: string): ReadonlyArray<string> => exportedNames(new TextDecoder().decode(files.read(source)))
  const specifier = own.specifier(file)
  const others = specifier === undefined ? [] : own.specifiers().filter((other) => other !== specifier)
  const owner = others.find((other) => namesIn(own.entry(other) ?? "").includes(name))
  const hint = owner === undefined ? suggestion(name, "it exports", namesIn(file)) : `${owner} exports it`
  return [`${specifier ?? path} exports no "${name}"`, hint].filter((part) => part !== undefined).join(": ")
}

const DECLARED =
  /^export (?:default )?(?:async )?(?:const|let|var|function\*?|class) (?<name>[\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu
const NAMESPACE = /^export \* as (?<name>[\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu
const LIST = /^export \{(?<names>[^}]*)\}/gmu

/** Names that a source file exports as values, by its text. */
const exportedNames = (text: string): ReadonlyArray<string> => [
  ...[...text.matchAll(DECLARED), ...text.matchAll(NAMESPACE)].map(({ groups }) => groups?.["name"] ?? ""),
  ...[...text.matchAll(LIST)].flatMap(({ groups }) =>
    (groups?.["names"] ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "" && !part.startsWith("type "))
      .map((part) => part.split(/\s+as\s+/u).at(-1) ?? part)
  )
]

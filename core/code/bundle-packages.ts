/** The packages that a stored bundle finds by now, which may be others than those that it was stored with. */
import { readFileSync } from "node:fs"
import { Effect } from "effect"
import type { CodeParts } from "../store/ActionRecord.ts"
import { codeError } from "./CodeError.ts"
import { dynamicImport } from "./identity.ts"
import { findPackages } from "./packages.ts"
import { SourceFiles } from "./SourceFiles.ts"
import { child, children, parseModule, walk } from "./syntax.ts"

export interface BundlePlace {
  readonly bundleFile: string
  /** Source file of the stage type, from where packages are looked up. */
  readonly file: string
  /** The contract's file, from where `effect` is looked up. */
  readonly contract: string
}

/** Integrity of each package that a bundle reaches now, by `name@version`; fails when one is not installed. */
export const packagesOfBundle = Effect.fn("packagesOfBundle")(function* ({ bundleFile, file, contract }: BundlePlace) {
  const specifiers = yield* Effect.try({
    try: () => importsIn(readFileSync(bundleFile, "utf8")),
    catch: (cause) => codeError(file, `its stored code cannot be read: ${cause}`)
  })
  return yield* findPackages({ specifiers, file, contract, files: new SourceFiles() })
})

/** What has changed since: those of a record that are no longer found as they were, in the order of their names. */
export const missingPackages = (before: CodeParts["packages"], now: CodeParts["packages"]): ReadonlyArray<string> =>
  Object.keys(before).filter((name) => before[name] !== now[name])

const importsIn = (code: string): ReadonlyArray<string> => {
  const program = parseModule(code)
  const specifiers = new Set<string>()
  for (const statement of children(program, "body")) {
    if (statement.type === "ImportDeclaration") specifiers.add(String(child(statement, "source")?.["value"]))
  }
  walk(program, (node) => {
    const specifier = dynamicImport(node)
    if (specifier !== undefined) specifiers.add(specifier)
  })
  return [...specifiers]
}

/** Builds and identifies the code of a stage type: the part of code identity that needs the bundler and the parser. */
import { Effect } from "effect"
import type { CodeParts } from "../store/ActionRecord.ts"
import * as Digest from "../store/Digest.ts"
import { bundle } from "./bundle.ts"
import { CodeError } from "./CodeError.ts"
import { findForbidden } from "./forbidden.ts"
import { identify, parseModule } from "./identity.ts"
import { findPackages } from "./packages.ts"

export interface BuiltCode {
  readonly code: string
  readonly identity: Digest.Digest
  readonly parts: CodeParts
  /** Every file that decided the above. */
  readonly files: ReadonlyArray<string>
}

/** Builds a stage type; refuses code that escapes the bundler. */
export const build = Effect.fn("StageCode.build")(function* (file: string, contract: string) {
  const { code, inputs, placeOf } = yield* bundle(file, contract)
  const program = parseModule(code)
  const forbidden = findForbidden(program)
  if (forbidden.length > 0) {
    return yield* new CodeError({
      file,
      problems: forbidden.map(({ offset, text }) => ({ place: placeOf(offset), text }))
    })
  }
  const { declarations, digest, imports } = identify(program)
  const packages = yield* findPackages(imports, file, contract)
  const identity = Digest.ofValue("athanor/code-identity/1", { code: digest, packages: packages.integrities })
  return {
    code,
    identity,
    parts: { declarations, packages: packages.integrities },
    files: [...inputs, ...packages.files]
  } satisfies BuiltCode
})

/** Which variables of the environment a hook wants. */
import type { HookTarget } from "../document/PipelineDocument.ts"

type Variables = { readonly [name: string]: string | undefined }

/** Variables without which it cannot be told: what they hold is a secret. */
export const secretNames = (target: HookTarget): ReadonlyArray<string> => {
  if (target._tag === "Command") return target.secrets
  const { address, token } = target
  return [...("variable" in address ? [address.variable] : []), ...(token === undefined ? [] : [token])]
}

/** All that it sees besides the usual ones. */
export const variableNames = (target: HookTarget): ReadonlyArray<string> => [
  ...(target._tag === "Command" ? target.environment : []),
  ...secretNames(target)
]

/** Those that it cannot do without, and that are not set, or empty. */
export const unsetSecrets = (target: HookTarget, variables: Variables): ReadonlyArray<string> =>
  secretNames(target).filter((name) => !variables[name])

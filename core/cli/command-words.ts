/** What the meaning of a command depends on besides files and variables that it reads: where it is given, and by which program. */
import { availableParallelism } from "node:os"

/** Place, machine and program. */
export const placeWords = (): ReadonlyArray<string> => [
  process.cwd(),
  // The folder of the built program: another version has another.
  import.meta.url,
  process.version,
  process.platform,
  process.arch,
  String(availableParallelism()),
  ...["PIPELINE_CACHE", "PIPELINE_INDEX", "PIPELINE_REPORTS"].map((name) => process.env[name] ?? "")
]

/** Equal for two commands only if they mean the same as long as the files and variables that they read are the same. */
export const commandWords = (): ReadonlyArray<string> => [...placeWords(), ...process.argv.slice(2)]

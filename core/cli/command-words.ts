/** All that the meaning of a command depends on besides files: where it is given, its words, and by which program. */
import { availableParallelism } from "node:os"

/** Equal for two commands only if they mean the same as long as the files and variables that they read are the same. */
export const commandWords = (): ReadonlyArray<string> => [
  process.cwd(),
  // The folder of the built program: another version has another.
  import.meta.url,
  process.version,
  process.platform,
  process.arch,
  String(availableParallelism()),
  ...["PIPELINE_CACHE", "PIPELINE_INDEX", "PIPELINE_REPORTS"].map((name) => process.env[name] ?? ""),
  ...process.argv.slice(2)
]

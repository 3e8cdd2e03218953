/** What the environment decides: where results and reports go, whether colours are wanted. */
import { basename, extname, join } from "node:path"

/** The folder of the store. */
export const cacheFolder = (): string => process.env["PIPELINE_CACHE"] || "artifacts-cache"

/** The index, when it must lie elsewhere than in the store. */
export const indexFile = (): string | undefined => process.env["PIPELINE_INDEX"] || undefined

/** Variables that decide how pipelines run, those for tests left out. */
const NAMES = ["CACHE", "INDEX", "REPORTS", "BACKEND", "BLAS", "GPUS", "VERIFY", "DURABILITY"]

/** Those of them that are set, with what they hold. */
export const settings = (): { readonly [name: string]: string } =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = process.env[`PIPELINE_${name}`]
      return value ? [[`PIPELINE_${name}`, value]] : []
    })
  )

/** The folder of a pipeline's reports. */
export const reportsFolder = (pipeline: string): string =>
  join(process.env["PIPELINE_REPORTS"] || "reports", folderName(pipeline))

/** A pipeline's name as the name of a folder, on every system. */
const folderName = (pipeline: string): string =>
  basename(pipeline, extname(pipeline)).replace(/[^\p{L}\p{N}._-]+/gu, "-") || "pipeline"

/** Whether a stream should carry colours. */
export const wantsColor = (stream: { readonly isTTY?: boolean }): boolean => {
  if (process.env["NO_COLOR"]) return false
  if (process.env["FORCE_COLOR"] && process.env["FORCE_COLOR"] !== "0") return true
  return stream.isTTY === true && process.env["TERM"] !== "dumb"
}

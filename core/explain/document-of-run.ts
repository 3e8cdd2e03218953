/** The pipeline file as it was in a run, with those that it includes. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Option, Result } from "effect"
import { decode } from "../document/decode.ts"
import { FILES } from "../record/RunFolder.ts"
import type { PastRun } from "../record/RunHistory.ts"
import { attemptSync } from "../store/durable.ts"

/** `undefined` where it is gone, or this version does not read it. */
export const documentOf = ({ folder, plan }: Pick<PastRun, "folder" | "plan">) =>
  attemptSync("read", folder.path, () => {
    const [file, included] = [join(folder.path, FILES.pipeline), join(folder.path, FILES.included)]
    if (!existsSync(file)) return undefined
    const texts: { readonly [path: string]: string } = existsSync(included)
      ? JSON.parse(readFileSync(included, "utf8"))
      : {}
    const open = (path: string) => Result.fromNullishOr(texts[path], () => "the run did not keep it")
    return Option.getOrUndefined(Result.getSuccess(decode(plan.file, readFileSync(file, "utf8"), open)))
  })

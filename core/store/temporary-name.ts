/** Names for files that are being written: a crash leaves no half of a file under the name that it is to have. */
import { randomUUID } from "node:crypto"
import { basename, dirname, join } from "node:path"

/** A name beside a target, on its file system, which nobody uses twice; what dies before it gets the target's leaves it behind. */
export const temporaryName = (target: string): string =>
  join(dirname(target), `.${basename(target).slice(0, 40)}.${randomUUID()}.tmp`)

/** Whether a file, by its name without a folder, has such a name. */
export const isTemporary = (name: string): boolean => TEMPORARY.test(name)

const TEMPORARY = /^\..*\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/su

/** How this command is started again: by the same Node, with the same options. */
import { resolve } from "node:path"

export const launcher = [process.execPath, ...process.execArgv, resolve(process.argv[1] ?? "")] as const

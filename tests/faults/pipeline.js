/** Starts the program that tests build: as it is, but for `hooks.ts` beside this file. Needs the Node that the program needs. */
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { builtProgram } from "../../bin/build.js"

const hooks = fileURLToPath(new URL("./hooks.ts", import.meta.url))
await import(pathToFileURL(join(await builtProgram({ hooks }), "main.js")).href)

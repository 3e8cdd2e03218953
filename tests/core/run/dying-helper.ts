/** A helper thread that ends as soon as it has something to do. */
import process from "node:process"
import { workerData } from "node:worker_threads"
import type { HelperSettings } from "../../../core/run/HelperThread.ts"
import { TeamBlock } from "../../../core/run/TeamBlock.ts"

const { buffer, number }: HelperSettings = workerData
const block = new TeamBlock(buffer)
block.awaitBell(number, 0)
block.enter(number)
process.exit(1)

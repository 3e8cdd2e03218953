/** Entry point of a helper thread: it sleeps, and runs nothing but exports of WebAssembly modules that its owner has shared with it. */
import { receiveMessageOnPort, workerData } from "node:worker_threads"
import { reach } from "../fault/hooks.ts"
import type { HelperSettings, ToHelper } from "./HelperThread.ts"
import { processorTime } from "./processor-time.ts"
import { type Target, TeamBlock } from "./TeamBlock.ts"

const { buffer, number, port }: HelperSettings = workerData
const block = new TeamBlock(buffer)

/** The functions of the modules that are shared with it. */
const codes = new Map<number, ReadonlyArray<Target>>()

/** Takes up what the owner has said. */
const listen = (): void => {
  for (let heard = receiveMessageOnPort(port); heard !== undefined; heard = receiveMessageOnPort(port)) {
    const message: ToHelper = heard.message
    if (message._tag === "Forget") codes.clear()
    else if (message._tag === "Share") codes.set(message.code, functionsOf(message))
  }
}

const functionsOf = ({ module, memory }: Extract<ToHelper, { readonly _tag: "Share" }>): ReadonlyArray<Target> =>
  Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports as object).filter(
    (value): value is Target => typeof value === "function"
  )

const target = (code: number, exported: number): Target => {
  // At its last calls still, it has heard neither the bell nor what was said before it rang.
  if (!codes.has(code)) listen()
  const found = codes.get(code)?.[exported]
  if (found === undefined) throw new RangeError(`a helper lacks function ${exported} of module ${code}`)
  return found
}

block.start()
for (let heard = 0; ; ) {
  heard = block.awaitBell(number, heard)
  block.enter(number)
  reach("helper.entered")
  try {
    listen()
    block.work(number, target, heard)
  } catch (error) {
    port.postMessage(error instanceof Error ? error.message : String(error))
    block.fail(number, heard)
  }
  block.leave(number, processorTime())
}

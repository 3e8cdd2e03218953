/**
 * Has the engine look for what is dead.
 *
 * By itself it lets garbage lie until there is several times as much as what is alive, and copies what is on its way there.
 * To be called where much has just become useless.
 */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** Takes as long as it takes to go through what is alive. */
export const collectGarbage = (): void => {
  setFlagsFromString("--expose-gc")
  const collect: unknown = runInNewContext("gc")
  // Threads that begin later must not have it among their globals.
  setFlagsFromString("--no-expose-gc")
  if (typeof collect === "function") collect()
}

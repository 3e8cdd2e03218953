/** Keeps what a module of Node gives to stages from being changed by one of them: all of a thread share it. */
import process from "node:process"

const frozen = new Set<string>()

/** Freezes what a module exports, with what its functions have. Prototypes stay: Node gives to its own what they name. */
export const freezeModule = (name: string): void => {
  if (frozen.has(name)) return
  frozen.add(name)
  const exported: unknown = process.getBuiltinModule(name)
  if (typeof exported !== "object" && typeof exported !== "function") return
  for (const { value } of Object.values(Object.getOwnPropertyDescriptors(exported))) {
    if (typeof value === "function") Object.freeze(value)
  }
  Object.freeze(exported)
}

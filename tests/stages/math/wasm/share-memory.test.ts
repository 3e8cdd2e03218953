import { readdirSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { withSharedMemory } from "../../../../stages/math/wasm/share-memory.ts"

const FOLDER = new URL("../../../../stages/math/wasm/", import.meta.url)

const modules = readdirSync(FOLDER).filter((name) => name.endsWith(".wasm.ts"))

describe("withSharedMemory", () => {
  it.each(modules)("lets %s be put on a shared memory, and only there", async (name) => {
    const [base64] = Object.values((await import(new URL(name, FOLDER).href)) as { readonly [name: string]: string })
    const module = new WebAssembly.Module(withSharedMemory(Buffer.from(base64 ?? "", "base64")))
    const memory = (shared: boolean) => new WebAssembly.Memory({ initial: 64, maximum: 65_536, shared })
    const instance = new WebAssembly.Instance(module, { env: { memory: memory(true) } })
    assert.isNotEmpty(Object.keys(instance.exports as object))
    assert.throws(() => new WebAssembly.Instance(module, { env: { memory: memory(false) } }), /shared/u)
  })

  it.each([
    ["has no imports", [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]],
    ["imports a function too", [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x65, 1, 0x66, 0, 0]]
  ])("refuses a module that %s", (_, bytes) => {
    assert.throws(() => withSharedMemory(Uint8Array.from(bytes)), RangeError, "imports env.memory and nothing else")
  })
})

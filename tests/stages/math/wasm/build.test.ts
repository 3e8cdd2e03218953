import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

describe("the WebAssembly modules", () => {
  it("are what their sources compile to, byte for byte", () => {
    const script = fileURLToPath(new URL("../../../../stages/math/wasm/assembly/build.mjs", import.meta.url))
    const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" })
    assert.strictEqual(status, 0, stderr)
  })
})

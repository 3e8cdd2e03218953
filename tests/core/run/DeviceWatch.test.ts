import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { DeviceWatch } from "../../../core/run/DeviceWatch.ts"

describe("DeviceWatch", () => {
  const path = process.env["PATH"]
  let folder = ""

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "athanor-devices-"))
    process.env["PATH"] = `${folder}:${path}`
  })
  afterEach(() => {
    process.env["PATH"] = path
    rmSync(folder, { recursive: true, force: true })
  })

  it("tells the use of the devices that an attempt holds, and of no others", async () => {
    const tool = join(folder, "nvidia-smi")
    const told = 'echo "0, GPU-a, 75, 1000"; echo "1, GPU-b, 100, 3000"; echo "2, GPU-c, 0, [N/A]"'
    writeFileSync(tool, `#!/bin/sh\nwhile ${told}; do sleep 0.05; done\n`)
    chmodSync(tool, 0o755)
    const watch = new DeviceWatch()
    const [one, both, neither] = [watch.begin(["0"]), watch.begin(["0", "GPU-b"]), watch.begin(["7"])]
    for (let isSeen = false; !isSeen; ) {
      const end = watch.begin(["1"])
      await new Promise((resolve) => setTimeout(resolve, 100))
      isSeen = end() !== undefined
    }
    assert.deepStrictEqual(one(), { utilization: 0.75, peakMemory: 1000 * 2 ** 20 })
    assert.deepStrictEqual(both(), { utilization: 0.875, peakMemory: 4000 * 2 ** 20 })
    assert.isUndefined(neither())
  })

  it("knows nothing where the tool is missing", async () => {
    process.env["PATH"] = folder
    const watch = new DeviceWatch()
    const end = watch.begin(["0"])
    await new Promise((resolve) => setImmediate(resolve))
    assert.isUndefined(end())
  })
})

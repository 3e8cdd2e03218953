import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { offeredDevices } from "../../../core/run/Devices.ts"

const driver = mkdtempSync(join(tmpdir(), "athanor-driver-"))
for (const address of ["0000:3b:00.0", "0000:af:00.0"]) mkdirSync(join(driver, address))
afterAll(() => rmSync(driver, { recursive: true }))

describe("offeredDevices", () => {
  it.each<readonly [string, string | undefined, NodeJS.ProcessEnv, ReadonlyArray<string>]>([
    ["what is given", "2, 5,2", { PIPELINE_GPUS: "7", CUDA_VISIBLE_DEVICES: "8" }, ["2", "5"]],
    [
      "what the variable says",
      undefined,
      { PIPELINE_GPUS: "GPU-7a,MIG-3", CUDA_VISIBLE_DEVICES: "8" },
      ["GPU-7a", "MIG-3"]
    ],
    ["what was left to this process", undefined, { CUDA_VISIBLE_DEVICES: "1,0" }, ["1", "0"]],
    ["what the driver knows", undefined, {}, ["0", "1"]],
    ["none when told so", "none", {}, []],
    ["none when the variable is empty", undefined, { PIPELINE_GPUS: "" }, []],
    ["none when none was left to this process", undefined, { CUDA_VISIBLE_DEVICES: "-1" }, []]
  ])("are %s", (_, given, environment, expected) => {
    assert.deepStrictEqual(offeredDevices(given, environment, driver), expected)
  })

  it("are none on a machine without the driver", () => {
    assert.deepStrictEqual(offeredDevices(undefined, {}, join(driver, "nowhere")), [])
  })
})

/** How busy the devices of attempts are, as NVIDIA's tool tells once a second; it runs while some attempt holds a device. */
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"

/** What was seen of the devices of an attempt. */
export interface DeviceUse {
  /** Part of the time in which they computed, 0 to 1, the mean over devices and looks. */
  readonly utilization: number
  /** Most memory in use on them together, in bytes. */
  readonly peakMemory: number
}

const TOOL = "nvidia-smi"

const QUERY = ["--query-gpu=index,uuid,utilization.gpu,memory.used", "--format=csv,noheader,nounits", "-lms", "1000"]

/** Looks at the devices with these ids. */
class Look {
  private readonly ids: ReadonlySet<string>
  private readonly memory = new Map<string, number>()
  private looks = 0
  private busy = 0
  private peak = 0

  constructor(ids: ReadonlyArray<string>) {
    this.ids = new Set(ids)
  }

  see(index: string, uuid: string, utilization: number, memory: number): void {
    if (!this.ids.has(index) && !this.ids.has(uuid)) return
    this.looks++
    this.busy += utilization / 100
    this.memory.set(index, memory * 2 ** 20)
    this.peak = Math.max(
      this.peak,
      [...this.memory.values()].reduce((sum, bytes) => sum + bytes, 0)
    )
  }

  /** `undefined` where the attempt was over before anybody looked. */
  get use(): DeviceUse | undefined {
    return this.looks === 0 ? undefined : { utilization: this.busy / this.looks, peakMemory: this.peak }
  }
}

export class DeviceWatch {
  private readonly looks = new Set<Look>()
  private tool: ChildProcess | undefined
  private isMissing = false

  /** Watches devices, by index or by the tool's own name for them, until what is given back is called. */
  begin(ids: ReadonlyArray<string>): () => DeviceUse | undefined {
    const look = new Look(ids)
    this.looks.add(look)
    this.start()
    return () => {
      this.looks.delete(look)
      if (this.looks.size === 0) this.stop()
      return look.use
    }
  }

  private start(): void {
    if (this.tool !== undefined || this.isMissing) return
    const tool = spawn(TOOL, QUERY, { stdio: ["ignore", "pipe", "ignore"] })
    this.tool = tool
    tool.once("error", () => {
      this.isMissing = true
    })
    tool.once("close", () => {
      if (this.tool === tool) this.tool = undefined
    })
    // What it tells keeps nobody waiting.
    tool.unref()
    if (tool.stdout !== null) createInterface({ input: tool.stdout }).on("line", (line) => this.read(line))
    const { stdout } = tool as { readonly stdout: { readonly unref?: () => void } | null }
    stdout?.unref?.()
  }

  private stop(): void {
    this.tool?.kill()
    this.tool = undefined
  }

  /** `0, GPU-5a…, 87, 20111`: per cent, and MiB. */
  private read(line: string): void {
    const [index = "", uuid = "", utilization, memory] = line.split(",").map((part) => part.trim())
    const numbers = [Number(utilization), Number(memory)] as const
    if (!numbers.every((number) => Number.isFinite(number) && number >= 0)) return
    for (const look of this.looks) look.see(index, uuid, ...numbers)
  }
}

/** That of this process. */
export const deviceWatch = new DeviceWatch()

/** The cores and the memory that tasks share. */
import type { Resources } from "../stage/StageType.ts"

/** What one task takes. */
export interface Need {
  readonly cpu: number
  /** Bytes. */
  readonly memory: number
}

const NOTHING: Need = { cpu: 0, memory: 0 }

/** Keeps account of what running tasks take together. */
export class Capacity {
  /** Tasks that take something now. */
  running = 0
  private readonly most: Need
  private cpu = 0
  private memory = 0

  constructor(most: Need) {
    this.most = most
  }

  /** What a task takes. Who asks for more than there is runs alone. */
  need({ cpu, memory }: Resources): Need {
    return { cpu: Math.min(cpu, this.most.cpu), memory: Math.min(memory, this.most.memory) }
  }

  /** Whether there is room for a task beside what runs and what is reserved for others. */
  fits({ cpu, memory }: Need, reserved: Need = NOTHING): boolean {
    if (this.running === 0 && reserved.cpu === 0) return true
    const { most } = this
    return this.cpu + reserved.cpu + cpu <= most.cpu && this.memory + reserved.memory + memory <= most.memory
  }

  take({ cpu, memory }: Need): void {
    this.running++
    this.cpu += cpu
    this.memory += memory
  }

  give({ cpu, memory }: Need): void {
    this.running--
    this.cpu -= cpu
    this.memory -= memory
  }
}

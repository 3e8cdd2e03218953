/** Cores, memory, devices and tokens that tasks share, and who holds them. */
import type { TaskResources } from "../plan/Plan.ts"

/** What there is for all tasks together. */
export interface Offer {
  readonly cpu: number
  /** Bytes. */
  readonly memory: number
  /** Ids of the devices, as `CUDA_VISIBLE_DEVICES` has them. */
  readonly gpus: ReadonlyArray<string>
  /** How many there are of each token. */
  readonly limits: { readonly [token: string]: number }
}

/** What one attempt takes. Equal needs are one object, so that they can be told apart without being compared. */
export interface Need {
  /** Cores, steps of the memory, devices, then each token in the order of the limits. */
  readonly amounts: ReadonlyArray<number>
}

type Amounts = Array<number>

/** Memory is counted in so many steps of what there is, so that there are few different needs however tasks differ. */
const MEMORY_STEPS = 128

/** What a task holds while it runs. */
interface Holding {
  readonly need: Need
  readonly devices: ReadonlyArray<string>
  /** When it is expected to give it back, in milliseconds of the caller's clock. */
  readonly until: number
}

/** When there will be room for a need if all goes as expected, and what is left over then beside it. */
export interface Opening {
  readonly at: number
  readonly left: ReadonlyArray<number>
}

/** Keeps account of what running tasks take together. */
export class Capacity {
  private readonly offer: Offer
  private readonly tokens: ReadonlyArray<string>
  private readonly most: ReadonlyArray<number>
  private readonly held = new Map<number, Holding>()
  private readonly needs = new Map<string, Need>()
  private free: Amounts
  private readonly freeGpus: Array<string>

  constructor(offer: Offer) {
    this.offer = offer
    this.tokens = Object.keys(offer.limits)
    this.most = [offer.cpu, MEMORY_STEPS, offer.gpus.length, ...Object.values(offer.limits)]
    this.free = [...this.most]
    this.freeGpus = [...offer.gpus]
  }

  /** What an attempt takes, the first being 1. Who asks for more cores or memory than there are gets all, and runs alone. */
  need({ cpu, memory, memoryFactor = 1, gpu = 0, tokens = {} }: TaskResources, attempt = 1): Need {
    const { cpu: cores, memory: all } = this.offer
    const share = (memory * memoryFactor ** (attempt - 1)) / all
    const steps = Math.max(0, Math.ceil(MEMORY_STEPS * share - SLACK))
    const isAlone = cpu > cores || steps > MEMORY_STEPS
    const amounts = [
      isAlone ? cores : cpu,
      isAlone ? MEMORY_STEPS : steps,
      gpu,
      ...this.tokens.map((token) => tokens[token] ?? 0)
    ]
    const name = amounts.join(" ")
    const known = this.needs.get(name)
    if (known !== undefined) return known
    const need = { amounts }
    this.needs.set(name, need)
    return need
  }

  /** What a task asks for that there is not, however long it waits: in words; nothing where it can run. */
  lacks({ gpu = 0, tokens = {} }: TaskResources): string | undefined {
    const { gpus, limits } = this.offer
    if (gpu > gpus.length) {
      const there =
        gpus.length === 0 ? "none" : gpus.length === 1 ? `one (${gpus[0]})` : `${gpus.length} (${gpus.join(",")})`
      return `it asks for ${gpu} gpu, and the machine offers ${there}: say which it has with --gpus 0,1 or PIPELINE_GPUS=0,1`
    }
    const scarce = Object.entries(tokens).find(([token, count]) => count > (limits[token] ?? 0))
    if (scarce === undefined) return undefined
    const [token, count] = scarce
    return `it asks for ${count} of "${token}", and there ${limits[token] === 1 ? "is" : "are"} ${limits[token] ?? 0}: say how many with --limit ${token}=${count}`
  }

  /** Whether nothing that takes a core can start now. */
  get isFull(): boolean {
    return (this.free[0] ?? 0) <= 0
  }

  /** Whether there is room for an attempt beside what runs and what is reserved for others. */
  fits({ amounts }: Need, reserved: ReadonlyArray<Need> = []): boolean {
    if (reserved.length === 0) return isWithin(amounts, this.free)
    const free = [...this.free]
    for (const each of reserved) add(free, each.amounts, -1)
    return isWithin(amounts, free)
  }

  /** The cores that a task holds now. */
  coresOf(task: number): number {
    const need = this.held.get(task)?.need
    return need === undefined ? 0 : this.coresIn(need)
  }

  /** The cores that an attempt takes. */
  coresIn({ amounts }: Need): number {
    return amounts[0] ?? 0
  }

  /** The devices that a task has for itself now. */
  devicesOf(task: number): ReadonlyArray<string> {
    return this.held.get(task)?.devices ?? []
  }

  /** Gives an attempt what it needs. There must be room. */
  take(task: number, need: Need, until: number): void {
    add(this.free, need.amounts, -1)
    this.held.set(task, { need, devices: this.freeGpus.splice(0, need.amounts[2]), until })
  }

  /** Lets a task hold what it takes in truth, whether there is room for that or not. */
  raise(task: number, need: Need): void {
    const holding = this.held.get(task)
    if (holding === undefined) return
    add(this.free, holding.need.amounts, 1)
    add(this.free, need.amounts, -1)
    this.held.set(task, { ...holding, need })
  }

  /** Takes back what a task holds; nothing happens when that is nothing. */
  give(task: number): void {
    const holding = this.held.get(task)
    if (holding === undefined) return
    this.held.delete(task)
    this.freeGpus.push(...holding.devices)
    this.freeGpus.sort((a, b) => this.offer.gpus.indexOf(a) - this.offer.gpus.indexOf(b))
    add(this.free, holding.need.amounts, 1)
    // Parts of cores do not add up exactly.
    if (this.held.size === 0) this.free = [...this.most]
  }

  /** When there will be room for an attempt that does not fit now. */
  opening({ amounts }: Need, now: number): Opening {
    const left = [...this.free]
    let at = now
    const ending = [...this.held.values()].sort((a, b) => a.until - b.until)
    for (const { need, until } of ending) {
      if (isWithin(amounts, left)) break
      add(left, need.amounts, 1)
      // Who is late may end at any moment.
      at = Math.max(now, until)
    }
    add(left, amounts, -1)
    return { at, left }
  }
}

const add = (sum: Amounts, amounts: ReadonlyArray<number>, sign: 1 | -1): void => {
  for (let index = 0; index < sum.length; index++) sum[index]! += sign * (amounts[index] ?? 0)
}

/** Parts of cores do not add up exactly. */
const SLACK = 1e-9

/** Whether there is enough of everything. */
export const isWithin = (amounts: ReadonlyArray<number>, free: ReadonlyArray<number>): boolean =>
  amounts.every((amount, index) => amount <= (free[index] ?? 0) + SLACK)

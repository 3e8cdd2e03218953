/**
 * Kills runs of a real study at random instants and at every named step, with a second run and a collector beside them, and
 * looks after each kill at all that is left.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { isDeepStrictEqual } from "node:util"
import { read } from "../../../core/record/Journal.ts"
import { isFlawless } from "../../../core/record/JournalFlaws.ts"
import { Random } from "../Random.ts"
import { descendantsOf, type Ending, kill, type Started, start } from "./processes.ts"
import { expectedFiles, expectedTotal, STUDY } from "./study.ts"

const FAULTY = fileURLToPath(new URL("../pipeline.js", import.meta.url))

/** Milliseconds from the start of a run within which one is killed at random. */
const SPAN = 900

/** Times that each named step is a place to die before chance alone decides. */
const LEAST_PER_STEP = 1

export interface ChaosOptions {
  /** Repeats the choices of another time; not the instants at which the system does what. */
  readonly seed: number
  /** Ends when so many processes were killed… */
  readonly kills: number
  /** …or after so many seconds. */
  readonly seconds: number
  /** Protections that are switched off, to see that this notices. */
  readonly without: ReadonlyArray<string>
  readonly say: (line: string) => void
}

export interface ChaosReport {
  readonly kills: number
  /** Kills at each named step. */
  readonly atSteps: ReadonlyMap<string, number>
  readonly rounds: number
  /** Tasks that were computed, and those that a run found although the one that computed it was killed. */
  readonly computed: number
  /** What must not be. */
  readonly violations: ReadonlyArray<string>
}

/** Runs rounds until there were enough kills, the time is over, or something was wrong. */
export const chaos = async (options: ChaosOptions): Promise<ChaosReport> => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-chaos-"))
  try {
    const test = new Chaos(folder, options)
    await test.prepare()
    await test.run()
    return test.report()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Where a process is to die. */
type Death =
  | { readonly at: "step"; readonly step: string; readonly time: number; readonly command: "run" | "gc" }
  | { readonly at: "instant"; readonly millis: number; readonly who: "orchestrator" | "descendant" }

class Chaos {
  private readonly folder: string
  private readonly options: ChaosOptions
  private readonly random: Random
  /** Steps that a run or a collection reaches, each with the command that does and how often. */
  private steps: ReadonlyArray<{ readonly step: string; readonly times: number; readonly command: "run" | "gc" }> = []
  private readonly atSteps = new Map<string, number>()
  private readonly violations: Array<string> = []
  private kills = 0
  private rounds = 0
  private computed = 0

  constructor(folder: string, options: ChaosOptions) {
    this.folder = folder
    this.options = options
    this.random = new Random(options.seed)
    for (const [file, text] of Object.entries(STUDY)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
  }

  /** Learns which steps there are from a run and a collection that nobody disturbs. */
  async prepare(): Promise<void> {
    const log = join(this.folder, "steps.log")
    const steps: Array<{ step: string; times: number; command: "run" | "gc" }> = []
    for (const command of ["run", "gc"] as const) {
      const { status, stderr } = await this.start(command, 0, { FAULT_LOG: log }, "--older-than=1ms").ended
      if (status !== 0) throw new Error(`undisturbed, it does not even work: ${stderr}`)
      const times = new Map<string, number>()
      for (const step of readLinesOf(log)) times.set(step, (times.get(step) ?? 0) + 1)
      steps.push(...[...times].map(([step, count]) => ({ step, times: count, command })))
      rmSync(log, { force: true })
    }
    this.steps = steps
  }

  async run(): Promise<void> {
    const end = performance.now() + 1000 * this.options.seconds
    while (this.kills < this.options.kills && performance.now() < end && this.violations.length === 0) {
      this.rounds++
      await this.round(this.rounds)
    }
  }

  report(): ChaosReport {
    const { kills, atSteps, rounds, computed, violations } = this
    return { kills, atSteps, rounds, computed, violations }
  }

  /** One kill, or two: then all is looked at, the run is done once more, and all is looked at again. */
  private async round(seed: number): Promise<void> {
    const { random } = this
    const death = this.chooseDeath()
    const what =
      death.at === "step" ? `${death.command} at ${death.step}#${death.time}` : `${death.who} at ${death.millis} ms`
    const beside: Array<Promise<Ending>> = []
    if (random.isLucky(0.5)) beside.push(this.later(random.between(0, 200), "run", seed))
    if (random.isLucky(0.4)) beside.push(this.later(random.between(0, SPAN), "gc", seed))
    const victims = [this.victim(death, seed)]
    if (random.isLucky(0.2)) victims.push(this.victim(this.randomInstant(), seed))
    // A collector is killed while something runs.
    if (death.at === "step" && death.command === "gc") beside.push(this.start("run", seed, {}).ended)
    const endings = await Promise.all(victims)
    for (const { status, stderr } of await Promise.all(beside)) {
      // Where a command was killed, its stage may have failed.
      if (status !== 0 && status !== 1) this.wrong(what, `what ran beside it ended with ${status}: ${stderr}`)
    }
    if (death.at === "step" && endings[0]?.signal === "SIGKILL") {
      this.atSteps.set(death.step, (this.atSteps.get(death.step) ?? 0) + 1)
    }
    this.options.say(`${this.rounds}: ${what}, ${endings.map(({ signal, status }) => signal ?? status).join(" and ")}`)
    this.checkCopies(what, seed)
    await this.checkStore(what)
    await this.complete(what, seed)
  }

  private chooseDeath(): Death {
    const due = this.steps.find(({ step }) => (this.atSteps.get(step) ?? 0) < LEAST_PER_STEP)
    if (due === undefined && this.random.isLucky(0.5)) return this.randomInstant()
    // In turn with those at random instants: a short test has some of both.
    if (due !== undefined && this.rounds % 4 === 0) return this.randomInstant()
    const { step, times, command } = due ?? this.random.of(this.steps)
    return { at: "step", step, time: this.random.between(1, times), command }
  }

  private randomInstant(): Death {
    const who = this.random.isLucky(0.75) ? "orchestrator" : "descendant"
    return { at: "instant", millis: this.random.between(80, SPAN), who }
  }

  private async victim(death: Death, seed: number): Promise<Ending> {
    if (death.at === "step") {
      const started = this.start(death.command, seed, { FAULT_AT: `${death.step}#${death.time}=kill` })
      const ending = await started.ended
      if (ending.signal === "SIGKILL") this.kills++
      return ending
    }
    const started = this.start("run", seed, {})
    await pause(death.millis)
    const { pid } = started.child
    const descendants = death.who === "descendant" && pid !== undefined ? descendantsOf(pid) : []
    const target = descendants.length > 0 ? this.random.of(descendants) : pid
    if (started.child.exitCode === null && kill(target)) this.kills++
    return started.ended
  }

  private async later(millis: number, command: "run" | "gc", seed: number): Promise<Ending> {
    await pause(millis)
    return this.start(command, seed, {}).ended
  }

  /** A round has six runs at most: a collection keeps the results of so many. */
  private start(command: "run" | "gc", seed: number, faults: NodeJS.ProcessEnv, measure = "--keep-last=6"): Started {
    const words =
      command === "run" ? ["run", "chaos.yaml", "-S", `seed=${seed}`, "-j", "2"] : ["cache", "gc", "--apply", measure]
    return this.command(words, faults)
  }

  private command(words: ReadonlyArray<string>, faults: NodeJS.ProcessEnv = {}): Started {
    const env = { ...process.env, NO_COLOR: "1", FAULT_OFF: this.options.without.join(","), ...faults }
    return start(FAULTY, words, { cwd: this.folder, env })
  }

  /** Files copied out of the store are whole: those of this round, or those of one before. */
  private checkCopies(what: string, latest: number): void {
    const seeds = Array.from({ length: latest + 1 }, (_, index) => latest - index)
    const total = this.copyOf("total.json")
    if (total !== undefined && !seeds.some((seed) => isDeepStrictEqual(parsed(total), expectedTotal(seed)))) {
      this.wrong(what, `total.json is ${JSON.stringify(total)}`)
    }
    for (const file of expectedFiles(0).keys()) {
      const text = this.copyOf(file)
      if (text !== undefined && !seeds.some((seed) => text === expectedFiles(seed).get(file))) {
        this.wrong(what, `${file} is ${JSON.stringify(text.slice(0, 80))} (${text.length} characters)`)
      }
    }
  }

  /** Every byte of the store is as it was written, and every object is there that a result names. */
  private async checkStore(what: string): Promise<void> {
    const { status, stdout, stderr } = await this.command(["cache", "verify", "--json"]).ended
    if (status !== 0) this.wrong(what, `cache verify ended with ${status}: ${stdout}${stderr}`)
  }

  /** The run is done to its end: with the right results, and without what had been finished. */
  private async complete(what: string, seed: number): Promise<void> {
    const { status, stderr } = await this.start("run", seed, {}).ended
    if (status !== 0) this.wrong(what, `the next run ended with ${status}: ${stderr}`)
    const total = this.copyOf("total.json")
    if (total === undefined || !isDeepStrictEqual(parsed(total), expectedTotal(seed))) {
      this.wrong(what, `after the next run total.json is ${JSON.stringify(total)}`)
    }
    for (const [file, text] of expectedFiles(seed)) {
      if (this.copyOf(file) !== text) this.wrong(what, `after the next run ${file} is wrong or missing`)
    }
    const again = await this.command(["run", "chaos.yaml", "-S", `seed=${seed}`, "--json"]).ended
    const { counts } = (parsed(again.stdout) ?? {}) as { readonly counts?: { readonly ran: number } }
    if (counts?.ran !== 0) this.wrong(what, `a run of what was done computed ${counts?.ran}: ${again.stderr}`)
    this.checkJournals(what, seed)
    await this.checkStore(`${what}, mended`)
  }

  /** Nothing that a journal calls finished was computed another time. */
  private checkJournals(what: string, seed: number): void {
    const finished = new Map<string, number>()
    const runs = join(this.folder, "artifacts-cache/runs")
    for (const run of readdirSync(runs)) {
      const file = join(runs, run, "journal.jsonl")
      const { entries, flaws } = read(existsSync(file) ? readFileSync(file) : new Uint8Array())
      if (!isFlawless(flaws)) this.wrong(what, `the journal of ${run} is damaged`)
      const [first] = entries
      if (first?.event._tag !== "RunStarted" || first.event.params["seed"] !== seed) continue
      for (const { event } of entries) {
        if (event._tag === "TaskFinished") finished.set(event.task, (finished.get(event.task) ?? 0) + 1)
      }
    }
    for (const [task, times] of finished) {
      this.computed++
      if (times > 1) this.wrong(what, `${task} was finished ${times} times`)
    }
  }

  private copyOf(file: string): string | undefined {
    const path = join(this.folder, "reports/chaos", file)
    return existsSync(path) ? readFileSync(path, "utf8") : undefined
  }

  private wrong(what: string, fault: string): void {
    this.violations.push(`round ${this.rounds} (${what}): ${fault}`)
  }
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const readLinesOf = (file: string): ReadonlyArray<string> =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : []

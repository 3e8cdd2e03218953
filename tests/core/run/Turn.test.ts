/** Who starts when: decisions by hand, and laws in a simulation whose clock is a number. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import type { TaskResources } from "../../../core/plan/Plan.ts"
import { Capacity, type Need } from "../../../core/run/Capacity.ts"
import { makeReadyQueue } from "../../../core/run/ready-queue.ts"
import { Turn } from "../../../core/run/Turn.ts"

const CORES = 4

const offer = { cpu: CORES, memory: 100, gpus: ["0"], limits: { seat: 1 } }

const needIn = (capacity: Capacity, resources: Partial<TaskResources>): Need =>
  capacity.need({ cpu: 1, memory: 0, ...resources })

const at = (need: Need, duration: number) => ({ need, duration, reserved: [] })

describe("Turn", () => {
  /** Two of four cores are held until 100, one until 50. */
  const busy = () => {
    const capacity = new Capacity(offer)
    capacity.take(0, needIn(capacity, { cpu: 2 }), 100)
    capacity.take(1, needIn(capacity, { cpu: 1 }), 50)
    return capacity
  }

  it("lets nobody go before a more urgent task whom that would delay", () => {
    const capacity = busy()
    const turn = new Turn(capacity, 0)
    assert.isFalse(turn.mayStart(at(needIn(capacity, { cpu: 4 }), 10)))
    assert.isFalse(turn.mayStart(at(needIn(capacity, { cpu: 1 }), 101)))
  })

  it("lets those go before it that are done when there is room for it", () => {
    const capacity = busy()
    const turn = new Turn(capacity, 0)
    assert.isFalse(turn.mayStart(at(needIn(capacity, { cpu: 4 }), 10)))
    assert.isTrue(turn.mayStart(at(needIn(capacity, { cpu: 1 }), 100)))
  })

  it("and those that fit beside it, however long they take", () => {
    const capacity = busy()
    const turn = new Turn(capacity, 0)
    // At 100 there are four cores free.
    assert.isFalse(turn.mayStart(at(needIn(capacity, { cpu: 3 }), 10)))
    assert.isTrue(turn.mayStart(at(needIn(capacity, { cpu: 1 }), 1e9)))
  })

  it("looks at every waiting task, not at the first alone", () => {
    const capacity = busy()
    capacity.take(2, needIn(capacity, { cpu: 0.5, gpu: 1 }), 1e6)
    const turn = new Turn(capacity, 0)
    assert.isFalse(turn.mayStart(at(needIn(capacity, { cpu: 0.5, gpu: 1 }), 10)))
    assert.isFalse(turn.mayStart(at(needIn(capacity, { cpu: 3.5 }), 10)))
    assert.isFalse(turn.mayStart(at(needIn(capacity, { cpu: 0.5 }), 101)))
    assert.isTrue(turn.mayStart(at(needIn(capacity, { cpu: 0.25 }), 99)))
  })

  it("does not hold up what needs nothing that is scarce", () => {
    const capacity = new Capacity(offer)
    capacity.take(0, needIn(capacity, { tokens: { seat: 1 } }), 1e6)
    const turn = new Turn(capacity, 0)
    assert.isFalse(turn.mayStart(at(needIn(capacity, { tokens: { seat: 1 } }), 10)))
    assert.isTrue(turn.mayStart(at(needIn(capacity, { cpu: 2 }), 1e9)))
  })

  it("lets nothing go before a task when those that it waits for are late", () => {
    const capacity = busy()
    const turn = new Turn(capacity, 200)
    assert.isFalse(turn.mayStart(at(needIn(capacity, { cpu: 4 }), 10)))
    assert.isFalse(turn.mayStart(at(needIn(capacity, { cpu: 1 }), 1)))
  })
})

interface SimulatedTask {
  readonly resources: TaskResources
  readonly arrives: number
  readonly urgency: number
  readonly expected: number
  readonly takes: number
}

/** Starts of all tasks, and since when each was the most urgent of those that waited. */
const simulate = (tasks: ReadonlyArray<SimulatedTask>) => {
  const capacity = new Capacity(offer)
  const needOf = (task: number): Need => capacity.need(tasks[task]!.resources)
  const urgency = (task: number): number => tasks[task]!.urgency
  const ready = makeReadyQueue({ urgency, need: needOf })
  const waiting = new Set<number>()
  const running = new Map<number, number>()
  const starts = new Map<number, number>()
  const firstSince = new Map<number, number>()
  const arrivals = tasks.map(({ arrives }, task) => ({ arrives, task })).sort((a, b) => a.arrives - b.arrives)
  for (let now = 0; starts.size < tasks.length; ) {
    for (; arrivals[0] !== undefined && arrivals[0].arrives <= now; arrivals.shift()) {
      ready.push(arrivals[0].task)
      waiting.add(arrivals[0].task)
    }
    for (const [task, end] of running) {
      if (end > now) continue
      running.delete(task)
      capacity.give(task)
    }
    for (;;) {
      const turn = new Turn(capacity, now)
      const task = ready.take(
        (each) => turn.mayStart(at(needOf(each), tasks[each]!.expected)),
        (each) => capacity.fits(needOf(each))
      )
      if (task === undefined) break
      assert.isTrue(capacity.fits(needOf(task)))
      capacity.take(task, needOf(task), now + tasks[task]!.expected)
      running.set(task, now + tasks[task]!.takes)
      starts.set(task, now)
      waiting.delete(task)
    }
    const first = [...waiting].sort((a, b) => urgency(b) - urgency(a) || a - b)[0]
    if (first !== undefined && !firstSince.has(first)) firstSince.set(first, now)
    now = Math.min(...running.values(), arrivals[0]?.arrives ?? Number.POSITIVE_INFINITY)
    if (now === Number.POSITIVE_INFINITY && starts.size < tasks.length) return undefined
  }
  return { starts, firstSince }
}

const Digits = Schema.Literals([1, 2, 3, 4, 5, 6, 7, 8, 9])

const Tasks = Schema.Array(
  Schema.Struct({
    cpu: Schema.Literals([0.5, 1, 2, 3, 4, 9]),
    memory: Schema.Literals([0, 30, 60, 200]),
    gpu: Schema.Literals([0, 0, 1]),
    seat: Schema.Literals([0, 0, 1]),
    arrives: Schema.Literals([0, 0, 1, 3, 7, 20]),
    urgency: Digits,
    expected: Digits,
    takes: Digits
  })
).check(Schema.isMaxLength(30))

const tasksOf = (drawn: (typeof Tasks)["Type"], isExact: boolean): ReadonlyArray<SimulatedTask> =>
  drawn.map(({ cpu, memory, gpu, seat, arrives, urgency, expected, takes }) => ({
    resources: { cpu, memory, gpu, tokens: seat === 0 ? {} : { seat } },
    arrives,
    // No two tasks are equally urgent: who arrives later does not become the first by its number.
    urgency,
    expected: isExact ? takes : expected,
    takes
  }))

describe("a schedule of turns", () => {
  it.prop(
    "starts every task, and the first of those that wait after what is expected of others, and what they really take",
    { drawn: Tasks },
    ({ drawn }) => {
      const tasks = tasksOf(drawn, false)
      const schedule = simulate(tasks)
      if (schedule === undefined) return false
      const longest = (of: (task: SimulatedTask) => number): number => Math.max(0, ...tasks.map(of))
      const bound = longest(({ expected }) => expected) + longest(({ takes }) => takes)
      return [...schedule.firstSince].every(([task, since]) => {
        // Only while nobody more urgent has come.
        const isOvertaken = tasks.some(
          ({ arrives, urgency }, other) => other !== task && arrives > since && urgency >= tasks[task]!.urgency
        )
        return isOvertaken || (schedule.starts.get(task) ?? Number.NaN) - since <= bound
      })
    },
    { arbitrary: { runs: 400 } }
  )

  it.prop(
    "when all take as long as expected: starts the first of those that wait when the last that runs ends, or before",
    { drawn: Tasks },
    ({ drawn }) => {
      const tasks = tasksOf(drawn, true)
      const schedule = simulate(tasks)
      if (schedule === undefined) return false
      return [...schedule.firstSince].every(([task, since]) => {
        const isOvertaken = tasks.some(
          ({ arrives, urgency }, other) => other !== task && arrives > since && urgency >= tasks[task]!.urgency
        )
        const ends = [...schedule.starts].flatMap(([other, start]) =>
          other !== task && start <= since ? [start + tasks[other]!.takes] : []
        )
        return isOvertaken || (schedule.starts.get(task) ?? Number.NaN) <= Math.max(since, ...ends)
      })
    },
    { arbitrary: { runs: 400 } }
  )

  it("does not starve a large task by a stream of small ones", () => {
    const small = { resources: { cpu: 1, memory: 0 }, urgency: 1, expected: 5, takes: 5 }
    const stream = Array.from({ length: 200 }, (_, index) => ({ ...small, arrives: index }))
    const large = { resources: { cpu: CORES, memory: 0 }, arrives: 10, urgency: 2, expected: 5, takes: 5 }
    const schedule = simulate([large, ...stream])
    assert.isAtMost(schedule?.starts.get(0) ?? Number.NaN, 15)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Capacity, type Offer } from "../../../core/run/Capacity.ts"

const GIB = 2 ** 30

const offer = (more: Partial<Offer> = {}): Offer => ({ cpu: 2, memory: 4 * GIB, gpus: [], limits: {}, ...more })

describe("Capacity", () => {
  it("has room until cores or memory are used up", () => {
    const capacity = new Capacity(offer())
    const small = capacity.need({ cpu: 1, memory: GIB })
    const large = capacity.need({ cpu: 1, memory: 4 * GIB })
    capacity.take(1, small, 0)
    assert.isTrue(capacity.fits(small))
    assert.isFalse(capacity.fits(large))
    capacity.take(2, small, 0)
    assert.isFalse(capacity.fits(small))
    assert.isTrue(capacity.isFull)
    capacity.give(1)
    capacity.give(1)
    assert.isTrue(capacity.fits(small))
    assert.isFalse(capacity.fits(large))
  })

  it("keeps account of what takes more than it had asked for", () => {
    const capacity = new Capacity(offer())
    const part = capacity.need({ cpu: 0.25, memory: 0 })
    const whole = capacity.need({ cpu: 1, memory: 0 })
    for (const task of [1, 2, 3, 4, 5]) capacity.take(task, part, 0)
    for (const task of [1, 2]) capacity.raise(task, whole)
    capacity.raise(9, whole)
    assert.isFalse(capacity.fits(part))
    capacity.give(1)
    assert.isTrue(capacity.fits(part))
    assert.isFalse(capacity.fits(whole))
  })

  it.each([
    ["cores", { cpu: 64, memory: 0 }],
    ["memory", { cpu: 1, memory: 64 * GIB }]
  ])("lets who asks for more %s than there are run alone", (_, resources) => {
    const capacity = new Capacity(offer())
    const huge = capacity.need(resources)
    assert.isTrue(capacity.fits(huge))
    capacity.take(0, huge, 0)
    assert.isFalse(capacity.fits(capacity.need({ cpu: 0.001, memory: 0 })))
  })

  it("gives all it has again and again, although parts of cores do not add up exactly", () => {
    const capacity = new Capacity(offer({ cpu: 1 }))
    const tenth = capacity.need({ cpu: 0.1, memory: 0 })
    for (let round = 0; round < 3; round++) {
      for (let task = 0; task < 10; task++) {
        assert.isTrue(capacity.fits(tenth))
        capacity.take(task, tenth, 0)
      }
      assert.isFalse(capacity.fits(tenth))
      for (let task = 0; task < 10; task++) capacity.give(task)
    }
  })

  it("counts more memory for each further attempt, where a task says so", () => {
    const capacity = new Capacity(offer())
    const growing = { cpu: 1, memory: GIB, memoryFactor: 2 }
    assert.deepStrictEqual(
      [1, 2, 3, 4].map((attempt) => capacity.need(growing, attempt).amounts.slice(0, 2)),
      [
        [1, 32],
        [1, 64],
        [1, 128],
        // More than there is: it runs alone.
        [2, 128]
      ]
    )
    assert.deepStrictEqual(capacity.need({ cpu: 1, memory: GIB }, 4).amounts.slice(0, 2), [1, 32])
  })

  it("counts memory in steps of what there is, rounded up, so that few needs differ", () => {
    const capacity = new Capacity(offer({ memory: 1280 }))
    const steps = [0, 1, 10, 11, 640, 1279, 1280].map((memory) => capacity.need({ cpu: 1, memory }).amounts[1])
    assert.deepStrictEqual(steps, [0, 1, 1, 2, 64, 128, 128])
  })

  it("has one object for equal needs", () => {
    const capacity = new Capacity(offer({ limits: { seats: 2 } }))
    const need = () => capacity.need({ cpu: 1, memory: 5, tokens: { seats: 1 } })
    assert.strictEqual(need(), need())
    assert.notStrictEqual(need(), capacity.need({ cpu: 1, memory: 5 }))
  })

  it("gives each task devices of its own, and takes them back", () => {
    const capacity = new Capacity(offer({ cpu: 8, gpus: ["3", "GPU-a", "1"] }))
    const [one, two] = [1, 2].map((gpu) => capacity.need({ cpu: 1, memory: 0, gpu }))
    capacity.take(0, one!, 0)
    capacity.take(1, two!, 0)
    assert.deepStrictEqual([capacity.devicesOf(0), capacity.devicesOf(1)], [["3"], ["GPU-a", "1"]])
    assert.isFalse(capacity.fits(one!))
    capacity.give(1)
    capacity.give(0)
    assert.deepStrictEqual(capacity.devicesOf(0), [])
    capacity.take(2, two!, 0)
    assert.deepStrictEqual(capacity.devicesOf(2), ["3", "GPU-a"])
    assert.deepStrictEqual(capacity.devicesOf(9), [])
  })

  it("counts each token on its own", () => {
    const capacity = new Capacity(offer({ cpu: 8, limits: { licence: 1, seats: 3 } }))
    const licence = capacity.need({ cpu: 1, memory: 0, tokens: { licence: 1 } })
    const seats = capacity.need({ cpu: 1, memory: 0, tokens: { seats: 2 } })
    capacity.take(0, licence, 0)
    assert.isFalse(capacity.fits(licence))
    assert.isTrue(capacity.fits(seats))
    capacity.take(1, seats, 0)
    assert.isFalse(capacity.fits(seats))
  })

  it("keeps what is reserved for others", () => {
    const capacity = new Capacity(offer({ cpu: 3 }))
    const one = capacity.need({ cpu: 1, memory: 0 })
    const two = capacity.need({ cpu: 2, memory: 0 })
    assert.isTrue(capacity.fits(two, [one]))
    assert.isFalse(capacity.fits(two, [one, one]))
  })

  it.each([
    [
      { gpu: 1 },
      "it asks for 1 gpu, and the machine offers none: say which it has with --gpus 0,1 or PIPELINE_GPUS=0,1"
    ],
    [{ tokens: { licence: 3 } }, 'it asks for 3 of "licence", and there are 2: say how many with --limit licence=3'],
    [{ tokens: { licence: 2 } }, undefined],
    [{ cpu: 99 }, undefined]
  ])("says what there is not, however long one waits: %j", (resources, words) => {
    const capacity = new Capacity(offer({ limits: { licence: 2 } }))
    assert.strictEqual(capacity.lacks({ cpu: 1, memory: 0, ...resources }), words)
  })

  it("foresees when there is room, and what is left over then", () => {
    const capacity = new Capacity(offer({ cpu: 4, memory: 128 }))
    const need = (cpu: number) => capacity.need({ cpu, memory: 10 })
    capacity.take(0, need(1), 500)
    capacity.take(1, need(2), 300)
    capacity.take(2, need(1), 900)
    assert.deepStrictEqual(capacity.opening(need(3), 100), { at: 500, left: [0, 108, 0] })
    // Who is late may end at any moment.
    assert.deepStrictEqual(capacity.opening(need(3), 700), { at: 700, left: [0, 108, 0] })
    assert.deepStrictEqual(capacity.opening(need(1), 100), { at: 300, left: [1, 98, 0] })
  })
})

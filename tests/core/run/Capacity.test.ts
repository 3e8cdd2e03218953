import { assert, describe, it } from "@effect/vitest"
import { Capacity } from "../../../core/run/Capacity.ts"

const GIB = 2 ** 30

describe("Capacity", () => {
  it("has room until cores or memory are used up", () => {
    const capacity = new Capacity({ cpu: 2, memory: 4 * GIB })
    const small = capacity.need({ cpu: 1, memory: GIB })
    const large = capacity.need({ cpu: 1, memory: 4 * GIB })
    capacity.take(small)
    assert.isTrue(capacity.fits(small))
    assert.isFalse(capacity.fits(large))
    capacity.take(small)
    assert.isFalse(capacity.fits(small))
    capacity.give(small)
    assert.isTrue(capacity.fits(small))
  })

  it("lets who asks for more than there is run alone", () => {
    const capacity = new Capacity({ cpu: 2, memory: GIB })
    const huge = capacity.need({ cpu: 64, memory: 64 * GIB })
    assert.isTrue(capacity.fits(huge))
    capacity.take(huge)
    assert.isFalse(capacity.fits(capacity.need({ cpu: 1, memory: 0 })))
  })
})

import { assert, describe, it } from "@effect/vitest"
import { FLAWLESS, flawsText } from "../../../core/record/JournalFlaws.ts"

describe("flawsText", () => {
  it("says nothing of a journal that is as it was written", () => {
    assert.strictEqual(flawsText("brave-euler", FLAWLESS), undefined)
  })

  it("says in one line what is lost, and tells damage from what is only newer", () => {
    assert.strictEqual(
      flawsText("brave-euler", { damaged: 2, missing: 1, unknown: 0 }),
      "the journal of run brave-euler is damaged: 2 lines not as written, 1 line missing; what is told of the run may lack something"
    )
    assert.strictEqual(
      flawsText("brave-euler", { damaged: 0, missing: 0, unknown: 1 }),
      "the journal of run brave-euler tells more than this version reads: 1 line of a newer version left out; what is told of the run may lack something"
    )
  })
})

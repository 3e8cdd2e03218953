/** Which devices a stage has for itself while it runs. */
import { Context } from "effect"

/**
 * Ids of the devices of the current attempt, as many as `resources: { gpu: N }` asks for, in the spelling of
 * `CUDA_VISIBLE_DEVICES`; none where none was asked for, and outside of a run.
 *
 * They are never part of a key: a result must not depend on which of several devices computed it.
 */
export const Assigned = Context.Reference<ReadonlyArray<string>>("athanor/stage/Device", { defaultValue: () => [] })

/** Tells a run that goes on from one that has died: neither has an end in its journal. */
import { Effect } from "effect"
import { isHeld } from "../store/Lease.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import type { RunState } from "./RunState.ts"

/** Whether the process that began a run lives. */
export const hasHolder = ({ started }: Pick<RunState, "started">) =>
  Effect.map(StoreRoot, ({ locks }) => started?.holder !== undefined && isHeld(locks, started.holder))

/** The services that commands use, composed here and nowhere deeper. */
import { Effect, Layer } from "effect"
import { installModuleHook } from "../code/module-hook.ts"
import { StageCode } from "../code/StageCode.ts"
import { Catalogue } from "../record/Catalogue.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { Host } from "../run/Host.ts"
import * as WorkerPool from "../run/WorkerPool.ts"
import * as Store from "../store/Store.ts"
import { cacheFolder, indexFile } from "./Settings.ts"

/** The store on disk with the history of its runs. */
export const storeLayer = Layer.mergeAll(RunHistory.layer, Catalogue.layer).pipe(
  Layer.provideMerge(Layer.suspend(() => Store.layer(cacheFolder(), { index: indexFile() })))
)

/** The store, and the code of stage types. */
export const planningLayer = Layer.unwrap(
  Effect.map(Host, ({ contract, effectModule }) => {
    installModuleHook({ effectModule })
    return StageCode.layer(contract)
  })
).pipe(Layer.provideMerge(storeLayer))

/** All that is needed to run a plan. */
export const runLayer = Layer.unwrap(
  Effect.map(Host, ({ effectModule, workerModule }) => WorkerPool.layer({ effectModule, workerModule }))
).pipe(Layer.provideMerge(planningLayer))

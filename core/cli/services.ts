/** The services that commands use, composed here and nowhere deeper. */
import { fileURLToPath } from "node:url"
import { Effect, Layer } from "effect"
import { CommandCode } from "../code/CommandCode.ts"
import { installModuleHook } from "../code/module-hook.ts"
import { StageCode } from "../code/StageCode.ts"
import { Catalogue } from "../record/Catalogue.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { CommandRunner } from "../run/CommandRunner.ts"
import { Host } from "../run/Host.ts"
import * as LocalExecutor from "../run/LocalExecutor.ts"
import { ProcessHost } from "../run/ProcessHost.ts"
import { WorkerPool } from "../run/WorkerPool.ts"
import { ObjectStore } from "../store/ObjectStore.ts"
import * as Store from "../store/Store.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { checkSettings } from "./check-settings.ts"
import { cacheFolder, indexFile } from "./Settings.ts"

const openStore = (access: "read" | "prepare" | "write") =>
  RunHistory.layer.pipe(
    Layer.provideMerge(
      Layer.unwrap(Effect.map(checkSettings, () => Store.layer(cacheFolder(), { index: indexFile(), access })))
    )
  )

const stageCode = Layer.unwrap(
  Effect.map(Host, ({ contract, effectModule }) => {
    installModuleHook({ effectModule })
    return Layer.mergeAll(StageCode.layer(contract), CommandCode.layer)
  })
)

/** The store with the history of its runs, to be read: none is made where none is. */
export const storeLayer = openStore("read")

/** The same with the catalogue. */
export const catalogueLayer = Catalogue.layer.pipe(Layer.provideMerge(storeLayer))

/** The store and its catalogue, to be changed. */
export const collectingLayer = Catalogue.layer.pipe(Layer.provideMerge(openStore("write")))

/** The history of runs alone: it does without the index of results. */
export const historyLayer = RunHistory.layer.pipe(
  Layer.provide(Layer.suspend(() => StoreRoot.layer(cacheFolder(), { access: "read" })))
)

/** The store, to be read, and the code of stage types. */
export const planningLayer = stageCode.pipe(Layer.provideMerge(storeLayer))

/** The same, with a store for the run that is being prepared, where one can be made. */
export const preparingLayer = stageCode.pipe(Layer.provideMerge(openStore("prepare")))

/** The code of stage types alone, for commands to which a store only saves work. */
export const codeLayer = stageCode.pipe(
  Layer.provide(ObjectStore.layer),
  Layer.provide(Layer.suspend(() => StoreRoot.layer(cacheFolder(), { access: "optional" })))
)

const localExecutor = Layer.unwrap(
  Effect.map(Host, ({ effectModule, helperModule, hostModule, processModule, workerModule }) =>
    Layer.provide(LocalExecutor.layer, [
      WorkerPool.layer({
        effectModule,
        helperModule,
        processModule,
        workerModule,
        program: fileURLToPath(new URL(".", processModule))
      }),
      CommandRunner.layer
    ]).pipe(Layer.provide(ProcessHost.layer({ hostModule })))
  )
)

/** The store, to be read, and what executes attempts. */
export const executorLayer = localExecutor.pipe(Layer.provideMerge(storeLayer))

/** The same, to be written. */
export const repairLayer = localExecutor.pipe(Layer.provideMerge(openStore("write")))

const running = (access: "read" | "write") =>
  localExecutor.pipe(
    Layer.provideMerge(Layer.mergeAll(stageCode, Catalogue.layer)),
    Layer.provideMerge(openStore(access))
  )

/** All that is needed to run a plan. */
export const runLayer = running("write")

/** The same where the store cannot be written: for a plan whose results are all there. */
export const cachedRunLayer = running("read")

/** `pipeline cache …`: the commands that look after the store. The code of each comes with its first use. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { count, flag, json, text } from "./flags.ts"
import { handle } from "./handle.ts"

const cacheVerify = Command.make(
  "verify",
  {
    targets: Argument.String("stage").pipe(
      Argument.withDescription("Make only results of these stages or tasks again"),
      Argument.variadic()
    ),
    rerun: count("rerun").pipe(Flag.withDescription("Make so many results again, and compare"), Flag.optional),
    all: flag("all").pipe(Flag.withDescription("Make all of them again")),
    seed: Flag.Int("seed").pipe(Flag.withDescription("Choose those that were chosen before"), Flag.optional),
    repair: flag("repair").pipe(Flag.withDescription("Compute again what damaged results lack, or end them")),
    json
  },
  (input) => handle(import("./cache-verify.ts"), ({ cacheVerify }) => cacheVerify(input))
).pipe(Command.withDescription("Find damage in the store, and stages that do not give the same twice"))

const cacheStats = Command.make("stats", { json }, (input) =>
  handle(import("./cache-stats.ts"), ({ cacheStats }) => cacheStats(input))
).pipe(Command.withDescription("Say how much the store holds"))

const cacheGc = Command.make(
  "gc",
  {
    apply: flag("apply").pipe(Flag.withDescription("Remove it; without this, only say what would go")),
    dryRun: flag("dry-run").pipe(
      Flag.withAlias("n"),
      Flag.withDescription("Only say what would go, as without --apply")
    ),
    olderThan: text("older-than", "Also results that were made longer ago: 30d"),
    unusedFor: text("unused-for", "Also results that no run has made or found for so long: 30d"),
    maxSize: text("max-size", "Also what was used longest ago, until the results that stay take no more: 20GB"),
    keepLast: count("keep-last").pipe(
      Flag.withDescription("Keep the results of the last so many runs of each pipeline; alone: only those"),
      Flag.optional
    ),
    runs: flag("runs").pipe(Flag.withDescription("Also runs themselves, by the same measures")),
    why: text("why", "Say what needs an object or artifact: the start of its digest"),
    json
  },
  (input) => handle(import("./cache-gc.ts"), ({ cacheGc }) => cacheGc(input))
).pipe(Command.withDescription("Remove what the store need not keep"))

const pinName = Argument.String("name").pipe(Argument.withDescription("The name of the pin: paper"))

const cachePin = Command.make(
  "pin",
  {
    name: pinName,
    reference: Argument.String("ref").pipe(
      Argument.withDescription("A run (latest, an id, its end), or an artifact: run:stage.port, or a digest")
    ),
    force: flag("force").pipe(Flag.withDescription("Take the name from what it means now"))
  },
  (input) => handle(import("./cache-pin.ts"), ({ pin }) => pin(input))
).pipe(Command.withDescription("Keep a run or an artifact, whatever gc is asked to remove"))

const cacheUnpin = Command.make("unpin", { name: pinName }, (input) =>
  handle(import("./cache-pin.ts"), ({ unpin }) => unpin(input))
).pipe(Command.withDescription("Take a pin away"))

const cachePins = Command.make("pins", { json }, (input) =>
  handle(import("./cache-pin.ts"), ({ pins }) => pins(input))
).pipe(Command.withDescription("List what is pinned"))

/** All of them. */
export const cache = Command.make("cache").pipe(
  Command.withDescription("Look after the store"),
  Command.withSubcommands([cacheStats, cacheGc, cachePin, cacheUnpin, cachePins, cacheVerify])
)

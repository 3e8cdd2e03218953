/** `pipeline schedule …`: runs that start by themselves. The code of each command comes with its first use. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { count, flag, json, text } from "./flags.ts"
import { handle } from "./handle.ts"

const places = Argument.String("file").pipe(
  Argument.withDescription("Pipeline files, or folders of them; pipelines/ or this folder when left out"),
  Argument.variadic()
)

const serve = Command.make(
  "serve",
  {
    places,
    once: flag("once").pipe(Flag.withDescription("Start what is due, wait for it, and end: for cron and its like"))
  },
  (input) => handle(import("./schedule-serve.ts"), ({ serveSchedules }) => serveSchedules(input))
).pipe(Command.withDescription("Start runs when their time has come, until it is ended"))

const list = Command.make("list", { places, json }, (input) =>
  handle(import("./schedule-list.ts"), ({ listSchedules }) => listSchedules(input))
).pipe(Command.withDescription("List schedules: what they say, when they come next, what came of them last"))

const next = Command.make(
  "next",
  {
    places,
    number: count("number").pipe(
      Flag.withAlias("n"),
      Flag.withDescription("How many times; 10 unless asked"),
      Flag.withDefault(10)
    ),
    json
  },
  (input) => handle(import("./schedule-next.ts"), ({ nextTicks }) => nextTicks(input))
).pipe(Command.withDescription("Say what will run when"))

const history = Command.make(
  "history",
  {
    schedule: Argument.String("schedule").pipe(Argument.withDescription("Only this schedule"), Argument.optional),
    limit: count("limit").pipe(Flag.withDescription("At most so many; 20 unless asked"), Flag.withDefault(20)),
    json
  },
  (input) => handle(import("./schedule-history.ts"), ({ tickHistory }) => tickHistory(input))
).pipe(Command.withDescription("Say what became of each time, the latest first"))

const run = Command.make(
  "run",
  {
    schedule: Argument.String("schedule").pipe(Argument.withDescription("As list has it: ntk-study/weekly")),
    places
  },
  (input) => handle(import("./schedule-run.ts"), ({ runSchedule }) => runSchedule(input))
).pipe(Command.withDescription("Run a schedule now: compared and told like a time that has come"))

const exported = Command.make(
  "export",
  {
    places,
    format: Flag.Literals("format", ["systemd", "crontab", "k8s", "github"]).pipe(
      Flag.withDescription("What is to start the runs in place of serve")
    ),
    out: text("out", "Write the files into this folder, and print their names")
  },
  (input) => handle(import("./schedule-export.ts"), ({ exportSchedules }) => exportSchedules(input))
).pipe(Command.withDescription("Write schedules down for another program, each with what that cannot do"))

/** All of them. */
export const schedule = Command.make("schedule").pipe(
  Command.withDescription("Have runs start by themselves"),
  Command.withSubcommands([serve, list, next, history, run, exported])
)

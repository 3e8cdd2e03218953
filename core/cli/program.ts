/** The command line: loads what parsing and help need; each command's own code comes with its first use. */
import * as Argument from "effect/cli/Argument"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"
import { SECTIONS } from "../explain/sections.ts"
import { cache } from "./cache-commands.ts"
import { EXIT } from "./exit-status.ts"
import { count, flag, json, text } from "./flags.ts"
import { handle } from "./handle.ts"
import { schedule } from "./schedule-commands.ts"
import { setApartValues } from "./set-apart-values.ts"
import { usagePresenter } from "./usage-presenter.ts"

const file = Argument.String("file").pipe(Argument.withDescription("Pipeline file, YAML"))

const choices = {
  file,
  profile: Flag.String("profile").pipe(
    Flag.withAlias("p"),
    Flag.withDescription("Named set of parameters of the file"),
    Flag.optional
  ),
  set: Flag.KeyValuePair("set").pipe(
    Flag.withAlias("S"),
    Flag.withDescription("Override a parameter: -S inits=11"),
    Flag.withDefault({})
  ),
  params: Flag.String("params").pipe(Flag.withDescription("YAML file of parameters"), Flag.atLeast(0))
}

const stageArguments = Argument.String("stage").pipe(
  Argument.withDescription("Only these stages, and what they need"),
  Argument.variadic()
)

const run = Command.make(
  "run",
  {
    ...choices,
    targets: stageArguments,
    dryRun: flag("dry-run").pipe(Flag.withAlias("n"), Flag.withDescription("Say what would run, like plan")),
    jobs: count("jobs").pipe(Flag.withAlias("j"), Flag.withDescription("Cores to use"), Flag.optional),
    gpus: Flag.String("gpus").pipe(
      Flag.withDescription("Devices that stages may have: --gpus 0,1, or none"),
      Flag.optional
    ),
    limit: Flag.KeyValuePair("limit").pipe(
      Flag.withDescription("How many there are of one of the file's limits: --limit licence=2"),
      Flag.withDefault({})
    ),
    keepGoing: flag("keep-going").pipe(
      Flag.withAlias("k"),
      Flag.withDescription("Go on with what does not need a failed stage")
    ),
    force: Flag.String("force").pipe(
      Flag.withAlias("f"),
      Flag.withDescription("Compute a stage anew, cached or not"),
      Flag.atLeast(0)
    ),
    recompute: text("recompute", "Compute anew what is cached: all, or so many tasks chosen at random"),
    check: flag("check").pipe(Flag.withDescription("Exit with 3 when an expectation is missed")),
    json
  },
  (input) => handle(import("./run.ts"), ({ run }) => run(input))
).pipe(Command.withDescription("Run what is new, and write the report"))

const plan = Command.make(
  "plan",
  {
    ...choices,
    targets: stageArguments,
    exitCode: flag("exit-code").pipe(Flag.withDescription("Exit with 3 when work is needed")),
    all: flag("all").pipe(Flag.withDescription("Every task on a line of its own")),
    json
  },
  (input) => handle(import("./plan.ts"), ({ plan }) => plan(input))
).pipe(Command.withDescription("Say what would run, what is cached, and why"))

const why = Command.make(
  "why",
  {
    ...choices,
    stage: Argument.String("stage").pipe(Argument.withDescription("A stage, or a task such as train@width=500")),
    run: Flag.String("run").pipe(Flag.withDescription("Compare the keys of this run"), Flag.optional),
    against: Flag.String("against").pipe(Flag.withDescription("with those of this one"), Flag.optional),
    json
  },
  (input) => handle(import("./why.ts"), ({ why }) => why(input))
).pipe(Command.withDescription("Say which parameter, input or code made a key differ"))

const validate = Command.make("validate", { files: file.pipe(Argument.variadic({ min: 1 })), json }, (input) =>
  handle(import("./validate.ts"), ({ validate }) => validate(input))
).pipe(Command.withDescription("Check pipeline files, in all their profiles"))

const stages = Command.make(
  "stages",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription("One stage type, by name or by its file, with its parameters"),
      Argument.optional
    ),
    json
  },
  (input) => handle(import("./stages.ts"), ({ stages }) => stages(input))
).pipe(Command.withDescription("List the stage types"))

const schema = Command.make("schema", {}, () => handle(import("./schema.ts"), ({ schema }) => schema)).pipe(
  Command.withDescription("Print the JSON Schema of pipeline files, for editors")
)

const graph = Command.make(
  "graph",
  {
    ...choices,
    format: Flag.Literals("format", ["svg", "mermaid", "dot", "json", "html"]).pipe(
      Flag.withDescription("How to write the graph"),
      Flag.withDefault("mermaid")
    )
  },
  (input) => handle(import("./graph.ts"), ({ graph }) => graph(input))
).pipe(Command.withDescription("Print the graph of a pipeline"))

const pastRun = Argument.String("run").pipe(
  Argument.withDescription("latest, an id, or its end: brave-euler; latest~1 is the one before")
)

const runs = Command.make(
  "runs",
  {
    limit: count("limit").pipe(Flag.withDescription("At most so many; 20 unless asked"), Flag.withDefault(20)),
    where: text("where", "Only those for which this holds: 'loss < 0.1 and lr = 0.01'"),
    sort: text("sort", "From the smallest of this value to the largest"),
    metrics: Flag.String("metric").pipe(
      Flag.withAlias("m"),
      Flag.withDescription("Rank by this metric, the best first; others are shown beside it"),
      Flag.atLeast(0)
    ),
    over: text("over", "Average a --metric over these dimensions of the matrix: --over seed"),
    descending: flag("descending").pipe(Flag.withDescription("From the largest to the smallest")),
    columns: text("columns", "Show these values: lr,train.loss"),
    csv: flag("csv").pipe(Flag.withDescription("Print comma-separated values")),
    json
  },
  (input) => handle(import("./runs.ts"), ({ runs }) => runs(input))
).pipe(Command.withDescription("List past runs"))

const show = Command.make("show", { run: pastRun, json }, (input) =>
  handle(import("./show.ts"), ({ show }) => show(input))
).pipe(Command.withDescription("Show one run"))

const diff = Command.make(
  "diff",
  {
    runs: pastRun.pipe(Argument.variadic({ min: 1 })),
    all: flag("all").pipe(Flag.withDescription("Also what is alike")),
    only: Flag.Literals("only", SECTIONS).pipe(Flag.withDescription("Only this part"), Flag.optional),
    json
  },
  (input) => handle(import("./diff.ts"), ({ diff }) => diff(input))
).pipe(Command.withDescription("Set runs side by side: what differs"))

const get = Command.make(
  "get",
  {
    reference: Argument.String("ref").pipe(Argument.withDescription("latest:stage.port, run:stage.port, or a digest")),
    destination: Argument.String("dest").pipe(
      Argument.withDescription("File or folder; figures also as .svg and .png, tensors and tables as .csv and .json")
    )
  },
  (input) => handle(import("./get.ts"), ({ get }) => get(input))
).pipe(Command.withDescription("Copy an artifact out of the store"))

const report = Command.make(
  "report",
  {
    runs: pastRun.pipe(Argument.variadic()),
    compare: flag("compare").pipe(Flag.withDescription("A page on several runs side by side: --compare A B")),
    history: flag("history").pipe(
      Flag.withDescription("A page on the metrics of all runs of a pipeline, named by a run, its name or its file")
    ),
    open: flag("open").pipe(Flag.withDescription("Open the page in a browser")),
    check: flag("check").pipe(Flag.withDescription("Exit with 3 when an expectation is missed")),
    gallery: text("gallery", "Folder that also gets a page of Markdown and the figures, to be committed"),
    json
  },
  (input) => handle(import("./reports.ts"), ({ reports }) => reports(input))
).pipe(Command.withDescription("Write the report of a run, or of several"))

const trace = Command.make(
  "trace",
  {
    run: pastRun.pipe(Argument.withDefault("latest")),
    format: Flag.Literals("format", ["tree", "otlp", "jaeger"]).pipe(
      Flag.withDescription("A tree for the terminal, or a file for a collector or for Jaeger"),
      Flag.optional
    ),
    depth: Flag.Int("depth").pipe(
      Flag.filter(
        (value) => value >= 0,
        () => "a whole number from 0 on"
      ),
      Flag.withDescription("Levels of spans that the tree shows within tasks; 1 unless asked"),
      Flag.withDefault(1)
    ),
    out: text("out", "Write it to this file").pipe(Flag.withAlias("o")),
    send: flag("send").pipe(Flag.withDescription("Send it to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names"))
  },
  (input) => handle(import("./trace.ts"), ({ trace }) => trace(input))
).pipe(Command.withDescription("Print the trace of a run"))

const call = Command.make(
  "call",
  {
    stage: Argument.String("stage").pipe(Argument.withDescription("A stage type, or ./file.ts")),
    with: Flag.String("with").pipe(Flag.withDescription("Parameters as JSON, or @file"), Flag.optional),
    set: Flag.KeyValuePair("set").pipe(
      Flag.withAlias("S"),
      Flag.withDescription("One parameter, or a part of one: -S beta=0.1, -S net.depth=3"),
      Flag.withDefault({})
    ),
    inputs: Flag.KeyValuePair("input").pipe(
      Flag.withAlias("i"),
      Flag.withDescription("A file for a port: --input points=x.npy"),
      Flag.withDefault({})
    ),
    out: Flag.String("out").pipe(Flag.withAlias("o"), Flag.withDescription("Folder for the outputs"), Flag.optional),
    json
  },
  (input) => handle(import("./call.ts"), ({ call }) => call(input))
).pipe(Command.withDescription("Run one stage type alone, on files"))

const doctor = Command.make(
  "doctor",
  {
    deep: flag("deep").pipe(Flag.withDescription("Also read every byte of the store")),
    json
  },
  (input) => handle(import("./doctor.ts"), ({ doctor }) => doctor(input))
).pipe(Command.withDescription("Say what this machine offers, and whether the store is healthy"))

const pipeline = Command.make("pipeline").pipe(
  Command.withDescription("Experiment pipelines: computes what is new, keeps every result, sets it beside the paper"),
  Command.withSubcommands([
    run,
    plan,
    why,
    validate,
    schema,
    stages,
    graph,
    runs,
    show,
    diff,
    get,
    report,
    trace,
    call,
    cache,
    schedule,
    doctor
  ])
)

/** Runs the command line given by the process's arguments. */
export const program = (version: string) =>
  Effect.flatMap(Stdio.Stdio, ({ args }) => args).pipe(
    Effect.map(setApartValues),
    Effect.flatMap(Command.runWith(pipeline, { version })),
    Effect.provideService(CliOutput.Presenter, usagePresenter),
    Effect.catchTag("ShowHelp", ({ errors }) =>
      Effect.sync(() => {
        process.exitCode = errors.length === 0 ? EXIT.success : EXIT.usage
      })
    )
  )

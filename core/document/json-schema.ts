/** The JSON Schema of a pipeline file, for editors. It knows shapes and words; `decode` knows the rest. */

import type { Json } from "../stage/ArtifactKind.ts"
import { ARTIFACT_KINDS } from "../stage/ArtifactKind.ts"
import { BACKEND_NAMES } from "./backend-fault.ts"
import { MAX_TIMED } from "./decode-report.ts"
import { isRecord } from "./is-record.ts"
import { HOOK_EVENTS } from "./PipelineDocument.ts"
import { DURATION } from "./quantities.ts"
import { NAME } from "./reference.ts"

interface Schema {
  readonly [key: string]: Json
}

/** What an editor should know about a stage type. */
export interface StageTypeSchema {
  readonly name: string
  readonly summary: string
  /** JSON Schema (draft 7) of its parameters, without references. */
  readonly params: Schema
  /** What is taken for a parameter that is left out, where that is known. */
  readonly defaults: ReadonlyMap<string, Json | undefined>
  readonly inputs: ReadonlyArray<string>
}

/** The schema (draft 7, which editors know best); with stage types, also of their parameters and inputs. */
export const pipelineSchema = (types: ReadonlyArray<StageTypeSchema> = []): Schema => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Athanor pipeline",
  ...record(
    {
      name: { ...NAMED, description: "Name of the pipeline, also of its folder of reports." },
      description: text("What the pipeline is for, in a sentence."),
      paper: record({ title: text("Title."), arxiv: text("arXiv identifier, in quotes."), url: text("https://…") }, [
        "title"
      ]),
      include: INCLUDE,
      env: {
        anyOf: [
          { type: "array", items: VARIABLE },
          { ...mapOf({ type: ["string", "number", "null"] }), propertyNames: VARIABLE }
        ],
        description:
          "Variables of the environment that parameters may use; in a map, with what holds where one is not set."
      },
      params: { ...mapOf({}), description: "Parameters with their defaults; -S name=value changes one." },
      paramsFrom: { ...oneOrMore(text("Relative to this file.")), description: "Files with maps of parameters." },
      profiles: { ...mapOf({ type: "object" }), description: "Sets of other values, chosen with --profile." },
      sources: { ...mapOf(SOURCE), description: "Files from outside; their content is part of the keys." },
      limits: {
        ...mapOf(COUNT),
        description: "What tasks share by name, and how many there are: licences, connections."
      },
      stages: { ...mapOf(stage(types)), minProperties: 1, description: "What is computed." },
      outputs: { ...mapOf(REFERENCE), description: "Files copied out after a run: destination: stage.port." },
      expect: { type: "array", items: EXPECTATION, description: "What metrics should be: ours beside the paper's." },
      report: record({
        figures: { type: "array", items: REFERENCE, description: "Figures of the report." },
        times: {
          type: "array",
          items: TIMES,
          description: "Figures of the time that tasks took; chosen when left out."
        }
      }),
      schedule: {
        anyOf: [SCHEDULE, { type: "array", items: SCHEDULE }],
        description: "When it runs by itself, where pipeline schedule serve is at work."
      }
    },
    ["name", "stages"]
  )
})

const record = (properties: Schema, required: ReadonlyArray<string> = []): Schema => ({
  type: "object",
  properties,
  additionalProperties: false,
  ...(required.length === 0 ? {} : { required })
})

const text = (description: string): Schema => ({ type: "string", description })

const NAMED: Schema = { type: "string", pattern: NAME.source }

const mapOf = (values: Schema): Schema => ({
  type: ["object", "null"],
  propertyNames: { minLength: 1 },
  additionalProperties: values
})

const oneOrMore = (item: Schema): Schema => ({ anyOf: [item, { type: "array", items: item }] })

const TIMES: Schema = record(
  {
    stages: {
      type: "array",
      items: { type: "string", pattern: "^[A-Za-z][\\w-]*(@.+)?$" },
      minItems: 1,
      maxItems: MAX_TIMED,
      description: "Lines: stages, or tasks of theirs that have some values, as train@method=adam."
    },
    against: { ...NAMED, description: "The dimension of their matrices that is the axis." },
    title: text("What stands above the figure.")
  },
  ["stages", "against"]
)

const VARIABLE: Schema = { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }

const INCLUDE: Schema = {
  ...oneOrMore({
    anyOf: [
      text("A file whose entries join those of this one."),
      record(
        {
          file: text("Relative to this file."),
          as: { ...NAMED, description: "What its names begin with: train becomes small-train." },
          params: { type: "object", description: "Values for its parameters." }
        },
        ["file"]
      )
    ]
  }),
  description: "Further files of the pipeline."
}

const REFERENCE: Schema = {
  type: "string",
  pattern: "^[A-Za-z][\\w-]*(@.+|\\.\\*)?\\.[A-Za-z][\\w-]*\\??$",
  description:
    "stage.port, stage@width=500.port, stage.*.port or sources.name; a value may be ${{ … }}; ? after it: there may be none"
}

const EXPRESSION: Schema = { type: "string", pattern: "\\$\\{\\{" }

const SOURCE: Schema = record({ path: text("Relative to the pipeline file."), kind: { enum: [...ARTIFACT_KINDS] } }, [
  "path",
  "kind"
])

const BOUND: Schema = { type: "number" }

const EXPECTATION: Schema = {
  ...record(
    {
      metric: text("stage@key=value.metric; of each task that has these values, of all where none is given."),
      value: BOUND,
      tolerance: {
        ...record({ absolute: { type: "number", minimum: 0 }, relative: { type: "number", minimum: 0 } }),
        minProperties: 1,
        maxProperties: 1
      },
      atMost: BOUND,
      atLeast: BOUND,
      origin: { enum: ["paper", "reference"], description: "paper: printed there; reference: computed independently" },
      source: text("Section, table or figure."),
      note: text("What a reader should know about a miss."),
      profiles: {
        type: "array",
        items: { type: "string" },
        description: "Profiles in which it is checked; all when left out."
      }
    },
    ["metric", "origin"]
  ),
  oneOf: [{ required: ["value", "tolerance"] }, { anyOf: [{ required: ["atMost"] }, { required: ["atLeast"] }] }]
}

const COUNT: Schema = { type: "integer", minimum: 1 }

const duration = (description: string): Schema => ({
  type: "string",
  pattern: DURATION,
  description
})

const RETRIES: Schema = { type: "integer", minimum: 0 }

const BACKOFF: Schema = record(
  {
    max: RETRIES,
    delay: duration("Before the second attempt; 1s when left out."),
    factor: { type: "number", minimum: 1, description: "Of each pause to the one before; 2 when left out." },
    longest: duration("The longest pause; 1m when left out.")
  },
  ["max"]
)

const SIZE: Schema = text("512MiB, 2GiB, 500MB")

const GROWING_SIZE: Schema = record(
  { first: SIZE, factor: { type: "number", minimum: 1, description: "Of each further attempt to the one before." } },
  ["first", "factor"]
)

const VARIABLES: Schema = { type: "array", items: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" } }

const WORDS: Schema = { type: "array", items: { type: ["string", "number"] }, minItems: 1 }

const HOOK: Schema = {
  ...record(
    {
      on: {
        anyOf: [{ enum: [...HOOK_EVENTS] }, { type: "array", items: { enum: [...HOOK_EVENTS] }, minItems: 1 }],
        description: "What it is told of."
      },
      run: { ...WORDS, description: "A program and its arguments; it reads what there is to say from standard input." },
      webhook: { type: "string", pattern: "^https?://", description: "Where what there is to say is posted." },
      webhookFrom: text("The variable that holds the address."),
      tokenFrom: text("The variable that holds a bearer token for the address."),
      env: { ...VARIABLES, description: "Variables that the program sees." },
      secrets: { ...VARIABLES, description: "Variables that the program sees and that are kept nowhere." },
      timeout: duration("How long it may take; 30s when left out.")
    },
    ["on"]
  ),
  oneOf: [{ required: ["run"] }, { required: ["webhook"] }, { required: ["webhookFrom"] }]
}

const SCHEDULE: Schema = record(
  {
    name: { ...NAMED, description: "Under which what happened is kept; wanted where there are several." },
    cron: text("minute hour day month weekday, with seconds before them where there are six; or @daily and its like"),
    timeZone: text("As in Europe/Berlin; UTC when left out."),
    missed: {
      enum: ["skip", "latest", "all"],
      description: "What becomes of times at which nobody was there: skip when left out."
    },
    maxCatchUp: { ...COUNT, description: "How many missed times run with missed: all; 1 when left out." },
    startingDeadline: duration("How late a run may begin."),
    overlap: {
      enum: ["forbid", "allow", "replace"],
      description: "What becomes of a time that comes while an earlier run goes on: forbid when left out."
    },
    jitter: duration("The longest time by which starts are put off: always by the same."),
    profile: text("Named set of parameters."),
    params: { ...mapOf({}), description: "Values in place of those of the profile." },
    recompute: {
      anyOf: [{ enum: ["all", "none"] }, COUNT],
      description: "Which tasks are computed anew, cached or not; all when left out, a number is a sample."
    },
    hooks: { type: "array", items: HOOK, description: "Who is told of failures, recoveries and drift." }
  },
  ["cron"]
)

const LISTS: Schema = mapOf({
  anyOf: [
    { type: "array" },
    EXPRESSION,
    { ...record({ from: REFERENCE }, ["from"]), description: "The list that a task makes, or the files of its folder." }
  ]
})

const MATRIX: Schema = {
  ...LISTS,
  properties: {
    zip: {
      anyOf: [LISTS, { type: "array", items: LISTS }],
      description: "Lists of one length that advance together."
    },
    include: { type: "array", items: { type: "object" }, description: "Combinations to add." },
    exclude: { type: "array", items: { type: "object" }, description: "Combinations, or parts of them, to leave out." }
  },
  description: "One task for each combination."
}

const stage = (types: ReadonlyArray<StageTypeSchema>): Schema => ({
  ...record(
    {
      uses: {
        description: "family/name of a built-in stage type, ./path/to/stage.ts, or command",
        anyOf: [
          { const: "command", description: "A program in any language." },
          ...types.map(({ name, summary }): Schema => ({ const: name, description: summary })),
          {
            type: "string",
            pattern: types.length === 0 ? "^([a-z][a-z0-9-]*/[a-z][a-z0-9-]*|\\.{1,2}/.+)$" : "^\\.{1,2}/"
          }
        ]
      },
      with: { type: ["object", "null"], description: "Parameters of the stage type." },
      matrix: MATRIX,
      when: { anyOf: [{ type: "boolean" }, EXPRESSION], description: "Whether a task is part of the plan." },
      inputs: mapOf({ anyOf: [REFERENCE, { type: "array", items: REFERENCE, minItems: 1 }] }),
      retries: { anyOf: [RETRIES, BACKOFF], description: "Further attempts after a failed one." },
      timeout: duration("90s, 10m, 1h30m"),
      resources: record({
        cpu: { type: "number", exclusiveMinimum: 0, description: "Cores." },
        memory: { anyOf: [SIZE, GROWING_SIZE] },
        gpu: { type: "integer", minimum: 0, description: "Devices; an attempt is told which." },
        tokens: { ...mapOf(COUNT), description: "Of each of the limits, how many it holds while it runs." }
      }),
      backend: {
        anyOf: [{ enum: [...BACKEND_NAMES] }, EXPRESSION],
        description: "What it trains on; PIPELINE_BACKEND, or the fastest that is there, when left out."
      },
      ...COMMAND
    },
    ["uses"]
  ),
  allOf: [OF_COMMANDS, ...types.map(ofType)]
})

const WORD: Schema = { type: ["string", "number", "boolean"] }

/** Keys of a stage that uses command. */
const COMMAND: Schema = {
  run: {
    anyOf: [{ type: "array", items: WORD, minItems: 1 }, { type: "string" }],
    description: "The program and its arguments; with shell: true, the text of a script."
  },
  shell: { type: "boolean", description: "Whether run is a script for /bin/sh." },
  outputs: mapOf(
    record({ path: text("Relative to the working directory."), kind: { enum: [...ARTIFACT_KINDS] } }, ["path", "kind"])
  ),
  files: {
    type: "array",
    items: { type: "string" },
    description: "Files and folders beside the pipeline that the command reads."
  },
  env: { ...VARIABLES, description: "Variables that the command sees; their values are part of the key." },
  secrets: { ...VARIABLES, description: "Variables that the command sees and that are kept nowhere." }
}

/** A command needs run and takes no with; nothing else takes the keys of commands. */
const OF_COMMANDS: Schema = {
  if: { properties: { uses: { const: "command" } }, required: ["uses"] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ["run"], properties: { with: false, backend: false } },
  else: { properties: Object.fromEntries(Object.keys(COMMAND).map((key) => [key, false])) }
}

/** What holds for stages of one type. */
const ofType = ({ name, params, defaults, inputs }: StageTypeSchema): Schema => {
  const required = params["required"] ?? []
  const properties = Object.entries((params["properties"] ?? {}) as Schemas).map(([key, value]) => {
    const usual = defaults.get(key)
    return [key, { ...orExpression(value), ...(usual === undefined ? {} : { default: usual }) }] as const
  })
  return {
    if: { properties: { uses: { const: name } }, required: ["uses"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: {
        with: {
          type: ["object", "null"],
          properties: Object.fromEntries(properties),
          additionalProperties: false,
          required
        },
        inputs: {
          properties: Object.fromEntries(inputs.map((port) => [port, {}])),
          additionalProperties: false
        }
      },
      ...(Array.isArray(required) && required.length > 0 ? { required: ["with"] } : {})
    }
  }
}

interface Schemas {
  readonly [key: string]: Schema
}

/** The same, where the value or any part of it may be an expression. */
const orExpression = ({ description, ...schema }: Schema): Schema => ({
  ...(description === undefined ? {} : { description }),
  anyOf: [withExpressions(schema), EXPRESSION]
})

const withExpressions = (schema: Schema): Schema => {
  const { properties, items, anyOf } = schema
  return {
    ...schema,
    ...(isRecord(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties as Schemas).map(([key, value]) => [key, orExpression(value)])
          )
        }
      : {}),
    ...(isRecord(items) ? { items: orExpression(items as Schema) } : {}),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map((part) => withExpressions(part as Schema)) } : {})
  }
}

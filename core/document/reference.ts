/**
 * References to artifacts: `stage.port`, `stage@width=500,init=3.port`, `stage.*.port`, `sources.name`; one that ends with `?` may name
 * no task. A value may be an expression.
 */
import { Result } from "effect"
import type { Diagnostic } from "./Diagnostic.ts"
import type { Reference } from "./PipelineDocument.ts"
import type { Span } from "./Span.ts"

/** Names of pipelines, parameters, profiles, stages, ports and sources. */
export const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/u

/** What to say of text that is no such name. */
export const NAME_RULE = "a name is up to 64 letters, digits, - and _, a letter first"

const ALL = /^(?<stage>[A-Za-z][\w-]*)\.\*\.(?<port>[A-Za-z][\w-]*)$/u
// A matrix value may hold dots, as in beta=0.1: the port is what follows the last one.
const ONE = /^(?<task>(?<stage>[A-Za-z][\w-]*)(?:@.+)?)\.(?<port>[A-Za-z][\w-]*)$/u

/** Reads a reference; whether what it names exists is for others to say. */
export const parseReference = (text: string, span: Span): Result.Result<Reference, Diagnostic> => {
  const all = ALL.exec(text)?.groups
  if (all?.["stage"] !== undefined && all["port"] !== undefined) {
    return Result.succeed({ _tag: "All", stage: all["stage"], port: all["port"], span })
  }
  const isOptional = text.endsWith("?")
  const one = ONE.exec(isOptional ? text.slice(0, -1) : text)?.groups
  if (one?.["task"] !== undefined && one["stage"] !== undefined && one["port"] !== undefined) {
    const { task, stage, port } = one
    if (task !== "sources") return Result.succeed({ _tag: "One", task, stage, port, span, isOptional })
    if (!isOptional) return Result.succeed({ _tag: "Source", source: port, span })
  }
  return Result.fail({
    severity: "error",
    span,
    message: `"${text}" names no artifact`,
    hint: hintFor(text)
  })
}

/** Where only the `?` is too much, that. */
const hintFor = (text: string): string => {
  if (text.includes("${{")) return EXPRESSION
  if (CUT.test(text)) return QUOTES
  const bare = text.slice(0, -1)
  if (!text.endsWith("?")) return FORMS
  if (ALL.test(bare)) return `${bare} takes the tasks that there are: write it without the ?`
  return /^sources\.[A-Za-z][\w-]*$/u.test(bare) ? `a source is always there: write ${bare}` : FORMS
}

const EXPRESSION = "the name of a stage is written out; a value may be an expression: stage@key=${{ matrix.key }}.port"

/** What YAML leaves of `train@width=500,init=3.model` in a map or list on one line: it ends values at commas. */
const CUT = /^[A-Za-z][\w-]*@[\w-]+=.*$/u

const QUOTES =
  'write stage@key=value.port; within { } and [ ] a comma ends it unless it stands in quotes, "stage@a=1,b=2.port"'

const FORMS = "write stage.port, stage@key=value.port, stage.*.port or sources.name"

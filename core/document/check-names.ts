/** Checks the names that expressions use before anything is evaluated: also those in branches that no run takes. */
import type { Cursor } from "./Cursor.ts"
import type { Expression } from "./Expression.ts"
import { arityMessage, isArity, ROOTS } from "./evaluate.ts"
import { expressionsOf, type Part, partsOf } from "./expression-parts.ts"
import { FUNCTIONS } from "./functions.ts"
import type { Span } from "./Span.ts"
import { suggestion } from "./suggestion.ts"
import type { Template } from "./Template.ts"

/** The names that a place of the file offers to its expressions. */
export interface Offer {
  /** All parameters with their positions; unknown when the file's own list could not be read. */
  readonly params?: ReadonlyMap<string, number> | undefined
  /** The position from which on parameters are not resolved yet; absent where all are. */
  readonly before?: number
  /** Dimensions of the stage's matrix; absent where there is no task yet. */
  readonly matrix?: ReadonlySet<string>
  /** Dimensions that are not resolved yet: the matrix is being made from those above them. */
  readonly unresolved?: ReadonlySet<string>
  /** Variables of the environment; absent where they are not to be used. */
  readonly env?: ReadonlySet<string>
  /** What the machine offers; absent where a file is not to depend on it. */
  readonly machine?: ReadonlySet<string>
  /** Ports of a command; absent elsewhere. */
  readonly inputs?: ReadonlySet<string>
  readonly outputs?: ReadonlySet<string>
}

/** Complains of every name in a template that its place does not offer. `title` says where it stands. */
export const checkNames = (cursor: Cursor, title: string, template: Template, offer: Offer): void => {
  for (const expression of expressionsOf(template)) new Check(cursor, title, offer).visit(expression)
}

class Check {
  private readonly cursor: Cursor
  private readonly title: string
  private readonly offer: Offer
  private readonly locals: Array<string> = []

  constructor(cursor: Cursor, title: string, offer: Offer) {
    this.cursor = cursor
    this.title = title
    this.offer = offer
  }

  visit(expression: Expression): void {
    if (expression._tag === "Each") {
      this.each(expression)
      return
    }
    if (expression._tag === "Name") this.name(expression)
    else if (expression._tag === "Member") this.member(expression)
    else if (expression._tag === "Call") this.call(expression)
    for (const part of partsOf(expression)) this.visit(part)
  }

  private complain(span: Span, message: string, hint?: string): void {
    this.cursor.complain(span, `${this.title}: ${message}`, hint)
  }

  private each({ list, name, body, condition }: Part<"Each">): void {
    this.visit(list)
    this.locals.push(name)
    if (condition !== undefined) this.visit(condition)
    this.visit(body)
    this.locals.pop()
  }

  private name({ name, span }: Part<"Name">): void {
    if (this.locals.includes(name)) return
    const root = ROOTS.find((candidate) => candidate === name)
    if (root === undefined) {
      const inside = (["params", "matrix", "inputs", "outputs"] as const).find((candidate) =>
        this.offer[candidate]?.has(name)
      )
      const hint = inside === undefined ? suggestion(name, "there is", ROOTS) : `did you mean ${inside}.${name}?`
      this.complain(span, `unknown name "${name}"`, hint)
    } else if (root === "matrix" && this.offer.matrix === undefined) {
      this.complain(span, "matrix is not available here", "a stage with a matrix may use it in its with:")
    } else if (root === "env" && this.offer.env === undefined) {
      this.complain(span, "env is not available here", "give a parameter its value: params: { x: ${{ env.X }} }")
    } else if (root === "machine" && this.offer.machine === undefined) {
      this.complain(span, "machine is not available here", "a matrix may go over machine.backends")
    } else if ((root === "inputs" || root === "outputs") && this.offer[root] === undefined) {
      this.complain(span, `${root} is not available here`, "the run: of a command may use the paths of its ports")
    }
  }

  private member({ object, name, nameSpan }: Part<"Member">): void {
    if (object._tag !== "Name" || this.locals.includes(object.name)) return
    const root = ROOTS.find((candidate) => candidate === object.name)
    if (root === undefined) return
    const names = this.offer[root]
    const { params, before = Number.POSITIVE_INFINITY } = this.offer
    if (names === undefined) return
    if (root === "matrix" && this.offer.unresolved?.has(name) === true) {
      this.complain(nameSpan, `matrix.${name} is not known yet`, "a dimension may use those that stand above it")
    } else if (root === "env" && !names.has(name)) {
      this.complain(nameSpan, `env: does not list "${name}"`, `add   env: [${[...names.keys(), name].join(", ")}]`)
    } else if (!names.has(name)) this.unknownMember(root, name, nameSpan, names)
    else if (root === "params" && (params?.get(name) ?? 0) >= before) {
      this.complain(nameSpan, `params.${name} is not known yet`, "a parameter may use those that stand above it")
    }
  }

  private unknownMember(root: string, name: string, span: Span, names: { keys(): Iterable<string> }): void {
    const isDashed = (candidate: string) => candidate.startsWith(`${name}-`)
    const dashed = this.cursor.isPatient ? [...names.keys()].find(isDashed) : undefined
    if (dashed === undefined) this.cursor.unknown(span, `${this.title}: ${root} has no`, name, root, names.keys())
    else this.complain(span, `${root} has no "${name}"`, `write ${root}["${dashed}"]`)
  }

  private call({ function: name, functionSpan, span, arguments: given }: Part<"Call">): void {
    const known = FUNCTIONS.get(name)
    if (known === undefined) {
      this.cursor.unknown(functionSpan, `${this.title}: unknown function`, name, "functions", FUNCTIONS.keys())
    } else if (!isArity(known.arity, given.length)) {
      this.complain(span, arityMessage(name, known.arity), `write ${known.signature}`)
    }
  }
}

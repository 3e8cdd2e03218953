/** Finds what would let a stage load code or data, or depend on something, that its identity does not see. */
import { isBuiltin } from "node:module"
import { CertainValues } from "./CertainValues.ts"
import type { Finding } from "./Finding.ts"
import {
  BESIDE,
  CLOCK,
  EFFECT_MEMBERS,
  EFFECT_MODULES,
  GLOBALS,
  HASHING_MODULES,
  HOLDERS,
  IDENTITY_HASH,
  isRandomCrypto,
  LANGUAGE,
  LANGUAGE_METHODS,
  LOCAL_TIME_METHODS,
  MEMBERS,
  NAME_MEMBER,
  PURE_MODULES,
  RANDOM,
  SHARED,
  STACK,
  TIME_ZONE,
  UNSEEN,
  ZONED_TEXT
} from "./forbidden-names.ts"
import { dynamicImport } from "./identity.ts"
import type { ImportedName, Item, ModuleGraph, Reference } from "./ModuleGraph.ts"
import { child, children, memberName, parts, type SyntaxNode, text } from "./syntax.ts"
import { unseededDraw } from "./unseeded-draw.ts"
import { isZonedText } from "./zoned-text.ts"

/** Every forbidden construct in what a bundle runs. */
export const findForbidden = (graph: ModuleGraph, reached: ReadonlyArray<Item>): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  const values = new CertainValues(graph)
  for (const { node, specifier } of graph.imports) findings.push(...judgeSubpath(node, specifier))
  for (const item of reached) {
    const inspector = new Inspector(values, item)
    inspector.inspect(item.node)
    findings.push(...inspector.findings)
  }
  return findings
}

/** Inspects the code of one item. */
class Inspector {
  readonly findings: Array<Finding> = []
  private readonly values: CertainValues
  private readonly item: Item

  constructor(values: CertainValues, item: Item) {
    this.values = values
    this.item = item
  }

  inspect(node: SyntaxNode): void {
    const reference = this.reference(node)
    if (reference !== undefined) this.judge(node, reference)
    else if (this.isKnownMember(node)) this.inspectProperty(node)
    else if (this.isDate(node)) this.judgeDate(node)
    else if (this.isHolderPattern(node)) this.judgePattern(node)
    else {
      this.judgeSyntax(node)
      for (const part of parts(node)) this.inspect(part)
    }
  }

  private reference(node: SyntaxNode | undefined): Reference | undefined {
    return node === undefined ? undefined : this.values.reference({ item: this.item, node })
  }

  private isGlobal(node: SyntaxNode | undefined, name: string): boolean {
    const reference = this.reference(node)
    return reference?._tag === "Global" && reference.name === name
  }

  private found(node: SyntaxNode, text: string): void {
    this.findings.push({ offset: node.start, text })
  }

  private judge(node: SyntaxNode, reference: Reference): void {
    if (reference._tag === "Imported") this.judgeImport(node, reference.imported)
    if (reference._tag !== "Global") return
    const { name } = reference
    const advice = GLOBALS.get(name) ?? (HOLDERS.has(name) ? NAME_MEMBER : undefined)
    if (advice !== undefined) this.found(node, `${name}: ${advice}`)
  }

  /** Judges members of the language's objects, of Effect's modules and of Node's; false for other nodes. */
  private isKnownMember(node: SyntaxNode): boolean {
    const owner = node.type === "MemberExpression" ? this.reference(child(node, "object")) : undefined
    const name = memberName(node)
    if (owner?._tag === "Global" && HOLDERS.has(owner.name)) {
      if (name === undefined) this.found(node, `${owner.name}[…]: ${NAME_MEMBER}`)
      else this.judgeMember(node, owner.name, name)
      return true
    }
    if (owner?._tag !== "Imported" || name === undefined) return false
    const { specifier, name: module } = owner.imported
    const advice = specifier === "effect" ? EFFECT_MEMBERS.get(module)?.get(name) : undefined
    if (advice !== undefined) {
      this.found(node, `${module}.${name}: ${advice}`)
      return true
    }
    if (module !== "default" || !isBuiltin(specifier)) return false
    this.judgeImport(node, { specifier, name })
    return true
  }

  private judgeMember(node: SyntaxNode, holder: string, name: string): void {
    const advice = HOLDERS.get(holder)?.get(name)
    if (advice !== undefined) this.found(node, `${holder}.${name}: ${advice}`)
  }

  private inspectProperty(node: SyntaxNode): void {
    const property = child(node, "property")
    if (node["computed"] === true && property !== undefined) this.inspect(property)
  }

  private judgeImport(node: SyntaxNode, { specifier, name }: ImportedName): void {
    if (specifier === "effect") {
      const advice = EFFECT_MODULES.get(name)
      if (advice !== undefined) this.found(node, `${name} of effect: ${advice}`)
    }
    if (!isBuiltin(specifier)) return
    const module = specifier.replace(/^node:/u, "")
    if (!PURE_MODULES.has(module)) {
      this.found(node, `${specifier} reaches outside: a stage reads its inputs and returns its outputs`)
    } else if (module === "crypto" && isRandomCrypto(name)) {
      const isWhole = name === "*" || name === "default"
      this.found(node, isWhole ? `${specifier} as a whole: ${NAME_MEMBER}` : `${name} of ${specifier}: ${RANDOM}`)
    }
  }

  /** Whether a node makes a date, reads one that is written, or asks for one. */
  private isDate(node: SyntaxNode): boolean {
    const callee = child(node, "callee")
    switch (node.type) {
      case "NewExpression":
        return this.isGlobal(callee, "Date")
      case "CallExpression":
        return this.isGlobal(callee, "Date") || this.isParsing(node)
      case "BinaryExpression":
        return node["operator"] === "instanceof" && this.isGlobal(child(node, "right"), "Date")
      default:
        return false
    }
  }

  /** Whether a node is `Date.parse(…)`. */
  private isParsing(node: SyntaxNode): boolean {
    const callee = child(node, "callee")
    return callee !== undefined && memberName(callee) === "parse" && this.isGlobal(child(callee, "object"), "Date")
  }

  /** The moment that a number or a full ISO text names is the same everywhere. */
  private judgeDate(node: SyntaxNode): void {
    if (node.type === "BinaryExpression") {
      this.inspect(child(node, "left") ?? node)
      return
    }
    const [moment, ...others] = children(node, "arguments")
    const isParsing = this.isParsing(node)
    const name = isParsing ? "Date.parse" : `${node.type === "NewExpression" ? "new " : ""}Date()`
    if (moment === undefined || (node.type === "CallExpression" && !isParsing)) this.found(node, `${name}: ${CLOCK}`)
    else if (others.length > 0 || !this.isMoment(moment)) this.found(node, `${name}: ${TIME_ZONE}`)
    for (const argument of children(node, "arguments")) this.inspect(argument)
  }

  private isMoment(node: SyntaxNode): boolean {
    const place = { item: this.item, node }
    const { node: meaning } = this.values.meaning(place)
    return this.values.isNumber(place) || FULL_DATE.test(String(meaning.type === "Literal" ? meaning["value"] : ""))
  }

  /** Whether a node is `{ … } = Math`, or the like. */
  private isHolderPattern(node: SyntaxNode): boolean {
    const { pattern, value } = destructuring(node)
    const owner = this.reference(value)
    return pattern?.type === "ObjectPattern" && owner?._tag === "Global" && HOLDERS.has(owner.name)
  }

  /** `const { random } = Math` is `Math.random`. */
  private judgePattern(node: SyntaxNode): void {
    const { pattern, value } = destructuring(node)
    const owner = this.reference(value)
    if (pattern === undefined || owner?._tag !== "Global") return
    for (const property of children(pattern, "properties")) {
      const name = memberName(property)
      if (name === undefined) this.found(property, `${owner.name}: ${NAME_MEMBER}`)
      else this.judgeMember(property, owner.name, name)
    }
    this.inspect(pattern)
  }

  private judgeSyntax(node: SyntaxNode): void {
    if (isZonedText(this.values, { item: this.item, node })) this.found(node, `text of a date: ${ZONED_TEXT}`)
    switch (node.type) {
      case "MetaProperty":
        if (text(child(node, "meta"), "name") === "import") {
          this.found(node, `import.meta leads past the bundler: ${BESIDE}`)
        }
        return
      case "ImportExpression":
        this.judgeDynamicImport(node)
        return
      case "AssignmentExpression":
        this.judgeTarget(child(node, "left"))
        return
      case "UpdateExpression":
        this.judgeTarget(child(node, "argument"))
        return
      case "MemberExpression":
        if (this.isMaker(node)) this.found(node, `constructor: ${UNSEEN}`)
        this.judgeName(node)
        if (this.isStack(node)) this.found(node, `stack: ${STACK}`)
        return
      case "ObjectPattern":
        for (const property of children(node, "properties")) {
          if (memberName(property) === "constructor") this.found(property, `constructor: ${UNSEEN}`)
          this.judgeName(property)
        }
        return
      case "CallExpression":
        this.judgeCall(node)
        return
    }
  }

  /** What the language and packages share among all that runs in a thread stays as it is. */
  private judgeTarget(target: SyntaxNode | undefined): void {
    if (target?.type !== "MemberExpression") return
    let root: SyntaxNode | undefined = target
    while (root?.type === "MemberExpression") root = child(root, "object")
    const reference = this.reference(root)
    if (reference?._tag === "Global") this.found(target, `${reference.name}: ${SHARED}`)
    if (reference?._tag === "Imported") this.found(target, `${reference.imported.specifier}: ${SHARED}`)
  }

  private judgeDynamicImport(node: SyntaxNode): void {
    const specifier = dynamicImport(node)
    if (specifier === undefined) this.found(node, "import() of a computed name: only a written one can be identified")
    else {
      this.judgeImport(node, { specifier, name: "*" })
      this.findings.push(...judgeSubpath(node, specifier))
    }
  }

  private judgeName(node: SyntaxNode): void {
    const name = memberName(node) ?? ""
    const advice = MEMBERS.get(name)
    if (advice !== undefined) this.found(node, `${name}: ${advice}`)
  }

  /** Whether a node is the stack of what is certainly an error. */
  private isStack(node: SyntaxNode): boolean {
    const object = memberName(node) === "stack" ? child(node, "object") : undefined
    if (object === undefined) return false
    const { item, node: error } = this.values.meaning({ item: this.item, node: object })
    const callee = child(error, "callee")
    const reference = callee === undefined ? undefined : this.values.reference({ item, node: callee })
    return reference?._tag === "Global" && /Error$/u.test(reference.name)
  }

  /** Whether a call asks for the member `constructor` by a written text: `Reflect.get(f, "constructor")`. */
  private isLookUp(node: SyntaxNode, callee: SyntaxNode): boolean {
    const holder = child(callee, "object")
    if (!this.isGlobal(holder, "Reflect") && !this.isGlobal(holder, "Object")) return false
    return children(node, "arguments").some((argument) => this.writtenText(argument) === "constructor")
  }

  /** The text that an expression of written texts gives; `undefined` for any other. */
  private writtenText(node: SyntaxNode | undefined): string | undefined {
    if (node === undefined) return undefined
    const { node: meaning } = this.values.meaning({ item: this.item, node })
    if (meaning.type === "Literal") return String(meaning["value"])
    if (meaning.type !== "BinaryExpression" || text(meaning, "operator") !== "+") return undefined
    const [left, right] = [this.writtenText(child(meaning, "left")), this.writtenText(child(meaning, "right"))]
    return left === undefined || right === undefined ? undefined : left + right
  }

  /** Whether a call hashes what is certainly a function. */
  private isHashOfFunction(node: SyntaxNode, callee: SyntaxNode): boolean {
    const owner = this.reference(child(callee, "object"))
    if (owner?._tag !== "Imported" || owner.imported.specifier !== "effect") return false
    if (!HASHING_MODULES.has(owner.imported.name) || !HASHING.has(memberName(callee) ?? "")) return false
    return children(node, "arguments").some((argument) => this.isOrHoldsFunction(argument))
  }

  private isOrHoldsFunction(node: SyntaxNode): boolean {
    if (node.type === "ArrayExpression") return children(node, "elements").some((part) => this.isOrHoldsFunction(part))
    return this.values.functionOf({ item: this.item, node }) !== undefined
  }

  /** Whether a node is what makes functions of text: the constructor of a function. */
  private isMaker(node: SyntaxNode): boolean {
    const object = memberName(node) === "constructor" ? child(node, "object") : undefined
    return object !== undefined && this.values.functionOf({ item: this.item, node: object }) !== undefined
  }

  private judgeCall(node: SyntaxNode): void {
    const callee = child(node, "callee") ?? node
    const name = memberName(callee) ?? ""
    const unseeded = unseededDraw(this.values, { item: this.item, node })
    if (unseeded !== undefined) this.found(node, `${unseeded} without a seed: ${RANDOM}`)
    if (name === "constructor" && !this.isMaker(callee)) this.found(node, `constructor: ${UNSEEN}`)
    if (this.isLookUp(node, callee)) this.found(node, `constructor: ${UNSEEN}`)
    if (this.isHashOfFunction(node, callee)) this.found(node, `${name}: ${IDENTITY_HASH}`)
    const before = LANGUAGE_METHODS.get(name)
    const language = children(node, "arguments")[before ?? 0]
    if (before !== undefined && language?.type !== "Literal") this.found(node, `${name}: ${LANGUAGE}`)
    if (LOCAL_TIME_METHODS.has(name)) this.found(node, `${name}: ${TIME_ZONE}`)
  }
}

/** Functions of Effect's hashing modules whose arguments are hashed. */
const HASHING: ReadonlySet<string> = new Set("add fromIterable hash make set".split(" "))

/** ISO texts that name the same moment everywhere: a day, or a time with its zone. */
const FULL_DATE = /^\d{4}-\d\d-\d\d$|^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/u

interface Destructuring {
  readonly pattern: SyntaxNode | undefined
  readonly value: SyntaxNode | undefined
}

/** The sides of a declaration, an assignment or a default value. */
const destructuring = (node: SyntaxNode): Destructuring =>
  node.type === "VariableDeclarator"
    ? { pattern: child(node, "id"), value: child(node, "init") }
    : { pattern: child(node, "left"), value: child(node, "right") }

const judgeSubpath = (node: SyntaxNode, specifier: string): ReadonlyArray<Finding> =>
  specifier.startsWith("effect/")
    ? [{ offset: node.start, text: `${specifier}: import from "effect", which all stages share` }]
    : []

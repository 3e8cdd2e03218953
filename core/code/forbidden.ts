/** Finds what would let a stage load code or data, or depend on something, that its identity does not see. */
import { isBuiltin } from "node:module"
import { dynamicImport } from "./identity.ts"
import { type ImportedName, type Item, type ModuleGraph, type Reference, resolve } from "./ModuleGraph.ts"
import { child, children, memberName, parts, type SyntaxNode, text } from "./syntax.ts"

/** A construct at an offset of the bundle. */
export interface Finding {
  readonly offset: number
  readonly text: string
}

const OUTSIDE = "data from outside is a source of the pipeline"
const UNSEEN = "it runs code that cannot be identified"
const BESIDE = "import data files, so that their bytes are part of the code"
const DECLARE = "what a stage depends on is a parameter or an input"
const LEADS_PAST = "it leads past the rules for stages"
const RANDOM = "results would differ each time: draw from a generator with a seed parameter"
const CLOCK = "the time is no input of a stage: use Clock of effect where a duration is the result"
const LANGUAGE = "it depends on the language of the machine: name one, or compare with < and toUpperCase()"

/** Globals that a stage may not touch. */
const GLOBALS: ReadonlyMap<string, string> = new Map([
  ["require", "import what you need at the top of the file"],
  ["eval", UNSEEN],
  ["Function", UNSEEN],
  ["process", DECLARE],
  ["navigator", DECLARE],
  ["globalThis", LEADS_PAST],
  ["global", LEADS_PAST],
  ["fetch", OUTSIDE],
  ["XMLHttpRequest", OUTSIDE],
  ["WebSocket", OUTSIDE],
  ["EventSource", OUTSIDE],
  ["__dirname", BESIDE],
  ["__filename", BESIDE],
  ["Intl", LANGUAGE]
])

/** Globals of which some members give another value each time, and those members. */
const HOLDERS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ["Math", new Map([["random", RANDOM]])],
  ["Date", new Map([["now", CLOCK]])],
  [
    "crypto",
    new Map([
      ["randomUUID", RANDOM],
      ["getRandomValues", RANDOM]
    ])
  ]
])

/** Methods that follow the language of the machine unless an argument, after this many others, names one. */
const LANGUAGE_METHODS: ReadonlyMap<string, number> = new Map([
  ["localeCompare", 1],
  ["toLocaleString", 0],
  ["toLocaleDateString", 0],
  ["toLocaleTimeString", 0],
  ["toLocaleLowerCase", 0],
  ["toLocaleUpperCase", 0]
])

/** Modules of Effect that bring in what the identity and the key do not hold. */
const EFFECT_MODULES: ReadonlyMap<string, string> = new Map([
  ["Random", RANDOM],
  ["Config", DECLARE],
  ["ConfigProvider", DECLARE],
  ["FileSystem", OUTSIDE]
])

/** Modules of Node that compute and reach nothing. */
const PURE_MODULES = new Set(["assert", "buffer", "crypto", "events", "string_decoder", "util", "zlib"])

/** Every forbidden construct in what a bundle runs. */
export const findForbidden = (graph: ModuleGraph, reached: ReadonlySet<Item>): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  for (const { node, specifier } of graph.imports) findings.push(...judgeSubpath(node, specifier))
  for (const item of reached) {
    const inspector = new Inspector(graph, item)
    inspector.inspect(item.node)
    findings.push(...inspector.findings)
  }
  return findings.sort((a, b) => a.offset - b.offset)
}

/** Inspects the code of one item. */
class Inspector {
  readonly findings: Array<Finding> = []
  private readonly graph: ModuleGraph
  private readonly item: Item

  constructor(graph: ModuleGraph, item: Item) {
    this.graph = graph
    this.item = item
  }

  inspect(node: SyntaxNode): void {
    const reference = this.reference(node)
    if (reference !== undefined) this.judge(node, reference)
    else if (this.isKnownMember(node)) this.inspectProperty(node)
    else if (this.isWrittenDate(node)) for (const argument of children(node, "arguments")) this.inspect(argument)
    else {
      this.judgeSyntax(node)
      for (const part of parts(node)) this.inspect(part)
    }
  }

  private reference(node: SyntaxNode | undefined): Reference | undefined {
    return node === undefined ? undefined : resolve(this.graph, this.item, node)
  }

  private found(node: SyntaxNode, text: string): void {
    this.findings.push({ offset: node.start, text })
  }

  private judge(node: SyntaxNode, reference: Reference): void {
    if (reference._tag === "Imported") this.judgeImport(node, reference.imported)
    if (reference._tag !== "Global") return
    const advice = reference.name === "Date" ? CLOCK : GLOBALS.get(reference.name)
    if (advice !== undefined) this.found(node, `${reference.name}: ${advice}`)
  }

  /** Judges `Math.x`, and `x` of the default export of one of Node's modules; false for other nodes. */
  private isKnownMember(node: SyntaxNode): boolean {
    const owner = node.type === "MemberExpression" ? this.reference(child(node, "object")) : undefined
    const name = memberName(node) ?? ""
    if (owner?._tag === "Global" && HOLDERS.has(owner.name)) {
      this.judgeMember(node, owner.name, name)
      return true
    }
    if (owner?._tag !== "Imported" || owner.imported.name !== "default" || !isBuiltin(owner.imported.specifier)) {
      return false
    }
    this.judgeImport(node, { specifier: owner.imported.specifier, name })
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
    } else if (module === "crypto" && /^random|^generate|^getRandomValues$|^webcrypto$/u.test(name)) {
      this.found(node, `${name} of ${specifier}: ${RANDOM}`)
    }
  }

  /** `new Date(2026, 0)` is a value like any other; `new Date()` is the time. */
  private isWrittenDate(node: SyntaxNode): boolean {
    const callee = node.type === "NewExpression" ? this.reference(child(node, "callee")) : undefined
    return callee?._tag === "Global" && callee.name === "Date" && children(node, "arguments").length > 0
  }

  private judgeSyntax(node: SyntaxNode): void {
    switch (node.type) {
      case "MetaProperty":
        if (text(child(node, "meta"), "name") === "import") {
          this.found(node, `import.meta leads past the bundler: ${BESIDE}`)
        }
        return
      case "ImportExpression":
        this.judgeDynamicImport(node)
        return
      case "VariableDeclarator":
        this.judgeDestructuring(child(node, "id"), child(node, "init"))
        return
      case "AssignmentExpression":
        this.judgeDestructuring(child(node, "left"), child(node, "right"))
        return
      case "CallExpression":
        this.judgeCall(node)
        return
    }
  }

  private judgeDynamicImport(node: SyntaxNode): void {
    const specifier = dynamicImport(node)
    if (specifier === undefined) this.found(node, "import() of a computed name: only a written one can be identified")
    else {
      this.judgeImport(node, { specifier, name: "*" })
      this.findings.push(...judgeSubpath(node, specifier))
    }
  }

  /** `const { random } = Math` is `Math.random`. */
  private judgeDestructuring(pattern: SyntaxNode | undefined, value: SyntaxNode | undefined): void {
    const owner = this.reference(value)
    if (pattern?.type !== "ObjectPattern" || owner?._tag !== "Global") return
    for (const property of children(pattern, "properties")) {
      this.judgeMember(property, owner.name, memberName(property) ?? "")
    }
  }

  private judgeCall(node: SyntaxNode): void {
    const name = memberName(child(node, "callee") ?? node) ?? ""
    if (name === "constructor") this.found(node, `constructor: ${UNSEEN}`)
    const before = LANGUAGE_METHODS.get(name)
    const language = children(node, "arguments")[before ?? 0]
    if (before !== undefined && language?.type !== "Literal") this.found(node, `${name}: ${LANGUAGE}`)
  }
}

const judgeSubpath = (node: SyntaxNode, specifier: string): ReadonlyArray<Finding> =>
  specifier.startsWith("effect/")
    ? [{ offset: node.start, text: `${specifier}: import from "effect", which all stages share` }]
    : []

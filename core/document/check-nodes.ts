/** What the YAML grammar allows and a pipeline file does not: duplicate keys, keys that are no text, tags, alias bombs. */
import { type Alias, isAlias, isCollection, isMap, isPair, isScalar, type Node, type YAMLMap } from "yaml"
import { isGuarded } from "../fault/hooks.ts"
import { unseenIn } from "./unseen-characters.ts"

/** Values that a file may have once its aliases are followed: against aliases of aliases, which grow exponentially. */
const MAX_VALUES = 200_000

/** Levels of nesting once aliases are followed. */
const MAX_DEPTH = 128

export interface Finding {
  readonly start: number
  readonly end: number
  readonly message: string
  readonly hint?: string
  /** The value there is unknown: further complaints about it would only follow from this one. */
  readonly isBroken?: true
}

export interface CheckedNodes {
  readonly findings: ReadonlyArray<Finding>
  /** What each alias stands for: the last anchor of its name before it. */
  readonly aliases: ReadonlyMap<Alias, Node>
  /** Following the aliases would take more time or stack than there is. */
  readonly isExhausting: boolean
}

interface Extent {
  readonly values: number
  readonly depth: number
}

/** Walks over all nodes once; an alias counts as much as what it stands for, without being followed. */
export const checkNodes = (root: Node | null): CheckedNodes => {
  const walk = new Walk()
  walk.visit(root)
  return walk
}

class Walk {
  readonly findings: Array<Finding> = []
  readonly aliases = new Map<Alias, Node>()
  private readonly anchors = new Map<string, Node>()
  private readonly extents = new Map<Node, Extent>()
  isExhausting = false

  visit(node: unknown): Extent {
    if (isAlias(node)) return this.alias(node)
    if (isScalar(node)) {
      this.properties(node)
      const extent = { values: 1, depth: 1 }
      if (node.anchor !== undefined) this.extents.set(node, extent)
      return extent
    }
    return isCollection(node) ? this.collection(node) : { values: 1, depth: 1 }
  }

  private collection(node: Extract<Node, { items: Array<unknown> }>): Extent {
    this.properties(node)
    if (isMap(node)) this.keys(node)
    let values = 1
    let depth = 0
    for (const item of node.items) {
      if (isPair(item) && isAlias(item.key)) this.visit(item.key)
      const inner = this.visit(isPair(item) ? item.value : item)
      values += inner.values
      depth = Math.max(depth, inner.depth)
      if (!this.isExhausting && (values > MAX_VALUES || depth >= MAX_DEPTH) && isGuarded("count-aliases")) {
        this.exhaust(item)
      }
    }
    const extent = { values, depth: depth + 1 }
    if (node.anchor !== undefined) this.extents.set(node, extent)
    return extent
  }

  /** Told once, at the smallest part that is too large. */
  private exhaust(item: unknown): void {
    this.isExhausting = true
    const [start, end] = placeOf(isPair(item) ? (item.value ?? item.key) : item)
    this.findings.push({
      start,
      end,
      message: `aliases expand to more than ${MAX_VALUES} values or ${MAX_DEPTH} levels`
    })
  }

  private alias(node: Alias): Extent {
    const target = this.anchors.get(node.source)
    const extent = target === undefined ? undefined : this.extents.get(target)
    if (target !== undefined && extent !== undefined) {
      this.aliases.set(node, target)
      return extent
    }
    const [start, end] = placeOf(node)
    const message =
      target === undefined ? `alias *${node.source} leads to nothing` : `alias *${node.source} contains itself`
    this.findings.push({
      start,
      end,
      message,
      ...(target === undefined ? { hint: "text that starts with * needs quotes" } : {}),
      isBroken: true
    })
    return { values: 1, depth: 1 }
  }

  private properties(node: Node): void {
    if (!isAlias(node) && node.anchor !== undefined) this.anchors.set(node.anchor, node)
    if (node.tag === undefined || !isGuarded("refuse-tags")) return
    const [start, end] = placeOf(node)
    const tag = node.tag.replace("tag:yaml.org,2002:", "!!")
    this.findings.push({
      start,
      end,
      message: `tags such as ${tag} are not used here`,
      hint: "quotes make text of a value",
      isBroken: true
    })
  }

  private keys(map: YAMLMap): void {
    const seen = new Set<string>()
    for (const { key } of map.items) {
      const [start, end] = placeOf(key)
      if (!isScalar(key) || typeof key.value === "object") {
        const hint = isMap(key)
          ? 'YAML reserves { } for maps: an expression inside them needs quotes, "${{ … }}"'
          : undefined
        this.findings.push({ start, end, message: "a key must be text", ...(hint === undefined ? {} : { hint }) })
        continue
      }
      const name = String(key.value)
      const wrong = wrongKey(name)
      if (wrong !== undefined) this.findings.push({ start, end, message: wrong })
      if (seen.has(name)) {
        this.findings.push({ start, end, message: `duplicate key "${name}"`, hint: "each key may stand once in a map" })
      }
      seen.add(name)
    }
  }
}

/** Keys with which a map could become more than a map; and keys that do not look like what they are. */
const wrongKey = (name: string): string | undefined => {
  if (isGuarded("refuse-prototypes") && PROTOTYPES.has(name)) return `a key cannot be ${name}`
  const unseen = isGuarded("check-paths") ? unseenIn(name) : undefined
  return unseen === undefined ? undefined : `a key cannot hold ${unseen}, which nobody sees`
}

const PROTOTYPES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"])

const placeOf = (node: unknown): readonly [number, number] => {
  const range = isAlias(node) || isScalar(node) || isCollection(node) ? node.range : undefined
  return range === undefined || range === null ? [0, 1] : [range[0], range[1]]
}

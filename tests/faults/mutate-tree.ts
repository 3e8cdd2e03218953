/** Changes to what a pipeline file says: its YAML stays well-formed. */
import {
  Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Pair,
  parseDocument,
  Scalar,
  YAMLMap,
  YAMLSeq
} from "yaml"
import type { Random } from "./Random.ts"

/** A node with what holds it. */
interface Place {
  readonly parent: YAMLMap | YAMLSeq
  readonly index: number
}

const VALUES: ReadonlyArray<unknown> = [
  ...[null, true, false, 0, -1, 1.5, 1e5, 1e9, 1e308, 2 ** 53, "", " ", "x", "a.b", "012", "no", "2026-01-01"],
  ...["../x", "/x", "con", "a\u0000b", "a\u202eb", "__proto__", "constructor", "x".repeat(5000), "\ud800"],
  ...[
    "${{ params.n }}",
    "${{ matrix.seed }}",
    "${{ range(100000) }}",
    "${{ range(300) }}",
    "${{ range(1e9) }}",
    "${{ range(1e12) }}",
    "${{ range(2 ** 53) }}",
    "${{ 1 + }}",
    "${{ [x for x in range(3) if x > 1] }}"
  ],
  ...[
    "${{ params }}",
    "${{ str(params) + str(params) }}",
    "${{ join(range(100000), str(range(1000))) }}",
    "${{ env.HOME }}",
    "${{ !true ? 1 : 2 }}"
  ],
  ...[
    [],
    {},
    [[]],
    [1, 2, 3],
    ["x", "x"],
    { a: 1 },
    { from: "numbers.numbers" },
    { name: "x", id: 3 },
    [{ n: 1 }, { n: 2 }]
  ]
]

const KEYS = [
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "valueOf",
    "length",
    "then",
    "<<",
    "",
    " ",
    "a b",
    "a.b",
    "é",
    "e\u0301"
  ],
  ...[
    "name",
    "stages",
    "params",
    "uses",
    "with",
    "matrix",
    "zip",
    "from",
    "include",
    "exclude",
    "inputs",
    "outputs",
    "run",
    "files",
    "when"
  ],
  ...[
    "profiles",
    "sources",
    "limits",
    "report",
    "figures",
    "expect",
    "schedule",
    "env",
    "paramsFrom",
    "retries",
    "resources",
    "default",
    "sources"
  ]
]

/** One change somewhere in the tree; the text as it is where it has none. */
export const mutateTree = (text: string, random: Random): string => {
  const document = parseDocument(text, { uniqueKeys: false })
  const places = placesIn(document)
  if (places.length === 0 || document.errors.length > 0) return text
  random.of(CHANGES)(random.of(places), random, document, places)
  try {
    return document.toString({ lineWidth: 0 })
  } catch {
    // What the library does not write is no file.
    return text
  }
}

const placesIn = (document: Document): ReadonlyArray<Place> => {
  const places: Array<Place> = []
  const visit = (node: unknown): void => {
    if (!isMap(node) && !isSeq(node)) return
    for (const [index, item] of node.items.entries()) {
      places.push({ parent: node, index })
      visit(isPair(item) ? item.value : item)
    }
  }
  visit(document.contents)
  return places
}

type Change = (place: Place, random: Random, document: Document, places: ReadonlyArray<Place>) => void

const valueAt = ({ parent, index }: Place): unknown => {
  const item: unknown = parent.items[index]
  return isPair(item) ? item.value : item
}

const put = ({ parent, index }: Place, value: unknown): void => {
  const item: unknown = parent.items[index]
  if (isPair(item)) item.value = value
  else parent.items[index] = value as never
}

const CHANGES: ReadonlyArray<Change> = [
  ({ parent, index }) => parent.items.splice(index, 1),
  ({ parent, index }, random) =>
    parent.items.splice(random.below(parent.items.length + 1), 0, parent.items[index] as never),
  (place, random, document) => put(place, document.createNode(random.of(VALUES))),
  (place, random, document) => put(place, document.createNode(random.of(VALUES))),
  // The value of another place.
  (place, random, _, places) => {
    const other = valueAt(random.of(places))
    if (isScalar(other)) put(place, new Scalar(other.value))
    else if (isCollection(other)) put(place, other.clone())
  },
  // Another key, near to the old one or far.
  ({ parent, index }, random) => {
    const item: unknown = parent.items[index]
    if (!isPair(item)) return
    const key = isScalar(item.key) ? String(item.key.value) : ""
    item.key = new Scalar(random.of([...KEYS, `${key}x`, key.slice(1), key.toUpperCase(), `${key}-${key}`]))
  },
  ({ parent }, random, document) => {
    if (isMap(parent)) parent.items.push(new Pair(new Scalar(random.of(KEYS)), document.createNode(random.of(VALUES))))
    else parent.items.push(document.createNode(random.of(VALUES)) as never)
  },
  // A list or map around a value, once or very often.
  (place, random) => {
    let value = valueAt(place)
    for (let count = random.of([1, 2, 70, 140]); count > 0; count--) {
      const around = random.next() < 0.5 ? new YAMLSeq() : new YAMLMap()
      around.items.push((isMap(around) ? new Pair(new Scalar("a"), value) : value) as never)
      value = around
    }
    put(place, value)
  },
  // An alias of something before, or of itself; or aliases of aliases.
  (place, random, document, places) => {
    const target = valueAt(random.of(places))
    if (!isScalar(target) && !isCollection(target)) return
    target.anchor = "z"
    put(place, new Alias("z"))
    if (document.contents === null) document.errors.length = 0
  },
  (place) => {
    const list = new YAMLSeq()
    for (let level = 0; level < 9; level++) {
      const items = new YAMLSeq()
      items.anchor = `b${level}`
      for (let count = 0; count < 9; count++)
        items.items.push(level === 0 ? new Scalar("x") : new Alias(`b${level - 1}`))
      list.items.push(items)
    }
    put(place, list)
  },
  // Numbers at the ends of what there is.
  (place, random) => {
    const value = valueAt(place)
    if (isScalar(value) && typeof value.value === "number") {
      put(place, new Scalar(random.of([0, -1, -value.value, value.value * 1e6, 2 ** 53, 1e300, 0.5, 1e4, 1e5, 1e9])))
    }
  },
  // A change within an expression or a reference.
  (place, random) => {
    const value = valueAt(place)
    if (!isScalar(value) || typeof value.value !== "string" || value.value === "") return
    const at = random.below(value.value.length)
    const inserted = random.of([
      "(",
      ")",
      "[",
      "]",
      ".",
      "?",
      "@",
      "*",
      "-",
      "!",
      "'",
      '"',
      "1e9",
      " for x in ",
      "range(1e9)",
      "}}",
      "${{",
      "\u202e"
    ])
    put(place, new Scalar(value.value.slice(0, at) + inserted + value.value.slice(at + random.below(3))))
  },
  (place, random) => {
    const value = valueAt(place)
    if (isAlias(value) || !isScalar(value)) return
    value.tag = random.of(["!!js/function", "!!binary", "!!set", "!x", "tag:x,2026:y"])
  }
]

/** What the language and Effect promise about calls: which make a value and touch nothing else. */

/** Globals that can be called or constructed without an effect; what they are given may be read, never changed. */
export const PURE_CALLS: ReadonlySet<string> = new Set([
  "Array",
  "ArrayBuffer",
  "BigInt",
  "BigInt64Array",
  "BigUint64Array",
  "Boolean",
  "DataView",
  "Error",
  "Float32Array",
  "Float64Array",
  "Int16Array",
  "Int32Array",
  "Int8Array",
  "Map",
  "Number",
  "RangeError",
  "RegExp",
  "Set",
  "String",
  "Symbol",
  "TextDecoder",
  "TextEncoder",
  "TypeError",
  "Uint16Array",
  "Uint32Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "WeakMap",
  "isFinite",
  "isNaN",
  "parseFloat",
  "parseInt"
])

/** Globals whose members are functions without an effect, but for those listed in `CHANGING_MEMBERS`. */
export const PURE_HOLDERS: ReadonlySet<string> = new Set([...PURE_CALLS, "Buffer", "JSON", "Math", "Object"])

/** Members of those that change their first argument. */
export const CHANGING_MEMBERS: ReadonlySet<string> = new Set([
  "assign",
  "defineProperties",
  "defineProperty",
  "freeze",
  "preventExtensions",
  "seal",
  "setPrototypeOf"
])

/** Methods of arrays, typed arrays, texts, maps, sets and numbers that change nothing. */
export const READING_METHODS: ReadonlySet<string> = new Set([
  ..."at charAt charCodeAt codePointAt concat endsWith entries every filter find findIndex flat flatMap forEach".split(
    " "
  ),
  ..."get has includes indexOf join keys lastIndexOf map match padEnd padStart reduce reduceRight repeat replace".split(
    " "
  ),
  ..."replaceAll slice some split startsWith subarray substring toFixed toLowerCase toPrecision toReversed".split(" "),
  ..."toSorted toString toUpperCase trim values valueOf with".split(" ")
])

/** Methods and functions that call at once what they are given, with the place of that argument. */
export const CALLING_METHODS: ReadonlyMap<string, number> = new Map([
  ..."every filter find findIndex findLast flatMap forEach map reduce reduceRight some sort toSorted"
    .split(" ")
    .map((name) => [name, 0] as const),
  ..."from fromAsync groupBy parse replace replaceAll stringify".split(" ").map((name) => [name, 1] as const)
])

/** Methods of the same that change the object itself and nothing else. */
export const CHANGING_METHODS: ReadonlySet<string> = new Set(
  "add clear copyWithin delete fill pop push reverse set shift sort splice unshift".split(" ")
)

/** Methods whose result is a new object. Not `slice`: that of a Buffer shows the same bytes. */
export const COPYING_METHODS: ReadonlySet<string> = new Set(
  "concat filter flat flatMap map split toReversed toSorted with".split(" ")
)

/** Methods whose result is the object itself, shows it, or is new: nobody else knows it when nobody knows the object. */
export const VIEWING_METHODS: ReadonlySet<string> = new Set(
  "add copyWithin fill reverse set slice sort splice subarray".split(" ")
)

/** Methods that the language calls by itself to make a text, a number or JSON of an object. */
export const CONVERTING_METHODS: ReadonlySet<string> = new Set(["toJSON", "toString", "valueOf"])

/** Methods of iterators that it calls to go through them. */
export const STEPPING_METHODS: ReadonlySet<string> = new Set(["next", "return", "throw"])

/** Members that functions of the language read of what they are given, by name. */
export const READ_MEMBERS: ReadonlySet<string> = new Set([
  ..."cause configurable constructor enumerable exec flags get has index keys lastIndex length raw set size".split(" "),
  ..."source value writable".split(" ")
])

/** Members that make properties from descriptions: functions called `get` and `set` are accessors where these are used. */
export const DEFINING_MEMBERS: ReadonlySet<string> = new Set(
  "__defineGetter__ __defineSetter__ create defineProperties defineProperty".split(" ")
)

/** Methods that give an iterator: to go through it uses it up. */
export const ITERATING_METHODS: ReadonlySet<string> = new Set("entries keys matchAll values".split(" "))

/** Functions of the language that go through an iterator to its end. */
export const EXHAUSTING_MEMBERS: ReadonlySet<string> = new Set("from fromEntries groupBy".split(" "))

/** Modules of Effect whose functions describe something: what they are given is called later, if ever. */
export const DESCRIBING_MODULES: ReadonlySet<string> = new Set([
  ..."Brand Cause Config Context Data Effect Layer Schedule Schema SchemaGetter SchemaIssue".split(" "),
  ..."SchemaTransformation Stream".split(" ")
])

/** Modules of Effect whose functions compute at once and change nothing but through what they are given. */
export const COMPUTING_MODULES: ReadonlySet<string> = new Set([
  ..."Array BigDecimal BigInt Boolean Chunk Duration Equivalence Exit Function HashMap HashSet Iterable Match".split(
    " "
  ),
  ..."Number Option Order Predicate Record Result String Struct Symbol Tuple flow pipe identity".split(" ")
])

/** Functions of those modules that run something at once. */
export const isRunning = (member: string): boolean => /^run|Unsafe$|Eager$|^make$/u.test(member)

/** Functions of those modules whose result runs something when it is called. */
export const isRunningLater = (member: string): boolean =>
  /(Sync|Promise|Exit|Option|Result)$|^is$|^asserts$/u.test(member)

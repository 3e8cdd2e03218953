/**
 * What the language gives to all code of a worker alike: its globals and their prototypes.
 *
 * In a thread it is sealed before any stage comes there. What a stage could do to it others would see; what it could reach
 * through it, as a function made of text or Node's `process`, would do what the rules for stages refuse, in the orchestrator's
 * own process. Where packages run, which may need all that, it is only watched.
 */

import { refuseText, stopMakers } from "../code/function-makers.ts"

type Key = string | symbol

/** Globals of the language and of Node that stages may use. */
const ROOTS = (
  "AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean Buffer DataView Date Error EvalError " +
  "FinalizationRegistry Float32Array Float64Array Function Int16Array Int32Array Int8Array Iterator JSON Map Math Number " +
  "Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TextDecoder " +
  "TextEncoder TypeError URIError URL URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef " +
  "WeakSet WebAssembly atob btoa clearImmediate clearInterval clearTimeout decodeURI decodeURIComponent encodeURI " +
  "encodeURIComponent escape isFinite isNaN parseFloat parseInt queueMicrotask setImmediate setInterval setTimeout " +
  "structuredClone unescape"
).split(" ")

/** Globals that lead out of a stage. */
const DOORS = (
  "process global require module exports fetch Request Response FormData Headers WebSocket EventSource XMLHttpRequest " +
  "BroadcastChannel MessageChannel MessagePort Worker navigator localStorage sessionStorage Storage crypto CryptoKey SubtleCrypto"
).split(" ")

/** Prototypes of what only syntax makes. */
const hidden = (): ReadonlyArray<readonly [string, object]> => {
  const of = (value: object): object => Object.getPrototypeOf(value) as object
  const async = async function* () {}
  return [
    ["TypedArray", of(Uint8Array)],
    ["%ArrayIterator%", of([][Symbol.iterator]())],
    ["%MapIterator%", of(new Map()[Symbol.iterator]())],
    ["%SetIterator%", of(new Set()[Symbol.iterator]())],
    ["%StringIterator%", of(""[Symbol.iterator]())],
    ["%RegExpStringIterator%", of("".matchAll(/x/gu))],
    ["%AsyncFunction%", of(async () => {})],
    ["%GeneratorFunction%", of(function* () {})],
    ["%AsyncGeneratorFunction%", of(async)],
    ["%AsyncIterator%", of(of(of(async.prototype as object)))]
  ]
}

/** What is to stay as it is, with the name that a person knows. */
const shared = (): ReadonlyMap<object, string> => {
  const found = new Map<object, string>()
  const add = (value: unknown, name: string): void => {
    if (!isObject(value) || found.has(value)) return
    found.set(value, name)
    add(Reflect.getOwnPropertyDescriptor(value, "prototype")?.value, `${name}.prototype`)
  }
  for (const name of ROOTS) add(Reflect.get(globalThis, name), name)
  for (const [name, value] of hidden()) add(value, name)
  return found
}

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function"

/** Looks at properties that can be changed: says which of them is not what it was. */
class Watch {
  private readonly objects: Array<object> = []
  private readonly names: Array<string> = []
  private readonly sizes: Array<number> = []
  private readonly owners: Array<Record<Key, unknown>> = []
  private readonly keys: Array<Key> = []
  private readonly values: Array<unknown> = []
  private readonly titles: Array<string> = []

  /** Watches how many properties an object has. */
  addObject(object: object, name: string): void {
    this.objects.push(object)
    this.names.push(name)
    this.sizes.push(Reflect.ownKeys(object).length)
  }

  addProperty(object: object, key: Key, value: unknown, name: string): void {
    this.owners.push(object as Record<Key, unknown>)
    this.keys.push(key)
    this.values.push(value)
    this.titles.push(`${name}.${String(key)}`)
  }

  /** Called after every attempt: a plain loop. */
  readonly change = (): string | undefined => {
    for (let index = 0; index < this.owners.length; index++) {
      const value = this.owners[index]![this.keys[index]!]
      if (value !== this.values[index] && !Object.is(value, this.values[index])) return this.titles[index]
    }
    for (let index = 0; index < this.objects.length; index++) {
      if (Reflect.ownKeys(this.objects[index]!).length !== this.sizes[index]) return this.names[index]
    }
    return undefined
  }
}

/** Watches what packages could change. The result says what is changed since. */
export const watchRealm = (): (() => string | undefined) => {
  const watch = new Watch()
  for (const [object, name] of shared()) {
    watch.addObject(object, name)
    for (const [key, value] of changeable(object)) watch.addProperty(object, key, value, name)
  }
  return watch.change
}

/** Values that can be replaced, but for one that Node and Effect replace themselves. */
const changeable = (object: object): ReadonlyArray<readonly [Key, unknown]> =>
  Reflect.ownKeys(object).flatMap((key) => {
    const property = Reflect.getOwnPropertyDescriptor(object, key)
    return property === undefined || !("value" in property) || key === "stackTraceLimit" ? [] : [[key, property.value]]
  })

/**
 * Seals it: from now on nothing of it can be replaced or added to, no function is made of text, and nothing leads to Node. What
 * the engine would run slower if it were sealed is watched: the result says what of that is changed since.
 */
export const sealRealm = (): (() => string | undefined) => {
  closeDoors()
  closeMakers()
  const watch = new Watch()
  const objects = shared()
  for (const [object, name] of objects) {
    for (const method of methodsOf(object)) Object.preventExtensions(method)
    if (FAST.has(name)) {
      watch.addObject(object, name)
      for (const [key, value] of changeable(object)) watch.addProperty(object, key, value, name)
    } else {
      for (const [key, value] of seal(object, name)) watch.addProperty(object, key, value, name)
      Object.preventExtensions(object)
    }
  }
  for (const name of ROOTS) {
    // Node makes some of its own when they are first asked for.
    const value: unknown = Reflect.get(globalThis, name)
    Object.defineProperty(globalThis, name, { value, writable: false, configurable: false })
  }
  return watch.change
}

const methodsOf = (object: object): ReadonlyArray<object> =>
  Object.values(Object.getOwnPropertyDescriptors(object)).flatMap(({ get, set, value }) =>
    [get, set, value].filter((method): method is () => unknown => typeof method === "function")
  )

const closeDoors = (): void => {
  for (const name of DOORS) Reflect.deleteProperty(globalThis, name)
  // Node's own holds the streams that lead to the orchestrator. What is said is caught at each attempt.
  const quiet = Object.fromEntries(Object.keys(console).map((name) => [name, () => {}]))
  Object.defineProperty(globalThis, "console", { value: quiet, writable: false, configurable: false })
}

/** Takes away what makes code of text, by name too. */
const closeMakers = (): void => {
  stopMakers()
  Object.defineProperty(globalThis, "Function", { value: Function.prototype.constructor })
  Object.defineProperty(globalThis, "eval", { value: refuseText, writable: false, configurable: false })
}

/** Objects that the engine knows by their looks. */
const FAST: ReadonlySet<string> = new Set("Array.prototype Map.prototype RegExp.prototype Set.prototype".split(" "))

/** Properties by whose changes the engine gives up what makes it fast. */
const FAST_KEYS: ReadonlySet<Key> = new Set<Key>(["next", "then", "resolve", Symbol.iterator, Symbol.species])

/** Objects whose `constructor` is such a property. */
const SPECIES = /^(?:Array|Promise|ArrayBuffer|SharedArrayBuffer|TypedArray|\w+Array)\.prototype$/u

/** Objects from which all inherit that a stage makes: what it gives to its own may have any of their names. */
const ANCESTORS: ReadonlySet<string> = new Set(["Object.prototype", "Function.prototype", "Error.prototype"])

/** Names that others give to their own too. */
const COMMON: ReadonlySet<Key> = new Set<Key>([
  ..."constructor toString toLocaleString valueOf toJSON name message concat push entries keys values".split(" "),
  Symbol.toStringTag
])

/** Seals the properties of an object; gives those that stay open, with their values. */
const seal = (object: object, name: string): ReadonlyArray<readonly [Key, unknown]> => {
  const open: Array<readonly [Key, unknown]> = []
  const isPrototype = name.endsWith("prototype") || name.startsWith("%")
  for (const [key, value] of changeable(object)) {
    const { configurable = false, enumerable = false } = Reflect.getOwnPropertyDescriptor(object, key) ?? {}
    if (!configurable) continue
    if (FAST_KEYS.has(key) || (key === "constructor" && SPECIES.test(name))) open.push([key, value])
    else if (isPrototype && (ANCESTORS.has(name) || COMMON.has(key))) {
      Object.defineProperty(object, key, overridable(object, key, value, enumerable))
    } else Object.defineProperty(object, key, { writable: false, configurable: false })
  }
  for (const key of Reflect.ownKeys(object)) {
    if (Reflect.getOwnPropertyDescriptor(object, key)?.get === undefined) continue
    if (FAST_KEYS.has(key)) open.push([key, Reflect.get(object, key)])
    else Object.defineProperty(object, key, { configurable: false })
  }
  return open
}

/** A property that cannot be changed, and that an assignment gives to whatever inherits it, as it does where it can be. */
const overridable = (object: object, key: Key, value: unknown, enumerable: boolean): PropertyDescriptor => ({
  get: () => value,
  set(this: object, own: unknown) {
    if (this === object) throw new TypeError(`${String(key)} is the same for all that runs in this thread`)
    Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true })
  },
  enumerable,
  configurable: false
})

/** What a stage may not name, each with advice. */

const OUTSIDE = "data from outside is a source of the pipeline"
export const BESIDE = "import data files, so that their bytes are part of the code"
const DECLARE = "what a stage depends on is a parameter or an input"
const LEADS_PAST = "it leads past the rules for stages"
const HASH = "draw from stream(seed, name) of athanor/math/random, and hash with node:crypto"
const LEFTOVERS = "it shows what lay in memory before: use Buffer.alloc"
const COLLECTION = "what it tells depends on when memory is freed"

export const UNSEEN = "it runs code that cannot be identified"
export const RANDOM = "results would differ each time: draw from stream(seed, name) of athanor/math/random"
export const CLOCK = "the time is no input of a stage; the run keeps how long each task took"
export const SHARED = "it is the same for all tasks of a thread, which would see what this one changes"
export const LANGUAGE = "it depends on the language of the machine: name one, or compare with < and toUpperCase()"
export const TIME_ZONE = "it depends on the time zone of the machine: use Date.UTC and getUTC…"
export const ZONED_TEXT = "it depends on the time zone of the machine: write it with toISOString()"
export const STACK = "it tells where the store and the sources lie on this machine"
export const IDENTITY_HASH = "functions have random hashes: use texts or numbers"

/** Globals that a stage may not touch. */
export const GLOBALS: ReadonlyMap<string, string> = new Map([
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
  ["BroadcastChannel", OUTSIDE],
  ["localStorage", OUTSIDE],
  ["sessionStorage", OUTSIDE],
  ["__dirname", BESIDE],
  ["__filename", BESIDE],
  ["Intl", LANGUAGE],
  ["crypto", HASH],
  ["performance", CLOCK],
  ["Temporal", CLOCK],
  ["Event", CLOCK],
  ["CustomEvent", CLOCK],
  ["MessageEvent", CLOCK],
  ["File", CLOCK],
  ["WeakRef", COLLECTION],
  ["FinalizationRegistry", COLLECTION]
])

/** Globals of which a stage must name the member that it uses, and the members that it may not use. */
export const HOLDERS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ["Math", new Map([["random", RANDOM]])],
  ["Date", new Map([["now", CLOCK]])]
])

export const NAME_MEMBER =
  "write the member that you use behind it: another one would give a different result each time"

/** Functions that a stage may not use, whatever they are members of. */
export const MEMBERS: ReadonlyMap<string, string> = new Map([
  ["allocUnsafe", LEFTOVERS],
  ["allocUnsafeSlow", LEFTOVERS],
  ["captureStackTrace", STACK],
  ["prepareStackTrace", STACK],
  ["createObjectURL", RANDOM]
])

/** Methods that follow the language of the machine unless an argument, after this many others, names one. */
export const LANGUAGE_METHODS: ReadonlyMap<string, number> = new Map([
  ["localeCompare", 1],
  ["toLocaleString", 0],
  ["toLocaleDateString", 0],
  ["toLocaleTimeString", 0],
  ["toLocaleLowerCase", 0],
  ["toLocaleUpperCase", 0]
])

/** Methods of dates that follow the time zone of the machine. */
export const LOCAL_TIME_METHODS: ReadonlySet<string> = new Set([
  ..."Date Day FullYear Hours Milliseconds Minutes Month Seconds"
    .split(" ")
    .flatMap((part) => [`get${part}`, `set${part}`]),
  ..."getTimezoneOffset getYear setYear toDateString toTimeString".split(" ")
])

/** Modules of Effect that bring in what the identity and the key do not hold. */
export const EFFECT_MODULES: ReadonlyMap<string, string> = new Map([
  ["Clock", CLOCK],
  ["Random", RANDOM],
  ["Config", DECLARE],
  ["ConfigProvider", DECLARE],
  ["FileSystem", OUTSIDE]
])

const allAre = (advice: string, names: string): ReadonlyArray<readonly [string, string]> =>
  names.split(" ").map((name) => [name, advice])

/** The same for members of other modules. */
export const EFFECT_MEMBERS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ["Effect", new Map(allAre(CLOCK, "timed clockWith"))],
  [
    "DateTime",
    new Map([
      ...allAre(CLOCK, "now nowAsDate nowUnsafe nowInCurrentZone"),
      ...allAre(TIME_ZONE, "zoneMakeLocal formatLocal withCurrentZoneLocal layerCurrentZoneLocal")
    ])
  ],
  ["Hash", new Map([["random", RANDOM]])]
])

/** Modules of Effect that hash what they are given, which is random for functions. */
export const HASHING_MODULES: ReadonlySet<string> = new Set(
  "Hash HashMap HashSet MutableHashMap MutableHashSet".split(" ")
)

/** Modules of Node that compute and reach nothing. */
export const PURE_MODULES: ReadonlySet<string> = new Set(
  "assert buffer crypto events string_decoder util zlib".split(" ")
)

/** Functions of `node:crypto` that draw random numbers; of the module as a whole any could be used. */
export const isRandomCrypto = (name: string): boolean =>
  /^random|^generate|^(getRandomValues|webcrypto|subtle|sign|\*|default)$/u.test(name)

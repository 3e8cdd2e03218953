/** Changes to the characters of a pipeline file, whatever they mean. */
import type { Random } from "./Random.ts"

/** What YAML and expressions are made of, and what has broken readers of them before. */
const TOKENS = [
  ...[
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "  ",
    "\0",
    "\ufeff",
    "\u202e",
    "\u001b[2J",
    "\u0085",
    "\u2028",
    "\ud800",
    "\uffff",
    "é",
    "e\u0301"
  ],
  ...[
    "- ",
    "? ",
    ": ",
    ":",
    "# ",
    "|",
    ">",
    "|-\n",
    ">+2\n",
    "&a ",
    "*a",
    "<<: *a\n",
    "<<: [*a, *a]\n",
    "!!binary ",
    "!!js/function ",
    "!x ",
    "!<a> "
  ],
  ...[
    "---\n",
    "...\n",
    "%YAML 1.1\n---\n",
    "%TAG ! x\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    '"',
    "'",
    "\\",
    '"\\x00"',
    '"\\ud800"',
    "@",
    "`"
  ],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__proto__: 1\n", "constructor: {}\n"],
  ...[
    "null",
    "~",
    "yes",
    "no",
    "012",
    "0o17",
    "0x1F",
    ".inf",
    "-.inf",
    ".nan",
    "1e999",
    "1e5",
    "1e9",
    "9007199254740993",
    "-0",
    "1_000",
    "12:30:45",
    "2026-01-01"
  ],
  ...[
    "${{",
    "}}",
    "${{ ",
    " }}",
    "${{ range(1e12) }}",
    "${{ range(100000) }}",
    "${{ range(1e5) }}",
    "${{ range(1e9) }}",
    "${{ range(2 ** 53) }}",
    "${{ 1 / 0 }}",
    "${{ 2 ** 9999 }}",
    "${{ [x for x in range(3)] }}"
  ],
  ...[
    "${{ params.n }}",
    "${{ matrix.seed }}",
    "${{ env.HOME }}",
    "${{ params.__proto__ }}",
    "${{ params.constructor }}",
    "${{ keys(params) }}"
  ],
  ...[
    "${{ join(range(100000), str(range(1000))) }}",
    "${{ [[y for y in range(100000)] for x in range(100000)] }}",
    "${{ zip(range(3), range(4)) }}"
  ],
  ...[
    "(",
    ")",
    "((((((((",
    "))))))))",
    "[[[[[[[[",
    "]]]]]]]]",
    "{{{{{{{{",
    " ? ",
    " : ",
    " for x in ",
    " if ",
    " && ",
    " == ",
    "**",
    "-",
    "!"
  ],
  ...[
    "../",
    "/etc/passwd",
    "..",
    ".",
    "con",
    "aux.txt",
    "a/../../b",
    "C:\\x",
    "~",
    "\\\\host",
    "a b",
    "-rf",
    ";$(x)",
    "x".repeat(300)
  ],
  ...[
    "name: ",
    "stages:\n",
    "params: ",
    "include: ",
    "uses: ",
    "with: ",
    "matrix: ",
    "zip: ",
    "from: ",
    "when: ",
    "inputs: ",
    "outputs: ",
    "files: "
  ],
  ...[
    "exclude: ",
    "profiles: ",
    "sources: ",
    "expect:\n",
    "report: ",
    "schedule: ",
    "limits: ",
    "env: ",
    "paramsFrom: ",
    "as: ",
    "path: ",
    "kind: "
  ],
  ...[
    "retries: ",
    "timeout: ",
    "resources: ",
    "tokens: ",
    "run: ",
    "shell: true\n",
    "secrets: ",
    "command",
    "data/circle",
    "sources.x",
    "a.*.b",
    "a@b=1.c?"
  ]
]

type Change = (text: string, random: Random) => string

const CHANGES: ReadonlyArray<Change> = [
  // A character turned into another.
  (text, random) => spliced(text, random.below(text.length), 1, String.fromCharCode(random.below(256))),
  (text, random) => spliced(text, random.below(text.length), 1, ""),
  (text, random) => spliced(text, random.below(text.length), 1 + random.below(20), ""),
  (text, random) => spliced(text, random.below(text.length), 0, random.of(TOKENS)),
  (text, random) => spliced(text, random.below(text.length), 0, random.of(TOKENS)),
  (text, random) => spliced(text, random.below(text.length), random.below(12), random.of(TOKENS)),
  // A stretch that stands twice.
  (text, random) => {
    const from = random.below(text.length)
    const part = text.slice(from, from + 1 + random.below(60))
    return spliced(text, random.below(text.length), 0, part)
  },
  (text, random) => text.slice(0, random.below(text.length)),
  (text, random) => text.replaceAll("\n", random.of(["\r\n", "\r", "\n\n", "\n "])),
  (text, random) => lines(text, (all) => all.toSpliced(random.below(all.length), 1)),
  (text, random) => lines(text, (all) => all.toSpliced(random.below(all.length), 0, random.of(all))),
  (text, random) => lines(text, (all) => all.with(random.below(all.length), random.of(all))),
  // Another indentation.
  (text, random) =>
    lines(text, (all) => {
      const at = random.below(all.length)
      const line = all[at] ?? ""
      return all.with(at, random.next() < 0.5 ? `${random.of([" ", "  ", "\t"])}${line}` : line.slice(1))
    }),
  (text, random) =>
    spliced(text, random.below(text.length), 0, random.of([..."[{(&*- "]).repeat(1 + random.below(3000)))
]

/** One change somewhere in a text. */
export const mutateText: Change = (text, random) => (text === "" ? random.of(TOKENS) : random.of(CHANGES)(text, random))

/** The beginning of one text and the end of another. */
export const splice = (text: string, other: string, random: Random): string =>
  text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1))

const spliced = (text: string, at: number, count: number, insert: string): string =>
  text.slice(0, at) + insert + text.slice(at + count)

const lines = (text: string, change: (lines: Array<string>) => ReadonlyArray<string>): string =>
  change(text.split("\n")).join("\n")

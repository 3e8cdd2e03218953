import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decode } from "../../../core/document/decode.ts"

const HEAD = "name: p\nstages:\n"
const STAGE = "name: p\nstages:\n  a:\n    uses: x/y\n"
const EXPECT = `${STAGE}expect:\n  - `

/** What is wrong, the file, and every complaint: its place, the start of its message, and a part of its hint. */
type Broken = readonly [what: string, text: string, ...complaints: ReadonlyArray<string>]

const STRUCTURE: ReadonlyArray<Broken> = [
  ["nothing", "", "1:1 the file is empty"],
  ["a list", "- a\n", "1:1 a pipeline must be a map, not a list"],
  ["text", "hello\n", "1:1 a pipeline must be a map, not text"],
  ["a missing name", "stages:\n  a: { uses: x/y }\n", "1:1 the pipeline has no name | name: my-study"],
  ["missing stages", "name: p\n", "1:1 the pipeline has no stages"],
  ["no stage", "name: p\nstages: {}\n", "2:1 stages: there is none"],
  ["stages left empty", "name: p\nstages:\n", "2:1 stages: there is none"],
  ["stages as a list", "name: p\nstages: [a]\n", "2:9 stages must be a map, not a list"],
  ["a name that is no name", "name: ../p\nstages:\n  a: { uses: x/y }\n", "1:7 name: a name is up to 64 letters"],
  ["a name left empty", "name:\nstages:\n  a: { uses: x/y }\n", "1:1 name must be text, not nothing"],
  [
    "a misspelt top key",
    `nmae: p\n${HEAD}  a: { uses: x/y }\n`,
    '1:1 the pipeline: unknown key "nmae" | did you mean "name"?   (takes: name, description'
  ],
  [
    "a misspelt stage key",
    `${STAGE}    retires: 3\n`,
    '5:5 stage "a": unknown key "retires" | did you mean "retries"?'
  ],
  [
    "a key with an umlaut before it",
    `${HEAD}  a: { "ü": 1, uses: x/y, whit: {} }\n`,
    '3:8 stage "a": unknown key "ü"',
    '3:27 stage "a": unknown key "whit" | "with"'
  ],
  ["missing uses", `${HEAD}  a:\n    retries: 1\n`, '3:3 stage "a": "uses" is missing'],
  ["a stage that is no map", `${HEAD}  a: 3\n`, '3:6 stage "a" must be a map, not 3'],
  ["a space left out", `${HEAD}  a: uses:x/y\n`, '3:6 stage "a" must be a map, not text | space after the colon'],
  ["a bad stage name", `${HEAD}  "a b": { uses: x/y }\n`, '3:3 stage "a b": a name is up to 64 letters'],
  ["a stage named sources", `${HEAD}  sources: { uses: x/y }\n`, '3:3 stage "sources": the name stands for'],
  [
    "what names no stage type",
    `${HEAD}  a: { uses: circle }\n`,
    '3:14 stage "a": "circle" names no stage type | family/name'
  ],
  ["a key of the whole file in a stage", `${STAGE}    include: other.yaml\n`, '5:5 stage "a": unknown key "include"'],
  [
    "a condition that is none",
    `${STAGE}    when: often\n`,
    '5:11 stage "a": when must be a condition | write ${{ params.n > 1 }}, true or false'
  ],
  [
    "a backend that is none",
    `${STAGE}    backend: webgup\n`,
    '5:14 stage "a": there is no backend "webgup" | did you mean "webgpu"?'
  ],
  [
    "a backend for a command",
    `${HEAD}  a: { uses: command, run: [ls], backend: wasm }\n`,
    '3:34 stage "a": a command takes no "backend"'
  ],
  [
    "the machine in a parameter",
    `${STAGE}    with: { x: "\${{ machine.backends }}" }\n`,
    '5:21 stage "a": machine is not available here | a matrix may go over machine.backends'
  ],
  [
    "a matrix of more dimensions than anybody means",
    `${STAGE}    matrix:\n${Array.from({ length: 70 }, (_, at) => `      x${at}: [1]\n`).join("")}`,
    '70:7 stage "a": matrix has more than 64 dimensions'
  ],
  [
    "a thousand lexemes that belong nowhere",
    `name: p\n${"] ".repeat(1000)}\n`,
    "2:1 nothing is open that ] could close"
  ],
  [
    "a condition on what is not there",
    `params: { n: 1 }\n${STAGE}    when: \${{ params.m > 1 }}\n`,
    '6:22 stage "a": when: params has no "m" | (params: n)'
  ]
]

const YAML: ReadonlyArray<Broken> = [
  ["a duplicate key", `name: q\n${STAGE}`, '2:1 duplicate key "name"'],
  ["a duplicate stage", `${STAGE}  a:\n    uses: x/y\n`, '5:3 duplicate key "a"'],
  ["a duplicate key in a flow map", `${STAGE}    with: { n: 1, m: 2, n: 3 }\n`, '5:25 duplicate key "n"'],
  ["an open list", `name: [\nstages:\n  a: { uses: x/y }\n`, "1:7 this bracket is never closed | add ]"],
  [
    "an open map within a stage",
    `${STAGE}    with: { n: 1\n    retries: 1\n`,
    "5:11 this bracket is never closed | add }"
  ],
  ["an open quote", `description: "oops\n${STAGE}`, "1:14 this quote is never closed"],
  ["a bracket too many", `${STAGE}    with: { n: [1]] }\n`, "5:19 nothing is open that ] could close"],
  ["a tab", "name: p\nstages:\n\ta:\n\t\tuses: x/y\n", "3:1 tabs cannot indent YAML; use spaces"],
  ["a tab after spaces", `${HEAD}  a:\n  \tuses: x/y\n`, "4:3 tabs cannot indent YAML; use spaces"],
  ["a tab in a block of text", `description: |\n\ttext\n${STAGE}`, "2:1 tabs cannot indent YAML; use spaces"],
  ["an alias to nothing", `name: *p\nstages:\n  a: { uses: x/y }\n`, "1:7 alias *p leads to nothing | quotes"],
  [
    "a star that needs quotes",
    `${STAGE}schedule:\n  - cron: */5 * * * *\n`,
    "6:11 text that starts with * needs quotes"
  ],
  ["an alias to itself", `${HEAD}  a: &s\n    uses: x/y\n    with: *s\n`, "5:11 alias *s contains itself"],
  [
    "an alias before its anchor",
    `description: *d\nname: &d p\nstages:\n  a: { uses: x/y }\n`,
    "1:14 alias *d leads to nothing"
  ],
  ["text that needs quotes", `description: NTK: a study\n${STAGE}`, '1:14 text that holds ": " needs quotes'],
  ["a reserved character", `description: @home\n${STAGE}`, "1:14 text that starts with @ needs quotes"],
  ["a backtick", `description: \`x\`\n${STAGE}`, "1:14 text that starts with ` needs quotes"],
  ["an unknown escape", `description: "\\q"\n${STAGE}`, "1:15 unknown escape \\q in double quotes"],
  [
    "indentation that fits no level",
    `${HEAD}  a:\n    uses: x/y\n   retries: 1\n`,
    "5:4 this indentation fits no level above"
  ],
  ["a value and a map", `${HEAD}  a: 3\n    uses: x/y\n`, "3:6 the next line is indented as if"],
  [
    "a key without a colon",
    `${HEAD}  a:\n    uses: x/y\n    retries\n    timeout: 1s\n`,
    "5:5 a colon is missing after this key"
  ],
  ["a last key without a colon", `${HEAD}  a:\n    uses: x/y\n    retries\n`, "5:5 a colon is missing after this key"],
  ["an only key without a colon", `${HEAD}  a:\n    uses x/y\n`, '4:5 stage "a" must be a map, not text | key: value'],
  ["a comma left out of a list", `${STAGE}    with: { n: ["x" "y"] }\n`, "5:21 a comma is missing before this"],
  ["a comma left out of a map", `${STAGE}    with: { n: "x" m: 1 }\n`, "5:16 a comma is missing after this"],
  [
    "a first line that is indented",
    ` name: p\nstages:\n  a: { uses: x/y }\nparams: {}\n`,
    "2:1 this line stands left of the first line of the file"
  ],
  ["a list on the line of its key", `${STAGE}report:\n  figures: - a.f\n`, "6:12 a list starts on a line of its own"],
  ["a second document", `${STAGE}---\n${STAGE}`, "5:1 a second document starts here; a file holds one pipeline"],
  ["a YAML 1.1 directive", `# old\n%YAML 1.1\n---\n${STAGE}`, "2:1 directives such as %YAML are not used here"],
  ["a tag", `${STAGE}    with: { n: !!binary aGk= }\n`, "5:25 tags such as !!binary are not used here"],
  ["a tag of another program", `${STAGE}    with: !!js/function x\n`, "5:25 tags such as !!js/function are not used"],
  ["a key that is a list", `? [a]\n: 1\n${STAGE}`, "1:3 a key must be text", '1:3 the pipeline: unknown key ""'],
  ["a key that is a prototype", `${STAGE}    with: { __proto__: 1 }\n`, "5:13 a key cannot be __proto__"],
  [
    "braces in a flow map",
    `${STAGE}    with: { n: \${{ 1 }} }\n`,
    '5:16 an expression inside { } or [ ] needs quotes: YAML reserves braces there | write "${{ … }}"'
  ],
  [
    "braces in a flow list",
    `${STAGE}    with:\n      n: [\${{ 1 }}, 2]\n`,
    "6:11 an expression inside { } or [ ] needs quotes"
  ],
  [
    "braces in a flow map over several lines",
    `${STAGE}    with: {\n      n: \${{ params.n }}\n    }\n`,
    "6:10 an expression inside { } or [ ] needs quotes"
  ]
]

const EXPRESSIONS: ReadonlyArray<Broken> = [
  [
    "an expression that YAML cuts at a comment",
    `${STAGE}    with:\n      n: \${{ 1 # }}\n`,
    "6:10 expression: ${{ has no closing }} | in quotes"
  ],
  ["an unclosed expression", `${STAGE}    with: { n: "\${{ 1" }\n`, "5:17 expression: ${{ has no closing }}"],
  [
    "an expression that ends early",
    `${STAGE}    with: { n: "\${{ 1 + }}" }\n`,
    "5:25 expression: it ends where a value"
  ],
  ["a bad token", `${STAGE}    with:\n      n: \${{ 1 = 2 }}\n`, "6:16 expression: unexpected = | =="],
  [
    "a bad token after escapes",
    `${STAGE}    with: { n: "a\\tb \${{ \\"x\\" # 1 }}" }\n`,
    "5:32 expression: unexpected #"
  ],
  ["a bad token in single quotes", `${STAGE}    with: { n: 'it''s \${{ 1 # }}' }\n`, "5:29 expression: unexpected #"],
  [
    "a bad token in a block of text",
    `${STAGE}    with:\n      n: |\n        first \${{ 1 }}\n\n          second \${{ 2 # }}\n`,
    "9:24 expression: unexpected #"
  ],
  [
    "a bad token in a folded block",
    `${STAGE}    with:\n      n: >-\n        first\n        second \${{ 2 # }}\n`,
    "8:22 expression: unexpected #"
  ],
  [
    "a bad token on the second line",
    `${STAGE}    with:\n      n: first\n        \${{ 2 @ }}\n`,
    "7:15 expression: unexpected @"
  ],
  [
    "a bad token after \\r\\n",
    `${STAGE}    with:\n      n: \${{ 2 @ }}\n`.replaceAll("\n", "\r\n"),
    "6:16 expression: unexpected @"
  ],
  [
    "an unknown parameter",
    `params: { width: 1 }\n${STAGE}    with: { n: "\${{ params.widht }}" }\n`,
    '6:28 stage "a": params has no "widht" | did you mean "width"?'
  ],
  [
    "an unknown parameter in a branch",
    `${STAGE}    with: { n: "\${{ true ? 1 : params.b }}" }\n`,
    '5:39 stage "a": params has no "b"'
  ],
  [
    "a parameter with a dash",
    `params: { learning-rate: 1 }\n${STAGE}    with: { n: "\${{ params.learning-rate }}" }\n`,
    '6:28 stage "a": params has no "learning" | write params["learning-rate"]',
    '6:37 stage "a": unknown name "rate"'
  ],
  [
    "a parameter further down",
    'params: { a: "${{ params.b }}", b: 1 }\nname: p\nstages: { s: { uses: x/y } }\n',
    "1:26 params: a: params.b is not known yet | above"
  ],
  [
    "an unknown name",
    `params: { n: 1 }\n${STAGE}    with: { n: "\${{ n }}" }\n`,
    '6:21 stage "a": unknown name "n" | did you mean params.n?'
  ],
  [
    "an unknown function",
    `${STAGE}    matrix: { n: "\${{ rnage(3) }}" }\n`,
    '5:23 stage "a": matrix: unknown function "rnage" | did you mean "range"?'
  ],
  [
    "too few arguments",
    `${STAGE}    with: { n: "\${{ zip() + linspace(1, 2) }}" }\n`,
    '5:21 stage "a": zip takes at least 1 argument',
    '5:29 stage "a": linspace takes 3 arguments | linspace(from, to, count)'
  ],
  [
    "a matrix where there is none",
    `${STAGE}    with: { n: "\${{ matrix.x }}" }\n`,
    '5:21 stage "a": matrix is not available here'
  ],
  [
    "a dimension that uses one below it, itself, and none",
    `${STAGE}    matrix: { n: "\${{ matrix.m }}", m: "\${{ matrix.m }}", o: "\${{ matrix.q }}" }\n`,
    '5:30 stage "a": matrix: matrix.m is not known yet | a dimension may use those that stand above it',
    '5:52 stage "a": matrix: matrix.m is not known yet',
    '5:74 stage "a": matrix: matrix has no "q" | (matrix: n, m)'
  ],
  [
    "lists of a zip that use each other",
    `${STAGE}    matrix: { zip: { n: [1], m: "\${{ [matrix.n] }}" } }\n`,
    '5:46 stage "a": matrix: matrix.n is not known yet'
  ],
  [
    "a matrix in an exclusion",
    `${STAGE}    matrix: { n: [1], exclude: [{ n: "\${{ matrix.n }}" }] }\n`,
    '5:43 stage "a": matrix: matrix is not available here'
  ],
  [
    "an unknown dimension",
    `${STAGE}    matrix: { width: [1] }\n    with: { n: "\${{ matrix.widht }}" }\n`,
    '6:28 stage "a": matrix has no "widht" | "width"'
  ],
  [
    "a variable that is not listed",
    `env: [SEED]\n${STAGE}params: { home: "\${{ env.HOME }}", other: "\${{ int(env.seed) }}" }\n`,
    '6:26 params: home: env: does not list "HOME" | add   env: [SEED, HOME]',
    '6:56 params: other: env: does not list "seed"'
  ],
  ["the environment", `${STAGE}    with: { n: "\${{ env.HOME }}" }\n`, '5:21 stage "a": env is not available here'],
  [
    "a number too large",
    `${STAGE}    with: { seed: 12345678901234567890 }\n`,
    "5:19 12345678901234567890 cannot be kept exactly"
  ],
  [
    "no number",
    `${STAGE}    with: { x: .inf, y: 1e999 }\n`,
    "5:16 .inf is no finite number",
    "5:25 1e999 is no finite number"
  ]
]

const STAGES: ReadonlyArray<Broken> = [
  [
    "retries as text",
    `${STAGE}    retries: many\n`,
    '5:14 stage "a": retries must be a whole number of at least 0, not text'
  ],
  [
    "half a retry",
    `${STAGE}    retries: 1.5\n`,
    '5:14 stage "a": retries must be a whole number of at least 0, not 1.5'
  ],
  ["no duration", `${STAGE}    timeout: soon\n`, '5:14 stage "a": timeout: "soon" is no duration | 10m'],
  ["a duration of nothing", `${STAGE}    timeout: 0s\n`, '5:14 stage "a": timeout: "0s" is no duration'],
  ["a duration without unit", `${STAGE}    timeout: 10\n`, '5:14 stage "a": timeout: "10" is no duration'],
  [
    "no size",
    `${STAGE}    resources: { memory: 2, cpu: 0 }\n`,
    '5:26 stage "a": memory: "2" is no size | 2GiB',
    '5:34 stage "a": cpu must be a number of at least 0.001, not 0'
  ],
  [
    "a misspelt resource",
    `${STAGE}    resources: { cpus: 2 }\n`,
    '5:18 stage "a": resources: unknown key "cpus" | did you mean "cpu"?'
  ],
  [
    "retries without a number",
    `${STAGE}    retries: { delay: 1s, facter: 2 }\n`,
    '5:5 stage "a": retries: "max" is missing | max: 3',
    '5:27 stage "a": retries: unknown key "facter" | did you mean "factor"?'
  ],
  [
    "pauses that shrink",
    `${STAGE}    retries: { max: 1, factor: 0.5 }\n`,
    '5:32 stage "a": retries: factor must be a number of at least 1, not 0.5'
  ],
  [
    "a longest pause that is too short",
    `${STAGE}    retries: { max: 1, delay: 5m, longest: 1m }\n`,
    '5:44 stage "a": retries: the longest pause is shorter than the first'
  ],
  [
    "memory that grows by nothing",
    `${STAGE}    resources: { memory: { first: 2, grow: 2 } }\n`,
    '5:18 stage "a": memory: "factor" is missing | { first: 2GiB, factor: 2 }',
    '5:35 stage "a": memory: first: "2" is no size | 2GiB',
    '5:38 stage "a": memory: unknown key "grow"'
  ],
  [
    "half a device",
    `${STAGE}    resources: { gpu: 0.5 }\n`,
    '5:23 stage "a": gpu must be a whole number of at least 0, not 0.5'
  ],
  [
    "tokens as a list",
    `${STAGE}    resources: { tokens: [licence] }\n`,
    '5:26 stage "a": tokens must be a map, not a list'
  ],
  [
    "a limit of nothing",
    `name: p\nlimits: { "my licence": 1, seats: 0 }\nstages:\n  a: { uses: x/y }\n`,
    '2:11 limits: "my licence": ',
    "2:35 limits: seats must be a whole number of at least 1, not 0"
  ],
  ["parameters as a list", `${STAGE}    with: [1]\n`, '5:11 stage "a": with must be a map, not a list'],
  [
    "a reference to no port",
    `${STAGE}    inputs: { x: a }\n`,
    '5:18 stage "a": input "x": "a" names no artifact | stage.port'
  ],
  ["a number as reference", `${STAGE}    inputs: { x: 3 }\n`, '5:18 stage "a": input "x" must name an artifact, not 3'],
  [
    "an input left empty",
    `${STAGE}    inputs: { x: }\n`,
    '5:15 stage "a": input "x" must name an artifact, not nothing'
  ],
  ["an empty list of references", `${STAGE}    inputs: { x: [] }\n`, '5:15 stage "a": input "x" is an empty list'],
  [
    "a reference to no stage",
    `${HEAD}  circle: { uses: x/y }\n  b: { uses: x/y, inputs: { x: cirle.points } }\n`,
    '4:32 stage "b": input "x": unknown stage "cirle" | did you mean "circle"?   (stages: circle, b)'
  ],
  [
    "a reference to no source",
    `${STAGE}    inputs: { x: sources.y }\n`,
    '5:18 stage "a": input "x": unknown source "y" | (sources: none)'
  ],
  [
    "a matrix that is no map",
    `${STAGE}    matrix: [1]\n`,
    '5:5 stage "a": matrix has no dimension',
    '5:13 stage "a": matrix must be a map'
  ],
  ["a matrix without dimension", `${STAGE}    matrix: { include: [] }\n`, '5:5 stage "a": matrix has no dimension'],
  ["a dimension that is no list", `${STAGE}    matrix: { n: 3 }\n`, '5:18 stage "a": matrix: n must be a list'],
  ["a dimension that is no name", `${STAGE}    matrix: { "n,m": [3] }\n`, '5:15 stage "a": matrix: "n,m": a name is'],
  [
    "a zip without dimension",
    `${STAGE}    matrix: { zip: {} }\n`,
    '5:15 stage "a": matrix: zip has no dimension | add   zip: {'
  ],
  [
    "a zip of lists without names",
    `${STAGE}    matrix: { zip: [[1, 2]] }\n`,
    '5:15 stage "a": matrix: zip has no dimension',
    '5:21 stage "a": matrix: zip must be a map, not a list'
  ],
  ["a zip that is a number", `${STAGE}    matrix: { zip: 3 }\n`, '5:20 stage "a": matrix: zip must be a map, not 3'],
  [
    "a zip of what is no list",
    `${STAGE}    matrix: { zip: { n: 3, "n m": [1] } }\n`,
    '5:25 stage "a": matrix: zip: n must be a list',
    '5:28 stage "a": matrix: zip: "n m": a name is'
  ],
  [
    "a list from no output",
    `${STAGE}    matrix: { n: { from: b.x }, m: { from: a.*.x }, o: { from: sources.q }, p: { from: 3 } }\n`,
    '5:26 stage "a": matrix: n: unknown stage "b" | (stages: a)',
    '5:44 stage "a": matrix: m must come from one output | write { from: stage.port }',
    '5:64 stage "a": matrix: o: unknown source "q"',
    '5:64 stage "a": matrix: o must come from one output',
    '5:88 stage "a": matrix: p must name an artifact, not 3'
  ],
  [
    "a list from an output, and something else",
    `${STAGE}    matrix: { n: { from: a.x, to: 3 } }\n`,
    '5:31 stage "a": matrix: n: unknown key "to" | (takes: from)'
  ],
  [
    "a dimension both in a zip and beside it",
    `${STAGE}    matrix: { n: [1], zip: [{ m: [1] }, { n: [2] }] }\n`,
    '5:43 stage "a": matrix: there are two dimensions "n"'
  ]
]

const OTHERS: ReadonlyArray<Broken> = [
  ["no variable", `env: ["A B", 3]\n${STAGE}`, '1:7 env: "A B" names no variable', '1:14 env: "3" names no variable'],
  ["a variable twice", `env: { A: 1, A: 2 }\n${STAGE}`, '1:14 duplicate key "A"'],
  ["a default that is no text", `env: { A: [1] }\n${STAGE}`, "1:11 env: A must be text, not a list"],
  ["an environment that is text", `env: SEED\n${STAGE}`, "1:6 env must be a list, not text"],
  ["a paper without title", `paper: { arxiv: "1806.07572" }\n${STAGE}`, "1:1 paper: the title is missing"],
  ["no arXiv identifier", `paper: { title: T, arxiv: ntk }\n${STAGE}`, '1:27 paper: "ntk" is no arXiv identifier'],
  [
    "a link that runs",
    `paper: { title: T, url: "javascript:x" }\n${STAGE}`,
    "1:25 paper: the url must start with https://"
  ],
  ["a parameter that is no name", `params: { "a.b": 2 }\n${STAGE}`, '1:11 parameter "a.b": a name is'],
  [
    "an unknown profile parameter",
    `params: { width: 1 }\nprofiles: { s: { widht: 2 } }\n${STAGE}`,
    '2:18 profile "s": unknown parameter "widht" | did you mean "width"?'
  ],
  ["a second default profile", `profiles: { default: {} }\n${STAGE}`, '1:13 profile "default" is what params: holds'],
  [
    "a source without kind",
    `sources: { s: { path: x } }\n${STAGE}`,
    '1:12 source "s": the kind is missing | (kinds: Tensor'
  ],
  [
    "a source that is a path alone",
    `sources: { s: x.csv }\n${STAGE}`,
    '1:15 source "s" must be a map, not text | write { path: x.csv, kind: Table }'
  ],
  [
    "a source of unknown kind",
    `sources: { s: { path: x, kind: Tenser } }\n${STAGE}`,
    '1:32 source "s": unknown kind "Tenser" | did you mean "Tensor"?'
  ],
  ["a source outside", `sources: { s: { path: ../x, kind: Json } }\n${STAGE}`, '1:23 source "s": the path must stay'],
  [
    "an output outside",
    `${STAGE}outputs: { ../x.svg: a.f, /y: a.f, "C:\\\\z": a.f }\n`,
    '5:12 outputs: "../x.svg" must be',
    '5:27 outputs: "/y" must be',
    '5:36 outputs: "C:\\z" must be'
  ],
  [
    "two outputs in one file",
    `${STAGE}outputs: { x.svg: a.f, ./X.svg: a.g }\n`,
    '5:24 outputs: "./X.svg" and "x.svg" are one file'
  ],
  ["an output of no stage", `${STAGE}outputs: { x.svg: b.f }\n`, '5:19 outputs: x.svg: unknown stage "b"'],
  ["a figure of no stage", `${STAGE}report: { figures: [b.f] }\n`, '5:21 report: figures: unknown stage "b"'],
  ["figures that are no list", `${STAGE}report: { figures: a.f }\n`, "5:20 report: figures must be a list, not text"],
  [
    "times of no stage, of one twice, of no dimension, and of what is no stage",
    `${STAGE}report:\n  times:\n    - { stages: [aa, a, a], against: n }\n    - { stages: [a] }\n    - { against: n, over: x }\n    - { stages: [{}], against: [] }\n    - { stages: [], against: n }\n    - { stages: a, against: n }\n`,
    '7:18 report: times: unknown stage "aa"',
    '7:25 report: times: "a" is named twice',
    "8:7 report: times: the dimension is missing",
    "9:7 report: times: the stages are missing",
    '9:21 report: times: unknown key "over"',
    "10:18 report: times: stages must name a stage, not a map",
    "10:32 report: times: against must be text, not a list",
    "11:9 report: times: the stages are missing",
    "12:17 report: times: stages must be a list"
  ],
  [
    "times of more than there are colours",
    `${STAGE}report: { times: [{ against: n, stages: [${"abcdefgh".replace(/./gu, "a@n=$&, ")}] }] }\n`,
    "5:91 report: times: a figure has up to 7 lines"
  ],
  [
    "an expected time",
    `${EXPECT}{ metric: a@n=1.wall time, atMost: 1, origin: paper }\n`,
    '6:15 expect: "a@n=1.wall time": a time is no result'
  ],
  ["an expectation without metric", `${EXPECT}{ atMost: 1, origin: paper }\n`, "6:5 expect: the metric is missing"],
  [
    "an expectation without value",
    `${EXPECT}{ metric: a.m, origin: paper }\n`,
    '6:5 expect "a.m": give a value, or one of'
  ],
  [
    "an expectation with a value and a bound",
    `${EXPECT}{ metric: a.m, value: 1, tolerance: { absolute: 1 }, atLeast: 0, origin: paper }\n`,
    '6:5 expect "a.m": give a value, or one of'
  ],
  [
    "an expectation that nothing can meet",
    `${EXPECT}{ metric: a.m, atMost: 0, atLeast: 1, origin: paper }\n`,
    '6:40 expect "a.m": nothing is at least 1 and at most 0'
  ],
  [
    "a value without tolerance",
    `${EXPECT}{ metric: a.m, value: 1, origin: paper }\n`,
    '6:5 expect "a.m": the tolerance is missing'
  ],
  [
    "a bare tolerance",
    `${EXPECT}{ metric: a.m, value: 1, tolerance: 0.1, origin: paper }\n`,
    '6:41 expect "a.m": a tolerance is either absolute or relative | { absolute: … }'
  ],
  [
    "two tolerances",
    `${EXPECT}{ metric: a.m, value: 1, tolerance: { absolute: 1, relative: 1 }, origin: paper }\n`,
    '6:30 expect "a.m": a tolerance is either'
  ],
  [
    "a negative tolerance",
    `${EXPECT}{ metric: a.m, value: 1, tolerance: { relative: -1 }, origin: paper }\n`,
    '6:53 expect "a.m": relative must be a number of at least 0, not -1'
  ],
  [
    "a bound with a tolerance",
    `${EXPECT}{ metric: a.m, atMost: 1, tolerance: { relative: 1 }, origin: paper }\n`,
    '6:31 expect "a.m": a bound has no tolerance'
  ],
  [
    "a value that is no number",
    `${EXPECT}{ metric: a.m, value: x, tolerance: { relative: 1 }, origin: paper }\n`,
    '6:27 expect "a.m": value must be a number, not text'
  ],
  [
    "an unknown origin",
    `${EXPECT}{ metric: a.m, atMost: 1, origin: us }\n`,
    '6:39 expect "a.m": unknown origin "us" | paper'
  ],
  ["a missing origin", `${EXPECT}{ metric: a.m, atMost: 1 }\n`, '6:5 expect "a.m": the origin is missing'],
  [
    "an expectation of no stage",
    `${EXPECT}{ metric: b.m, atMost: 1, origin: paper }\n`,
    '6:15 expect: unknown stage "b" | (stages: a)'
  ],
  [
    "an expectation of no metric",
    `${EXPECT}{ metric: a, atMost: 1, origin: paper }\n`,
    '6:15 expect: "a" names no metric | stage.metric'
  ],
  [
    "an expectation in no profile",
    `profiles: { small: {} }\n${EXPECT}{ metric: a.m, atMost: 1, origin: paper, profiles: [smal] }\n`,
    '7:57 expect "a.m": unknown profile "smal" | did you mean "small"?'
  ],
  ["a bad cron line", `${STAGE}schedule: [{ cron: "every day" }]\n`, '5:20 schedule: "every day" is no cron line'],
  ["a schedule without cron", `${STAGE}schedule: [{ timeZone: UTC }]\n`, "5:12 schedule: the cron line is missing"],
  [
    "a bad time zone",
    `${STAGE}schedule: [{ cron: "0 3 * * *", timeZone: Mars }]\n`,
    '5:43 schedule: unknown time zone "Mars"'
  ],
  [
    "an unknown choice",
    `${STAGE}schedule: [{ cron: "0 3 * * *", missed: lastest }]\n`,
    '5:41 schedule: unknown missed "lastest" | did you mean "latest"?'
  ],
  [
    "a time that never comes",
    `${STAGE}schedule: { cron: "0 0 30 2 *" }\n`,
    '5:19 schedule: "0 0 30 2 *" is a time that never comes'
  ],
  [
    "a word that is no cron line",
    `${STAGE}schedule: { cron: "@dayly" }\n`,
    '5:19 schedule: "@dayly" is no cron line | did you mean "@daily"?'
  ],
  [
    "a misspelt time zone",
    `${STAGE}schedule: { cron: "@daily", timeZone: Europe/Berlim }\n`,
    '5:39 schedule: unknown time zone "Europe/Berlim" | did you mean "Europe/Berlin"?'
  ],
  [
    "two schedules of one name",
    `${STAGE}schedule: [{ name: a, cron: "@daily" }, { name: a, cron: "@hourly" }]\n`,
    '5:49 schedule: another one has the name "a" already'
  ],
  [
    "a bound on what is not caught up",
    `${STAGE}schedule: { cron: "@daily", missed: latest, maxCatchUp: 3 }\n`,
    "5:57 schedule: maxCatchUp says how many missed times run with missed: all, not latest"
  ],
  [
    "an unknown profile of a schedule",
    `profiles: { small: {} }\n${STAGE}schedule: { cron: "@daily", profile: smal }\n`,
    '6:38 schedule: unknown profile "smal" | did you mean "small"?'
  ],
  [
    "an unknown parameter of a schedule",
    `params: { width: 1 }\n${STAGE}schedule: { cron: "@daily", params: { widht: 2 } }\n`,
    '6:39 schedule: unknown parameter "widht" | did you mean "width"?'
  ],
  [
    "an expression over parameters in a schedule",
    `params: { width: 1 }\n${STAGE}schedule: { cron: "@daily", params: { width: "\${{ params.width }}" } }\n`,
    "6:46 schedule: params: width: a schedule sees no params"
  ],
  [
    "what is to be computed anew",
    `${STAGE}schedule: { cron: "@daily", recompute: some }\n`,
    '5:40 schedule: recompute must be all, none or a number of tasks, not "some"'
  ],
  [
    "a hook that tells nobody",
    `${STAGE}schedule: { cron: "@daily", hooks: [{ on: failure }] }\n`,
    "5:37 hook: give one of run, webhook and webhookFrom"
  ],
  [
    "a deadline that nothing keeps",
    `${STAGE}schedule: { cron: "@daily", startingDeadline: 1ms }\n`,
    "5:47 schedule: startingDeadline is 10s at least"
  ],
  [
    "a hook on nothing",
    `${STAGE}schedule: { cron: "@daily", hooks: [{ on: [], run: [mail] }] }\n`,
    "5:37 hook: it does not say on what | add   on: [failure, recovery, drift, success], or some of them"
  ],
  [
    "a hook that may take longer than timers can wait",
    `${STAGE}schedule: { cron: "@daily", hooks: [{ on: drift, run: [mail], timeout: 30d }] }\n`,
    "5:72 hook: timeout is a day at most"
  ],
  [
    "a hook on nothing known",
    `${STAGE}schedule: { cron: "@daily", hooks: [{ on: [falure], run: [mail] }] }\n`,
    '5:44 hook: unknown event "falure" | did you mean "failure"?'
  ],
  [
    "a password in the address of a hook",
    `${STAGE}schedule: { cron: "@daily", hooks: [{ on: drift, webhook: "https://me:pw@x.org/" }] }\n`,
    "5:59 hook: webhook: the address holds a password | webhookFrom"
  ]
]

/** Several slips in one file: all are told, in order, and none that only follows from another. */
const SEVERAL: ReadonlyArray<Broken> = [
  ["slips in two stages", `${HEAD}  a: { uses: x/y, retires: 1 }\n  b: { retries: -1 }\n`, "3:19 ", "4:3 ", "4:17 "],
  [
    "an open bracket, and what is wrong elsewhere",
    `nmae: p\n${HEAD}  a:\n    uses: x/y\n    with: { n: [1, 2 }\n  b:\n    uses: x/y\n    retires: 1\n    inputs: { x: a.port, y: c.port }\n`,
    '1:1 the pipeline: unknown key "nmae"',
    "6:16 this bracket is never closed",
    '9:5 stage "b": unknown key "retires"',
    '10:29 stage "b": input "y": unknown stage "c"'
  ],
  [
    "syntax errors in two stages",
    `${HEAD}  a:\n    uses: @x\n  b:\n    uses: "x/y\n  c:\n    uses: x/y\n`,
    "4:11 text that starts with @",
    "6:11 this quote is never closed"
  ],
  [
    "parameters that cannot be read",
    `name: p\nparams: { a: 1\nprofiles: { s: { b: 1 } }\nstages:\n  a: { uses: x/y, with: { n: "\${{ params.zzz }}" }, wiht: {} }\n`,
    "2:9 this bracket is never closed",
    '5:53 stage "a": unknown key "wiht"'
  ],
  [
    "a stage that is indented too far, and those that refer to it",
    `${STAGE}   b:\n    uses: x/y\n  c:\n    uses: x/y\n    inputs: { x: b.x }\n    retires: 1\noutputs: { x.svg: b.x }\n`,
    "5:4 this indentation fits no level above",
    '10:5 stage "c": unknown key "retires"'
  ],
  [
    "parameters that are indented unlike each other, and what uses them",
    `params:\n   a: 1\n  b: 1\n  c: 1\n${STAGE}    with: { x: "\${{ params.b + params.c }}" }\n    retires: 1\n`,
    "3:3 this indentation fits no level above",
    '10:5 stage "a": unknown key "retires"'
  ],
  [
    "a tab and a misspelt key",
    `${HEAD}  a:\n    uses: x/y\n\tretries: 1\n  b:\n    uses: x/y\n    retires: 1\n`,
    "5:1 tabs cannot indent YAML; use spaces",
    '8:5 stage "b": unknown key "retires"'
  ],
  [
    "an alias to nothing and a misspelt key",
    `${STAGE}    with: *w\n    retires: 1\n`,
    "5:11 alias *w leads to nothing",
    '6:5 stage "a": unknown key'
  ]
]

const COMMAND = `${HEAD}  a:\n    uses: command\n    run: [ls]\n`

const COMMANDS: ReadonlyArray<Broken> = [
  ["a command that runs nothing", `${HEAD}  a: { uses: command }\n`, '3:3 stage "a": "run" is missing | run: [python3'],
  ["an empty command", `${HEAD}  a: { uses: command, run: [] }\n`, '3:28 stage "a": run is empty'],
  [
    "a command left empty",
    `${HEAD}  a:\n    uses: command\n    run:\n`,
    '5:5 stage "a": run must be a list of the program'
  ],
  [
    "a command as text",
    `${HEAD}  a: { uses: command, run: python3 analyse.py }\n`,
    '3:28 stage "a": run must be a list of the program and its arguments | shell: true'
  ],
  ["a command that is a map", `${HEAD}  a: { uses: command, run: { a: b } }\n`, '3:28 stage "a": run must be a list'],
  [
    "a program that is a number",
    `${HEAD}  a: { uses: command, run: [3] }\n`,
    '3:29 stage "a": run starts with the name'
  ],
  [
    "an argument that YAML takes for a map, and one that is not there",
    `${HEAD}  a: { uses: command, run: [ls, {x: 1}, ~, [1]] }\n`,
    '3:33 stage "a": run: argument 1 must be text or a number, not a map | quotes',
    '3:41 stage "a": run: argument 2 must be text or a number, not nothing',
    '3:44 stage "a": run: argument 3 must be text or a number, not a list'
  ],
  ["a script as a list", `${COMMAND}    shell: true\n`, '5:10 stage "a": run must be a text, with shell: true | sort'],
  ["an empty script", `${HEAD}  a: { uses: command, run: "", shell: true }\n`, '3:28 stage "a": run is empty'],
  ["a shell by name", `${COMMAND}    shell: bash\n`, '6:12 stage "a": shell must be true or false, not text'],
  [
    "an unknown key of a command",
    `${COMMAND}    outptus: {}\n`,
    '6:5 stage "a": unknown key "outptus" | did you mean "outputs"?'
  ],
  [
    "parameters of a command",
    `${COMMAND}    with: { n: 3 }\n`,
    '6:5 stage "a": a command takes no "with" | run: [program'
  ],
  [
    "a command in a stage of a type",
    `${STAGE}    run: [ls]\n    env: [LANG]\n`,
    '5:5 stage "a": "run" belongs to a command, not to x/y | uses: command',
    '6:5 stage "a": "env" belongs to a command, not to x/y'
  ],
  [
    "outputs without path and kind",
    `${COMMAND}    outputs: { a: {}, b: { path: b.csv } }\n`,
    '6:16 stage "a": output "a": the path is missing | path: out.csv',
    '6:16 stage "a": output "a": the kind is missing',
    '6:23 stage "a": output "b": the kind is missing | Tensor, Table'
  ],
  [
    "an output that is a path alone",
    `${COMMAND}    outputs: { o: o.json, p: [1] }\n`,
    '6:19 stage "a": output "o" must be a map, not text | write { path: o.json, kind: Table }',
    '6:30 stage "a": output "p" must be a map, not a list | write { path: out.csv, kind: Table }'
  ],
  [
    "an output of an unknown kind",
    `${COMMAND}    outputs: { a: { path: a.csv, kind: Tabel } }\n`,
    '6:40 stage "a": output "a": unknown kind "Tabel" | did you mean "Table"?'
  ],
  [
    "outputs that leave the folder, and one that is the folder",
    `${COMMAND}    outputs:\n      a: { path: ../a.csv, kind: Table }\n      b: { path: /tmp/b.csv, kind: Table }\n      c: { path: ., kind: Directory }\n`,
    '7:18 stage "a": output "a": the path must be that of a file in the working directory',
    '8:18 stage "a": output "b": the path must be that of a file',
    '9:18 stage "a": output "c": the path must be that of a file'
  ],
  [
    "two outputs in one file",
    `${COMMAND}    outputs: { a: { path: x.csv, kind: Table }, b: { path: ./x.csv, kind: Table } }\n`,
    '6:49 stage "a": outputs "a" and "b" are one file'
  ],
  [
    "files outside",
    `${COMMAND}    files: [../lib, /etc/passwd, 3]\n`,
    '6:13 stage "a": files: "../lib" must lie in the folder of the pipeline file',
    '6:21 stage "a": files: "/etc/passwd" must lie',
    '6:34 stage "a": files must be paths, not 3'
  ],
  [
    "variables with values, twice, and none",
    `${COMMAND}    env: [LANG=C, LANG, LANG, 3, TRACEPARENT]\n`,
    '6:11 stage "a": env takes names of environment variables, not "LANG=C" | only names',
    '6:25 stage "a": env names LANG twice',
    '6:31 stage "a": env takes names of environment variables, not 3',
    '6:34 stage "a": env: TRACEPARENT is set for each attempt'
  ],
  [
    "a secret that is kept after all",
    `${COMMAND}    env: [TOKEN]\n    secrets: [TOKEN]\n`,
    '7:15 stage "a": TOKEN is in env too, whose values are kept | one of the two'
  ],
  [
    "a secret of one stage that another keeps",
    `${COMMAND}    secrets: [TOKEN]\n  b: { uses: command, run: [ls], env: [TOKEN] }\n`,
    '6:15 stage "a": secrets: TOKEN is in env of stage "b" too'
  ],
  [
    "misspelt names in the expressions of a command",
    `${HEAD}  b: { uses: x/y }\n  a:\n    uses: command\n    run: [ls, "\${{ inputs.imges }}", "\${{ outputs.tabel }}"]\n    inputs: { images: b.out }\n    outputs: { table: { path: t.csv, kind: Table } }\n`,
    '6:27 stage "a": run: inputs has no "imges" | did you mean "images"?',
    '6:51 stage "a": run: outputs has no "tabel" | did you mean "table"?'
  ],
  [
    "paths of ports where there are none",
    `${STAGE}    with: { x: "\${{ inputs.a }}" }\n`,
    '5:21 stage "a": inputs is not available here | run: of a command'
  ],
  [
    "an expression that cannot be read in a command",
    `${HEAD}  a: { uses: command, run: [ls, "\${{ 1 + }}"] }\n`,
    "3:42 expression: it ends"
  ]
]

describe.each([
  ["structure", STRUCTURE],
  ["commands", COMMANDS],
  ["YAML", YAML],
  ["expressions", EXPRESSIONS],
  ["stages", STAGES],
  ["everything else", OTHERS],
  ["several slips", SEVERAL]
])("decode, of %s", (_, files) => {
  it.each(files.map(([what, text, ...complaints]) => ({ what, text, complaints })))(
    "complains of $what at its place, and of nothing else",
    ({ text, complaints }) => {
      const result = decode("p.yaml", text)
      const found = Result.isSuccess(result)
        ? []
        : result.failure.diagnostics.map(
            ({ span, message, hint }) => [`${span.line}:${span.column} ${message}`, hint ?? ""] as const
          )
      const shown = found.map((parts) => parts.join(" | ")).join("\n")
      assert.strictEqual(found.length, complaints.length, shown)
      for (const [index, complaint] of complaints.entries()) {
        const [start = "", hint = ""] = complaint.split(" | ")
        const [message = "", beside = ""] = found[index] ?? []
        assert.isTrue(message.startsWith(start) && beside.includes(hint), `expected ${complaint}\nfound\n${shown}`)
      }
    }
  )
})

import { assert, describe, it } from "vitest"
import { makeProject } from "./project.ts"

/** Splits a text into words, which become known only when it runs. */
const SPLIT = `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

export default StageType.make({
  name: "my/split",
  summary: "The words of a text",
  determinism: "bitwise",
  params: Schema.Struct({ text: Schema.String, unused: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))) }),
  inputs: {},
  outputs: { words: "Json", folder: "Directory" },
  run: ({ params }) => {
    const words = params.text.split(" ").filter((word) => word !== "")
    if (params.text === "fail") return Effect.fail("nothing to split")
    const files = Object.fromEntries(words.map((word) => [\`\${word}.txt\`, new TextEncoder().encode(word)]))
    return Effect.succeed({ words: params.text === "map" ? { no: "list" } : words, folder: { files } })
  }
})
`

const LENGTH = `import { Effect, Schema } from "effect"
import { Metric, StageType } from "athanor/stage"

export default StageType.make({
  name: "my/length",
  summary: "The length of a word, and its letters",
  determinism: "bitwise",
  params: Schema.Struct({ word: Schema.String.check(Schema.isMaxLength(9)) }),
  inputs: {},
  outputs: { length: "Json", letters: "Json" },
  run: ({ params }) =>
    Effect.gen(function* () {
      yield* Metric.record("length", params.word.length)
      return { length: params.word.length, letters: [...new Set(params.word)] }
    })
})
`

const SUM = `import { Effect, Schema } from "effect"
import { Metric, Port, StageType } from "athanor/stage"

export default StageType.make({
  name: "my/sum",
  summary: "The sum of all lengths",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { lengths: Port.many("Json") },
  outputs: { sum: "Json" },
  run: ({ inputs }) =>
    Effect.gen(function* () {
      const sum = inputs.lengths.reduce((all, { value }) => all + Number(value), 0)
      yield* Metric.record("sum", sum)
      return { sum: { sum, order: inputs.lengths.map(({ matrix }) => matrix) } }
    })
})
`

const STUDY = `name: words
params: { text: "one three" }
stages:
  split: { uses: ./split.ts, with: { text: "\${{ params.text }}" } }
  length:
    uses: ./length.ts
    matrix: { word: { from: split.words } }
    with: { word: "\${{ matrix.word }}" }
  sum: { uses: ./sum.ts, inputs: { lengths: length.*.length } }
outputs: { sum.json: sum.sum }
expect: [{ metric: sum.sum, value: 8, tolerance: { absolute: 0 }, origin: reference }]
`

const FILES = { "split.ts": SPLIT, "length.ts": LENGTH, "sum.ts": SUM, "words.yaml": STUDY }

interface Answer {
  readonly outcome: string
  readonly met: boolean
  readonly counts: { readonly ran: number; readonly hit: number; readonly failed: number; readonly skipped: number }
}

const answer = (outcome: unknown): Answer => outcome as Answer

describe("a fan-out over a list that a task makes", () => {
  it("is planned as unknown, run when the list is there, and cached like any other", () => {
    const project = makeProject(FILES)
    const planned = project.run("plan", "words.yaml").stdout
    assert.match(planned, /unknown\s+length\s+its tasks are known when split has run/u)
    assert.match(planned, /unknown\s+sum\s+its tasks are known after those of length\n/u)
    assert.match(planned, /1 to run, 0 may run, 0 cached, those of 2 stages unknown/u)
    const first = answer(project.json("run", "words.yaml", "--json"))
    assert.deepStrictEqual(
      [first.outcome, first.met, first.counts],
      ["success", true, { ran: 4, hit: 0, failed: 0, skipped: 0 }]
    )
    assert.deepStrictEqual(JSON.parse(project.read("reports/words/sum.json")), {
      sum: 8,
      order: [{ word: "one" }, { word: "three" }]
    })
    assert.match(project.run("show", "latest").stdout, /done\s+length@word=three/u)
    assert.include(project.run("trace", "latest").stdout, "length")
    assert.include(project.read("reports/words/report.html"), "length@word=one")
    assert.match(project.run("plan", "words.yaml").stdout, /0 to run, 0 may run, 4 cached\n/u)
    for (let again = 0; again < 2; again++) {
      assert.deepStrictEqual(answer(project.json("run", "words.yaml", "--json")).counts, {
        ran: 0,
        hit: 4,
        failed: 0,
        skipped: 0
      })
    }
    assert.match(project.run("why", "words.yaml", "length").stdout, /length@word=one and 1 more\s+cached/u)
  })

  it("runs only the new items of a list that has changed", () => {
    const project = makeProject(FILES)
    project.run("run", "words.yaml")
    project.edit("words.yaml", "one three", "zero one three")
    const { counts } = answer(project.json("run", "words.yaml", "--json"))
    assert.deepStrictEqual([counts.ran, counts.hit], [3, 2])
    const why = project.run("why", "words.yaml", "sum", "--run", "latest").stdout
    assert.match(why, /task length@word=zero is new[\s\S]*split[\s\S]*param text "one three"→"zero one three"/u)
    assert.match(why, /words\.yaml:2:17/u)
    assert.deepStrictEqual(JSON.parse(project.read("reports/words/sum.json")).sum, 12)
    project.edit("words.yaml", "with: { text: ", "with: { unused: 1, text: ")
    const same = answer(project.json("run", "words.yaml", "--json")).counts
    assert.deepStrictEqual([same.ran, same.hit], [1, 4])
  })

  it("gives an empty list no tasks, and what collects them an empty list", () => {
    const project = makeProject(FILES)
    project.run("run", "words.yaml")
    const empty = answer(project.json("run", "words.yaml", "--json", "-S", 'text=" "'))
    assert.deepStrictEqual([empty.outcome, empty.counts.ran], ["success", 2])
    assert.deepStrictEqual(JSON.parse(project.read("reports/words/sum.json")), { sum: 0, order: [] })
    const why = project.run("why", "words.yaml", "sum", "--run", "latest").stdout
    assert.match(why, /ran: input lengths has 2 gone/u)
  })

  it("goes over the files of a folder, and over lists that such tasks make in turn", () => {
    const project = makeProject(FILES)
    project.edit("words.yaml", "from: split.words", "from: split.folder")
    project.edit(
      "words.yaml",
      "  sum: { uses: ./sum.ts, inputs: { lengths: length.*.length } }",
      `  letters:
    uses: ./length.ts
    matrix: { word: { from: split.folder }, letter: { from: length.letters } }
    with: { word: "\${{ matrix.letter }}" }
  sum: { uses: ./sum.ts, inputs: { lengths: letters.*.length } }`
    )
    const { outcome, counts } = answer(project.json("run", "words.yaml", "--json"))
    assert.strictEqual(outcome, "success")
    // one.txt has o n e . t x, three.txt has t h r e . x: what is the same for both is computed once.
    assert.deepStrictEqual([counts.ran, counts.hit], [1 + 2 + 8 + 1, 4])
    assert.include(project.run("show", "latest").stdout, 'letters@word="three.txt",letter=h')
  })

  it("says what was asked of an item that the list does not have", () => {
    const project = makeProject(FILES)
    project.edit("words.yaml", "outputs: {", "outputs: { three.json: length@word=three.length,")
    project.edit(
      "words.yaml",
      "expect: [",
      "expect: [{ metric: length@word=three.length, atLeast: 5, origin: reference }, "
    )
    assert.strictEqual(project.run("run", "words.yaml", "--check").status, 0)
    for (let again = 0; again < 2; again++) {
      const { status, stdout, stderr } = project.run("run", "words.yaml", "--check", "-S", 'text="one eight"')
      assert.strictEqual(status, 3)
      assert.include(stderr, "warning: three.json is left out: no list has length@word=three")
      if (again === 0) assert.match(stdout, /1 not recorded[\s\S]*length@word=three\.length/u)
    }
    assert.include(project.read("reports/words/report.html"), "no such task: the list does not have it")
  })

  it("fails as a stage where the list is none, or has what its tasks do not take, and says where", () => {
    const project = makeProject(FILES)
    const none = project.run("run", "words.yaml", "-S", "text=map")
    assert.strictEqual(none.status, 1)
    assert.include(none.stderr, 'words.yaml:7:29 stage "length": matrix: split.words is no list')
    assert.match(
      project.run("show", "latest").stdout,
      /failed\s+length\s.*split\.words is no list[\s\S]*skipped\s+sum/u
    )
    assert.match(project.run("report", "latest").stdout, /1 ran.*1 failed.*1 skipped/u)
    assert.include(project.read("reports/words/report.html"), "split.words is no list")
    const why = project.run("why", "words.yaml", "length", "--run", "latest").stdout
    assert.match(why, /length\s+failed: .*split\.words is no list/u)
    assert.match(project.run("why", "words.yaml", "sum", "--run", "latest").stdout, /sum\s+skipped: length/u)
    // The plan of what will fail is a plan still.
    const planned = project.run("plan", "words.yaml", "-S", "text=map")
    assert.strictEqual(planned.status, 0)
    assert.match(planned.stdout, /fails\s+length\s+words\.yaml:7:29 stage "length": matrix: split\.words is no list/u)
    assert.match(planned.stdout, /unknown\s+sum/u)
    const now = project.run("why", "words.yaml", "length", "-S", "text=map")
    assert.include(now.stderr, "split.words is no list")
    const long = project.run("run", "words.yaml", "-S", "text=aaaaaaaaaaaa")
    assert.include(long.stderr, 'words.yaml:8:19 stage "length" (my/length): word:')
    const failed = project.run("run", "words.yaml", "-S", "text=fail")
    assert.strictEqual(failed.status, 1)
    assert.match(project.run("show", "latest").stdout, /failed\s+split\s[\s\S]*skipped\s+length\s[\s\S]*skipped\s+sum/u)
    assert.strictEqual(project.run("report", "latest").status, 0)
  })

  it("fails of the stages whose lists are there at one moment only those that are wrong", () => {
    const project = makeProject(FILES)
    project.edit(
      "words.yaml",
      "  sum:",
      `  long: { uses: ./split.ts, with: { text: "okay toolongaword" } }
  wrong: { uses: ./length.ts, matrix: { word: { from: long.words } }, with: { word: "\${{ matrix.word }}" } }
  behind: { uses: ./sum.ts, inputs: { lengths: wrong.*.length } }
  sum:`
    )
    const counts = () => answer(project.json("run", "words.yaml", "--keep-going", "--json")).counts
    assert.deepStrictEqual(counts(), { ran: 5, hit: 0, failed: 1, skipped: 1 })
    // Both lists are known at once now.
    assert.deepStrictEqual(counts(), { ran: 0, hit: 5, failed: 1, skipped: 1 })
    const shown = project.run("show", "latest").stdout
    assert.match(shown, /failed\s+wrong\s.*words\.yaml:10:\d+ stage "wrong" \(my\/length\): word:/u)
    assert.match(shown, /skipped\s+behind\s+wrong/u)
    const planned = project.run("plan", "words.yaml").stdout
    assert.match(planned, /cached\s+sum\s[\s\S]*fails\s+wrong\s[\s\S]*unknown\s+behind\s/u)
    // Nobody asked for them.
    assert.strictEqual(answer(project.json("run", "words.yaml", "sum", "--json")).outcome, "success")
  })

  it("fails a stage that names an item which the list does not have, and says what it has", () => {
    const project = makeProject(FILES)
    project.edit(
      "words.yaml",
      "  sum:",
      `  picky: { uses: ./sum.ts, inputs: { lengths: [length@word=one.length, length@word=thre.length] } }
  easy: { uses: ./sum.ts, inputs: { lengths: [length@word=one.length, "length@word=thre.length?"] } }
  sum:`
    )
    const { status, stderr } = project.run("run", "words.yaml", "--keep-going")
    assert.strictEqual(status, 1)
    const complaint =
      'stage "picky" (my/sum): length has no task "length@word=thre"; did you mean "length@word=three"?   (tasks: length@word=one, length@word=three)'
    const line = project.read("words.yaml").split("\n")[8] ?? ""
    const place = `words.yaml:9:${line.indexOf("length@word=thre.") + 1} `
    assert.include(stderr, place + complaint)
    assert.match(project.run("show", "latest").stdout, /done\s+easy\s.*sum=3/u)
    assert.include(project.read("reports/words/report.html"), "length has no task")
    const planned = project.run("plan", "words.yaml").stdout
    assert.match(planned, /fails\s+picky\s/u)
    assert.include(planned, place + complaint)
    // What was wrong once may be right the next time.
    assert.strictEqual(project.run("run", "words.yaml", "-S", 'text="one thre"').status, 0)
  })

  it("is found wrong before anything runs, where that can be", () => {
    const project = makeProject(FILES)
    project.edit("words.yaml", "with: { word:", "with: { wrod:")
    project.edit("words.yaml", "lengths: length.*.length", "lengths: length.*.lenght")
    const { status, stderr } = project.run("validate", "words.yaml")
    assert.strictEqual(status, 2)
    assert.include(stderr, 'unknown parameter "wrod"')
    assert.include(stderr, 'length (my/length) has no output "lenght"')
  })

  it("takes the names of stages and tasks that are not known yet", () => {
    const project = makeProject(FILES)
    const one = answer(project.json("run", "words.yaml", "length@word=one", "--json"))
    assert.strictEqual(one.counts.ran, 2)
    assert.notInclude(project.run("show", "latest").stdout, "length@word=three")
    assert.deepStrictEqual(answer(project.json("run", "words.yaml", "length", "--json")).counts, {
      ran: 1,
      hit: 2,
      failed: 0,
      skipped: 0
    })
    const forced = answer(project.json("run", "words.yaml", "-f", "length", "--json")).counts
    assert.deepStrictEqual([forced.ran, forced.hit], [3, 1])
    assert.strictEqual(project.run("run", "words.yaml", "lenght").status, 2)
  })

  it("warns of the name of a task that no list turned out to have, each time", () => {
    const project = makeProject(FILES)
    const warning = "warning: length@word=onne is not part of this run: no list has it"
    for (const words of [["length@word=onne"], ["length@word=onne"], ["-f", "length@word=onne"]]) {
      const { status, stderr } = project.run("run", "words.yaml", ...words)
      assert.strictEqual(status, 0)
      assert.include(stderr, warning)
    }
    const known = project.run("run", "words.yaml", "length@word=one", "-f", "length@word=one")
    assert.notInclude(known.stderr, "warning")
    // What failed before the list was known tells itself.
    assert.notInclude(project.run("run", "words.yaml", "length@word=onne", "-S", "text=fail").stderr, "warning")
  })
})

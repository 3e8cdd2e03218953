/** A comparison of a few runs, as data: drawn by the tests of its page. */
import type { ComparedSide, ComparisonModel } from "../../../core/report/ComparisonModel.ts"
import { judge } from "../../../core/report/judge-expectations.ts"

const side = (letter: string, id: string, changes: Partial<ComparedSide> = {}): ComparedSide => ({
  letter,
  id: `2026-11-24T10-30-12.345-${id}`,
  pipeline: "ntk-study",
  file: "ntk-study.yaml",
  profile: "default",
  outcome: "success",
  startedAt: Date.UTC(2026, 10, 24, 10, 30, 12),
  durationMillis: 4100,
  counts: { ran: 3, hit: 9, failed: 0, skipped: 0 },
  flaws: undefined,
  causes: undefined,
  ...changes
})

const SPAN = { file: "ntk-study.yaml", line: 1, column: 1, length: 1 }

const BOUND = { _tag: "AtMost", bound: 0.2 } as const

const expected = {
  span: SPAN,
  metric: { value: "train.loss", span: SPAN },
  tolerance: BOUND,
  origin: "paper",
  source: "Table 1",
  note: undefined,
  profiles: undefined
} as const

/** Two runs that differ in a parameter, and so in a metric. */
export const COMPARISON: ComparisonModel = {
  pipelines: ["ntk-study"],
  runs: [
    side("A", "brave-euler"),
    side("B", "calm-gauss", {
      causes: { causes: [{ phrase: "param lr 0.1→0.2", at: "ntk-study.yaml:3:9", stages: ["train"] }], unexplained: [] }
    })
  ],
  comparison: {
    runs: ["brave-euler", "calm-gauss"],
    params: [
      { name: "lr", values: [0.1, 0.2] },
      { name: "depth", values: [4, 4] }
    ],
    taskParams: [],
    metrics: [
      { name: "train.accuracy", values: [0.8, 0.9] },
      { name: "train.loss", values: [0.5, 0.25] },
      { name: "circle.points", values: [61, 61] },
      { name: "extra.size", values: [null, 3] }
    ],
    artifacts: [],
    devices: [{ name: "train", tasks: ["train"], values: ["wasm", "webgpu: Some GPU"] }],
    timings: [
      { name: "(run)", values: [4100, 2000] },
      { name: "train", values: [4000, null] }
    ],
    code: [{ name: "train", values: ["a".repeat(64), "b".repeat(64)], changes: [[], ["function step changed"]] }],
    environment: [{ name: "node", values: ["v24", "v24"] }]
  },
  goals: new Map([["train.loss", BOUND]]),
  expectations: [{ expected, judgements: [judge(expected, 0.5), judge(expected, 0.25)] }],
  figures: [
    {
      reference: "curves.figure",
      title: "Curves",
      form: "beside",
      pictures: [
        { letters: ["A"], image: { _tag: "Svg", svg: "<svg/>" } },
        { letters: ["B"], image: { _tag: "Missing", reason: "it is lost" } }
      ],
      absent: [],
      undrawn: []
    }
  ],
  undrawnFigures: []
}

/** The same with very many runs and metrics. */
export const manyCompared = (runs: number, metrics: number): ComparisonModel => {
  const sides = Array.from({ length: runs }, (_, index) => side(`#${index}`, `run-${index}`))
  const rows = Array.from({ length: metrics }, (_, row) => ({
    name: `train@width=${row}.loss`,
    values: sides.map((_, index) => row + index / 7)
  }))
  const expectations = COMPARISON.expectations.map((one) => ({ ...one, judgements: sides.map(() => undefined) }))
  return { ...COMPARISON, runs: sides, expectations, comparison: { ...COMPARISON.comparison, metrics: rows } }
}

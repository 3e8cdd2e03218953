/** What the paper says of its method, held to trials. */
import { largestOf, methodsOf, type Pair, pairs, type Trial } from "./Comparison.ts"

/** The name of the method of the paper, from a random order; after another method it is called `NAME+TOPO`. */
export const TOPO = "TOPO"

/** The methods of others that the paper compares with. */
export const RIVALS = ["NOTEARS", "NOFEARS", "GOLEM-EV", "GOLEM-NV", "DAGMA"]

/** Scores that differ by less than this share are equal. */
const EQUAL = 1e-6

/** A gradient below is that of a stationary point: the methods that are none have hundredths and more. */
const STATIONARY = 1e-6

/** A claim, what there is to be said for it, and whether it holds in all trials; numbers have names. */
export interface Verdict {
  readonly claim: string
  readonly found: string
  readonly holds: boolean
  readonly numbers: { readonly [name: string]: number }
  /** Comparisons of scores that are against it. */
  readonly misses: ReadonlyArray<Miss>
}

/** The first of a pair has a higher score after refitting than the second has by its own weights or after refitting. */
export interface Miss {
  /** The number that it lowers. */
  readonly claim: string
  readonly pair: Pair
  readonly score: "score" | "refit"
}

/** The claims for which there are trials. */
export const verdicts = (all: ReadonlyArray<Trial>): ReadonlyArray<Verdict> => {
  // From fewer samples than variables nothing is fitted anew.
  const trials = all.filter(({ values }) => values["refit"] !== undefined)
  const methods = methodsOf(trials)
  if (!methods.includes(TOPO)) return []
  const rivals = RIVALS.filter((rival) => methods.includes(rival))
  const topo = trials.filter(({ method }) => method === TOPO)
  const gauss = topo.filter(({ noise }) => noise === "gauss" || noise === "")
  const against = rivals.flatMap((rival) => pairs(trials, TOPO, rival))
  const after = methods.flatMap((method) => pairs(trials, `${method}+${TOPO}`, method))
  return [
    ...(against.length === 0 ? [] : [lowestScore(against), stationary(topo, against)]),
    ...(after.length === 0 ? [] : [lowersScore(after)]),
    ...(gauss.some(({ values }) => (values["trueEdges"] ?? 0) > 0) ? [rightStructure(gauss)] : [])
  ]
}

const share = (all: ReadonlyArray<Pair>, holds: (pair: Pair) => boolean): number =>
  all.length === 0 ? Number.NaN : all.filter(holds).length / all.length

const percent = (part: number): string => `${(100 * part).toFixed(part === 1 || part === 0 ? 0 : 1)} %`

const isNoHigher =
  (score: Miss["score"]) =>
  ({ one, other }: Pair): boolean =>
    one.values["refit"]! <= other.values[score]! * (1 + EQUAL)

const missesOf = (claim: string, all: ReadonlyArray<Pair>, score: Miss["score"]): ReadonlyArray<Miss> =>
  all.flatMap((pair) => (isNoHigher(score)(pair) ? [] : [{ claim, pair, score }]))

const lowestScore = (against: ReadonlyArray<Pair>): Verdict => {
  const own = share(against, isNoHigher("score"))
  const refitted = share(against, isNoHigher("refit"))
  return {
    claim: "From a random order, the score is no higher than those of the other methods, in every setting",
    found: `${against.length} comparisons: no higher than the method's own score in ${percent(own)}, than its score after refitting in ${percent(refitted)}`,
    holds: own === 1 && refitted === 1,
    numbers: { "claim1-own": own, "claim1-refitted": refitted },
    misses: [...missesOf("claim1-own", against, "score"), ...missesOf("claim1-refitted", against, "refit")]
  }
}

const stationary = (topo: ReadonlyArray<Trial>, against: ReadonlyArray<Pair>): Verdict => {
  const rivals = against.map(({ other }) => other.values["kkt"]!)
  const [most, least] = [largestOf(topo, "kkt"), rivals.reduce((lowest, value) => Math.min(lowest, value))]
  return {
    claim: "Its weights satisfy the KKT condition, those of NOTEARS, GOLEM and their like do not",
    found: `largest residual ${most.toExponential(1)}; of the others the smallest is ${least.toExponential(1)}. Least squares along any order passes too`,
    holds: most <= STATIONARY && least > STATIONARY,
    numbers: { "claim2-topo": most, "claim2-others": least },
    misses: []
  }
}

const lowersScore = (after: ReadonlyArray<Pair>): Verdict => {
  const lower = share(after, isNoHigher("refit"))
  const strictly = share(after, ({ one, other }) => one.values["refit"]! < other.values["refit"]! * (1 - EQUAL))
  const wrong = after.filter(({ other }) => other.values["shd"]! > 0)
  const falls = share(wrong, ({ one, other }) => one.values["shd"]! < other.values["shd"]!)
  const rises = share(after, ({ one, other }) => one.values["shd"]! > other.values["shd"]!)
  return {
    claim: "After another method it lowers that method's score, and usually the structural Hamming distance",
    found: `${after.length} comparisons: the score after refitting does not rise in ${percent(lower)}, and falls in ${percent(strictly)}; SHD falls in ${wrong.length === 0 ? "none" : percent(falls)} of the ${wrong.length} where it was not 0, and rises in ${percent(rises)} of all`,
    holds: lower === 1 && strictly > 0.5 && falls > 0.5,
    numbers: {
      "claim3-score": lower,
      "claim3-score-falls": strictly,
      "claim3-shd-rises": rises,
      ...(wrong.length === 0 ? {} : { "claim3-shd-falls": falls })
    },
    misses: missesOf("claim3-score", after, "refit")
  }
}

const rightStructure = (gauss: ReadonlyArray<Trial>): Verdict => {
  const wrong = gauss.reduce((sum, { values }) => sum + values["shd"]!, 0)
  const edges = gauss.reduce((sum, { values }) => sum + values["trueEdges"]!, 0)
  return {
    claim: "On linear data with noise of equal variance the structural Hamming distance is near zero",
    found: `Gauss, ${gauss.length} graphs with ${edges} edges: ${wrong} edges wrong, ${percent(wrong / edges)}`,
    holds: wrong <= 0.02 * edges,
    numbers: { "claim4-wrong": wrong / edges },
    misses: []
  }
}

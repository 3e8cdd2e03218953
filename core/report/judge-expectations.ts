/** Sets measured metrics beside what the paper or a reference says. */
import type { ExpectationDocument, Tolerance } from "../document/PipelineDocument.ts"
import type { Every } from "./judge-every.ts"
import { numberText, percentText, signedPercentText, signedText } from "./quantity-text.ts"

export type Verdict = "met" | "missed" | "not recorded"

/** One row of the reproduction card. */
export interface Judgement {
  /** `stage.metric`, as written in the pipeline file. */
  readonly metric: string
  readonly tolerance: Tolerance
  readonly origin: "paper" | "reference"
  readonly source: string | undefined
  readonly note: string | undefined
  readonly measured: number | undefined
  readonly verdict: Verdict
  /** Measured less expected; `undefined` when nothing finite was measured. */
  readonly deviation: Deviation | undefined
  /** The verdict as a phrase. */
  readonly words: string
  /** Where several tasks have to meet it: how they stand, and which of them measured what is told here. */
  readonly every?: Every
}

export interface Deviation {
  /** Measured less the expected value or bound, of two the nearer one, in the units of the metric. */
  readonly absolute: number
  /** The same as a share of that value or bound; `undefined` where that is zero. */
  readonly relative: number | undefined
}

/**
 * Judges a metric. A tolerance includes its ends, a bound includes itself, and a number that is not finite meets nothing.
 *
 * `absence` says in a few words why there is no number, for the phrase.
 */
export const judge = (
  { metric, tolerance, origin, source, note }: ExpectationDocument,
  measured: number | undefined,
  absence = "its stage recorded no such metric"
): Judgement => {
  const row = { metric: metric.value, tolerance, origin, source, note, measured }
  if (measured === undefined) return { ...row, verdict: "not recorded", deviation: undefined, words: absence }
  if (!Number.isFinite(measured)) {
    return { ...row, verdict: "missed", deviation: undefined, words: "no finite number" }
  }
  const expected = nearest(tolerance, measured)
  const absolute = measured - expected
  const deviation = { absolute, relative: expected === 0 ? undefined : absolute / Math.abs(expected) }
  const excess = beyond(tolerance, measured)
  // Half the tolerance's own rounding: 1.1 lies within 0.1 of 1, though 1.1 - 1 > 0.1 in binary.
  const rounding = 2 * Number.EPSILON * Math.max(Math.abs(measured), Math.abs(expected))
  const isMet = excess <= rounding
  return { ...row, verdict: isMet ? "met" : "missed", deviation, words: phrase(tolerance, deviation, isMet, excess) }
}

/** The expected value, or the bound; the middle of two. */
export const centre = (tolerance: Tolerance): number => {
  if (tolerance._tag === "Between") return tolerance.least / 2 + tolerance.most / 2
  return tolerance._tag === "Absolute" || tolerance._tag === "Relative" ? tolerance.value : tolerance.bound
}

/** What a measured number is compared with: the expected value, or the bound, of two the nearer one. */
const nearest = (tolerance: Tolerance, measured: number): number => {
  if (tolerance._tag !== "Between") return centre(tolerance)
  return measured > centre(tolerance) ? tolerance.most : tolerance.least
}

/** Half the width of the accepted interval, in the units of the metric; 0 for a bound. */
export const halfWidth = (tolerance: Tolerance): number => {
  if (tolerance._tag === "Between") return tolerance.most / 2 - tolerance.least / 2
  if (tolerance._tag === "Absolute") return tolerance.tolerance
  return tolerance._tag === "Relative" ? tolerance.tolerance * Math.abs(tolerance.value) : 0
}

/** What is expected, for a person: `1.129 ± 0.06`, `0.0457 ± 5 %`, `≤ 0.03`, `0.1 … 0.3`. */
export const expectedText = (tolerance: Tolerance): string => {
  switch (tolerance._tag) {
    case "Absolute":
      return `${numberText(tolerance.value)} ± ${numberText(tolerance.tolerance)}`
    case "Relative":
      return `${numberText(tolerance.value)} ± ${percentText(tolerance.tolerance)}`
    case "AtMost":
      return `≤ ${numberText(tolerance.bound)}`
    case "AtLeast":
      return `≥ ${numberText(tolerance.bound)}`
    case "Between":
      return `${numberText(tolerance.least)} … ${numberText(tolerance.most)}`
  }
}

/** A share that tells more than the deviation itself: a bound of 1e-9 is next to nothing, and so is a hundred thousand times it. */
const MOST_TELLING = 10

/** The deviation for a person: `+0.002 (+0.18 %)`. */
export const deviationText = ({ absolute, relative = Number.POSITIVE_INFINITY }: Deviation): string =>
  Math.abs(relative) > MOST_TELLING ? signedText(absolute) : `${signedText(absolute)} (${signedPercentText(relative)})`

/** How far a number lies outside of what is accepted; negative inside. */
export const beyond = (tolerance: Tolerance, measured: number): number => {
  switch (tolerance._tag) {
    case "AtMost":
      return measured - tolerance.bound
    case "AtLeast":
      return tolerance.bound - measured
    case "Between":
      return Math.max(tolerance.least - measured, measured - tolerance.most)
    default:
      return Math.abs(measured - tolerance.value) - halfWidth(tolerance)
  }
}

const phrase = (tolerance: Tolerance, { absolute, relative }: Deviation, isMet: boolean, excess: number): string => {
  const side = absolute > 0 ? "above" : "below"
  if (tolerance._tag === "Between")
    return isMet ? "within both bounds" : `${numberText(round(excess))} ${side} the range`
  if (tolerance._tag === "AtMost" || tolerance._tag === "AtLeast") {
    return isMet ? "within the bound" : `${numberText(round(excess))} ${side} the bound`
  }
  const share = relative === undefined ? numberText(round(Math.abs(absolute))) : percentText(round(Math.abs(relative)))
  if (absolute === 0) return "exactly as expected"
  if (isMet) return `${share} ${side}, within tolerance`
  const width = halfWidth(tolerance)
  const times = width > 0 ? `, ${numberText(round(Math.abs(absolute) / width))} times the tolerance` : ""
  return `${share} ${side}${times}`
}

const round = (value: number): number => Number(value.toPrecision(2))

/** What is wrong with the journal of a run, and the words for it. */

/** All are 0 in a journal that is as it was written, torn last line or not. */
export interface JournalFlaws {
  /** Lines that are not as they were written. */
  readonly damaged: number
  /** Events before the last of which there is not even a damaged line. */
  readonly missing: number
  /** Events of a kind that this version does not know. */
  readonly unknown: number
}

export const FLAWLESS: JournalFlaws = { damaged: 0, missing: 0, unknown: 0 }

export const isFlawless = ({ damaged, missing, unknown }: JournalFlaws): boolean => damaged + missing + unknown === 0

/** The flaws of two journals that tell of one run. */
export const bothFlaws = (a: JournalFlaws, b: JournalFlaws): JournalFlaws => ({
  damaged: a.damaged + b.damaged,
  missing: a.missing + b.missing,
  unknown: a.unknown + b.unknown
})

/** What of it is lost, in words; `undefined` where nothing is. */
export const lossText = ({ damaged, missing }: JournalFlaws): string | undefined =>
  damaged + missing === 0
    ? undefined
    : [damaged > 0 && `${lines(damaged)} not as written`, missing > 0 && `${lines(missing)} missing`]
        .filter((part) => part !== false)
        .join(", ")

/** One line for whoever looks at the run; `undefined` where there is nothing to say. */
export const flawsText = (run: string, flaws: JournalFlaws): string | undefined => {
  if (isFlawless(flaws)) return undefined
  const lost = lossText(flaws)
  const newer = flaws.unknown === 0 ? [] : [`${lines(flaws.unknown)} of a newer version left out`]
  const what = lost === undefined ? "tells more than this version reads" : "is damaged"
  const parts = [...(lost === undefined ? [] : [lost]), ...newer]
  return `the journal of run ${run} ${what}: ${parts.join(", ")}; what is told of the run may lack something`
}

const lines = (count: number): string => (count === 1 ? "1 line" : `${count} lines`)

/** What the end of a command means to scripts. */
export const EXIT = {
  success: 0,
  stageFailed: 1,
  /** The command line or the pipeline file is wrong. */
  usage: 2,
  /** An expectation was missed, or work is needed, and the command was asked to say so. */
  unmet: 3,
  /** The store or the engine cannot be used. */
  unusable: 4,
  interrupted: 130
} as const

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT]

/**
 * Values written against their flag, as `-j4` and `-Sn=5`: set apart, as the parser of the command line wants them. And one that it
 * would take for flags, as in `--max-size -1GB`: set against its own, for the command to say what is wrong with it. Likewise the
 * empty one of `runs --metric loss --sort`.
 */

/** Flags of one letter that take a value, and those that take none. A test holds them to the commands. */
const TAKING = "jpSfiom"
const PLAIN = "nk"

const ATTACHED = new RegExp(`^-(?<plain>[${PLAIN}]*)(?<taking>[${TAKING}])(?<value>[^=].*)$`, "su")

/** `-kj4` becomes `-k -j 4`; what follows `--` is left alone. */
export const setApartValues = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = args.indexOf("--")
  const before = end < 0 ? args : args.slice(0, end)
  return [
    ...before.flatMap((argument, index) => arranged(argument, before[index - 1], before[index + 1])),
    ...args.slice(before.length)
  ]
}

const LONG = /^--[a-z-]+$/u
const NEGATIVE_QUANTITY = /^-\d[\d.]*[a-z]/iu

/** The flag that may stand without its value, where another one says what it would. */
const BARE = "--sort"

const arranged = (argument: string, previous = "", next = ""): ReadonlyArray<string> => {
  if (argument === BARE && (next === "" || /^--?[a-z]/iu.test(next))) return [`${BARE}=`]
  if (LONG.test(argument) && NEGATIVE_QUANTITY.test(next)) return [`${argument}=${next}`]
  return LONG.test(previous) && NEGATIVE_QUANTITY.test(argument) ? [] : parted(argument)
}

const parted = (argument: string): ReadonlyArray<string> => {
  const { plain = "", taking, value } = ATTACHED.exec(argument)?.groups ?? {}
  if (taking === undefined || value === undefined) return [argument]
  return [...(plain === "" ? [] : [`-${plain}`]), `-${taking}`, value]
}

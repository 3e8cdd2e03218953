/** Values written against their flag, as `-j4` and `-Sn=5`: set apart, as the parser of the command line wants them. */

/** Flags of one letter that take a value, and those that take none. A test holds them to the commands. */
const TAKING = "jpSfio"
const PLAIN = "nk"

const ATTACHED = new RegExp(`^-(?<plain>[${PLAIN}]*)(?<taking>[${TAKING}])(?<value>[^=].*)$`, "su")

/** `-kj4` becomes `-k -j 4`; what follows `--` is left alone. */
export const setApartValues = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = args.indexOf("--")
  const before = end < 0 ? args : args.slice(0, end)
  return [...before.flatMap(parted), ...args.slice(before.length)]
}

const parted = (argument: string): ReadonlyArray<string> => {
  const { plain = "", taking, value } = ATTACHED.exec(argument)?.groups ?? {}
  if (taking === undefined || value === undefined) return [argument]
  return [...(plain === "" ? [] : [`-${plain}`]), `-${taking}`, value]
}

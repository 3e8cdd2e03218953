/** Makes a text that fails smaller, by its lines, as long as it still fails. Source: Zeller and Hildebrandt, ddmin. */
export const shrink = async (text: string, fails: (text: string) => Promise<boolean>): Promise<string> => {
  let lines = text.split("\n")
  for (let size = lines.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < lines.length; ) {
      const fewer = lines.toSpliced(at, size)
      if (await fails(fewer.join("\n"))) lines = fewer
      else at += size
    }
  }
  return lines.join("\n")
}

/** Takes a damaged segment out of a store without losing the lines of it that are sound. */
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { mkdir, rename } from "node:fs/promises"
import { join } from "node:path"
import { readLines } from "./checked-lines.ts"
import { placeFile, syncFolder } from "./durable.ts"
import { segmentName } from "./segment-name.ts"

/**
 * Copies the sound lines into a new segment, and moves the old one to the quarantine. In between both are there, and say the
 * same. Nobody may be appending to it: what came after would be lost. Throws what the disk throws.
 */
export const mendSegment = async (folder: string, name: string, quarantine: string): Promise<void> => {
  const bytes = readFileSync(join(folder, name))
  const sound = readLines(bytes).lines.map(({ start, end }) => bytes.subarray(start, end + 1))
  await placeFile(join(folder, segmentName(randomUUID())), Buffer.concat(sound))
  await syncFolder(folder)
  await mkdir(quarantine, { recursive: true })
  await rename(join(folder, name), join(quarantine, `${name}-${Date.now()}`))
  await syncFolder(folder)
}

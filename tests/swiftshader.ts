/**
 * SwiftShader, a program that does as if it were a GPU: what tests use where there is none. It comes with a package for
 * development, for Linux on x64 alone.
 */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { brotliDecompressSync } from "node:zlib"

const require = createRequire(import.meta.url)

/** Whether this machine can have it. */
export const hasSwiftShader = process.platform === "linux" && process.arch === "x64"

/** The variables by which Vulkan's loader, and its driver, are found; for processes that are started with them. */
export const swiftShaderVariables = (): { readonly [name: string]: string } => {
  const folder = unpacked()
  const driver = join(folder, DRIVER)
  return {
    LD_LIBRARY_PATH: folder,
    PIPELINE_SOFTWARE_GPU: "1",
    VK_DRIVER_FILES: driver,
    VK_ICD_FILENAMES: driver
  }
}

/** Koffi unloads a library that nobody holds any more. */
const loaded: Array<unknown> = []

/** Loads it into this process, whose own variables come too late for the search of libraries. */
export const loadSwiftShader = (): void => {
  const { LD_LIBRARY_PATH: _, ...variables } = swiftShaderVariables()
  Object.assign(process.env, variables)
  // Dawn finds it again by its name.
  loaded.push(require("koffi").load(join(unpacked(), LOADER)))
}

const [LOADER, DRIVER] = ["libvulkan.so.1", "vk_swiftshader_icd.json"]

const FILES = new Set(["libvk_swiftshader.so", LOADER, DRIVER])

/** The folder of its files, which is made once on a machine for all tests. */
const unpacked = (): string => {
  const archive = join(packageFolder(), "bin", "swiftshader.tar.br")
  const folder = join(tmpdir(), `athanor-swiftshader-${statSync(archive).size}`)
  if (existsSync(folder)) return folder
  const made = mkdtempSync(`${folder}-`)
  for (const { name, bytes } of entriesOf(brotliDecompressSync(readFileSync(archive)))) {
    if (FILES.has(name)) writeFileSync(join(made, name), bytes)
  }
  try {
    renameSync(made, folder)
  } catch {
    // Another process was sooner.
    rmSync(made, { recursive: true, force: true })
  }
  return folder
}

const packageFolder = (): string => {
  let folder = dirname(require.resolve("@sparticuz/chromium"))
  while (!existsSync(join(folder, "package.json")) || !existsSync(join(folder, "bin"))) folder = dirname(folder)
  return folder
}

const BLOCK = 512

/** The files of a tar archive: a block of description before the blocks of each. */
const entriesOf = function* (tar: Uint8Array): Generator<{ readonly name: string; readonly bytes: Uint8Array }> {
  const text = (from: number, length: number): string =>
    new TextDecoder().decode(tar.subarray(from, from + length)).replace(/\0.*$/su, "")
  for (let at = 0; at + BLOCK <= tar.byteLength; ) {
    const name = text(at, 100)
    if (name === "") return
    const size = Number.parseInt(text(at + 124, 12), 8) || 0
    yield { name, bytes: tar.subarray(at + BLOCK, at + BLOCK + size) }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
}

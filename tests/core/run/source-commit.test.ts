import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { sourceCommit, withoutCommit } from "../../../core/run/source-commit.ts"

const COMMIT = "0123456789abcdef0123456789abcdef01234567"

/** A folder with these files, as Git leaves them; tests/e2e/reproduce.test.ts asks Git itself. */
const folderWith = (files: { readonly [path: string]: string }): string => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-commit-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const origin = (url: string): string =>
  `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs\n[branch "a"]\n`

const of = (folder: string) => sourceCommit(folder, join(folder, "study.yaml"))

describe("sourceCommit", () => {
  it("is that of the branch, of packed references, or of a detached head", () => {
    const branch = folderWith({ ".git/HEAD": "ref: refs/heads/a\n", ".git/refs/heads/a": `${COMMIT}\n` })
    const packed = folderWith({
      ".git/HEAD": "ref: refs/heads/a\n",
      ".git/packed-refs": `# pack-refs\n${COMMIT} refs/heads/a\n`
    })
    const detached = folderWith({ ".git/HEAD": `${COMMIT}\n` })
    for (const folder of [branch, packed, detached]) assert.deepStrictEqual(of(folder), { commit: COMMIT })
  })

  it("is found from a further working tree, and from a folder below, whose name it tells", () => {
    const folder = folderWith({
      "main/.git/worktrees/b/HEAD": "ref: refs/heads/a\n",
      "main/.git/worktrees/b/commondir": "../..\n",
      "main/.git/refs/heads/a": COMMIT,
      "tree/.git": "gitdir: ../main/.git/worktrees/b\n",
      "tree/below/study.yaml": ""
    })
    assert.deepStrictEqual(of(join(folder, "tree/below")), { commit: COMMIT, directory: "below" })
  })

  it.each([
    ["https://me:secret@example.org/a/b.git", "https://example.org/a/b.git"],
    ["https://token@example.org/a", "https://example.org/a"],
    ["https://example.org/a?token=secret", "https://example.org/a"],
    ["ssh://git@example.org:22/a", "ssh://git@example.org:22/a"],
    ["git@example.org:a/b.git", "git@example.org:a/b.git"],
    ["/home/me/a", undefined],
    ["file:///home/me/a", undefined],
    ["../a", undefined]
  ])("tells where others get it, and no credentials: %s", (url, expected) => {
    const folder = folderWith({ ".git/HEAD": COMMIT, ".git/config": origin(url) })
    assert.strictEqual(of(folder).repository, expected)
  })

  it("is nothing where there is none, or the file is of another one", () => {
    const folder = folderWith({ "a/.git/HEAD": COMMIT, "b/.git/HEAD": COMMIT, "c/.git/HEAD": "ref: refs/heads/unborn" })
    assert.deepStrictEqual(sourceCommit(join(folder, "a"), join(folder, "b/study.yaml")), {})
    assert.deepStrictEqual(of(join(folder, "c")), {})
    assert.deepStrictEqual(of(folder), {})
  })

  it("can be taken away again", () => {
    assert.deepStrictEqual(withoutCommit({ node: "24", commit: COMMIT, repository: "r", directory: "d" }), {
      node: "24"
    })
  })
})

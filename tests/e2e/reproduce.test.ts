/** What a page says can be done with it can be done. */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { makeProject, type Project, TINY } from "./project.ts"

const page = (project: Project): string => project.read("reports/tiny/report.html")

/** The commands of a page, block by block, as a person copies them. */
const commandsIn = (html: string): ReadonlyArray<ReadonlyArray<string>> =>
  [...html.matchAll(/<div class="commands"><pre[^>]*><code>(?<lines>[^<]*)<\/code>/gu)].map(({ groups }) =>
    (groups?.["lines"] ?? "").replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&").split("\n")
  )

/** Runs a command line of the page by a shell in which `pipeline` is the command under test. */
const shell = (project: Project, line: string): string => {
  const launcher = `pipeline() { "$NODE" "$PIPELINE" "$@"; }`
  const env = { ...process.env, NO_COLOR: "1", NODE: process.execPath, PIPELINE: LAUNCHER }
  return execFileSync("/bin/sh", ["-ec", `${launcher}; ${line}`], { cwd: project.folder, env, encoding: "utf8" })
}

const LAUNCHER = new URL("../../bin/pipeline.js", import.meta.url).pathname

const git = (folder: string, ...args: ReadonlyArray<string>): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
    cwd: folder,
    encoding: "utf8"
  }).trim()

describe("a page", () => {
  it("names artifacts that the store gives for their digests", () => {
    const project = makeProject(TINY)
    assert.strictEqual(project.run("run", "tiny.yaml").status, 0)
    const digests = new Set(
      [...page(project).matchAll(/ data-digest="(?<digests>[^"]+)"/gu)].flatMap(
        ({ groups }) => groups?.["digests"]?.split(" ") ?? []
      )
    )
    assert.strictEqual(digests.size, 5)
    for (const digest of digests) {
      const { status, stdout } = project.run("get", digest, `got/${digest}`)
      assert.strictEqual(status, 0)
      assert.include(stdout, digest)
    }
    // Those beside our number are what the same execution gave: the record has both.
    const beside = /<b data-digest="(?<digests>[^"]+)">48</u.exec(page(project))?.groups?.["digests"]?.split(" ") ?? []
    const { tasks } = project.json("show", "latest", "--json") as {
      readonly tasks: ReadonlyArray<{
        readonly metrics: { readonly all?: number }
        readonly outputs: { readonly [port: string]: string }
      }>
    }
    const task = tasks.find(({ metrics }) => metrics.all === 48)
    assert.deepStrictEqual(beside, Object.values(task?.outputs ?? {}))
  })

  it("says by which commands its run is made again, with the parameters that it had", () => {
    const project = makeProject({
      ...TINY,
      "tiny.yaml": TINY["tiny.yaml"].replace(
        "params: { seeds: 3, n: 4, millis: 0 }",
        `params: { seeds: 3, n: 4, millis: 0, label: "a", twice: "\${{ params.n * 2 }}" }\nprofiles: { odd: { n: 5 } }`
      )
    })
    const label = 'it\'s $HOME; "x"'
    assert.strictEqual(
      project.run("run", "tiny.yaml", "--profile", "odd", "-S", "seeds=2", "-S", `label=${JSON.stringify(label)}`)
        .status,
      0
    )
    const blocks = commandsIn(page(project))
    const [run = ""] = blocks[0] ?? []
    assert.match(run, /^pipeline run tiny\.yaml --profile odd -S seeds=2 -S 'label=/u)
    assert.notInclude(run, "twice")
    const before = project.json("show", "latest", "--json") as { readonly params: object }
    shell(project, run)
    const after = project.json("show", "latest", "--json") as { readonly params: object; readonly counts: object }
    assert.deepStrictEqual(after.params, before.params)
    assert.deepInclude(after.counts, { ran: 0 })
    for (const line of blocks.slice(1).flat()) shell(project, line.replace(" --check", ""))
    assert.isTrue(existsSync(join(project.folder, "total.figure.svg")))
  })

  it("says of which commit its run was, and gets it back", () => {
    const project = makeProject(TINY)
    git(project.folder, "init", "-q", "-b", "trunk")
    git(project.folder, "remote", "add", "origin", "https://me:secret@example.org/tiny.git")
    git(project.folder, "add", "tiny.yaml", "stages")
    git(project.folder, "commit", "-q", "-m", "first")
    const first = git(project.folder, "rev-parse", "HEAD")
    assert.strictEqual(project.run("run", "tiny.yaml").status, 0)
    const [checkout] = commandsIn(page(project))
    assert.deepStrictEqual(checkout, [
      "git clone https://example.org/tiny.git tiny",
      "cd tiny",
      `git checkout ${first}`
    ])
    assert.notInclude(page(project), "secret")
    // A later commit that changes nothing of the study is told of the run that follows, which finds everything.
    git(project.folder, "commit", "-q", "--allow-empty", "-m", "second")
    const second = git(project.folder, "rev-parse", "HEAD")
    const told = () =>
      project.json("show", "latest", "--json") as { readonly environment: { readonly commit?: string } }
    for (const pack of [false, true]) {
      if (pack) git(project.folder, "pack-refs", "--all")
      assert.strictEqual(project.run("run", "tiny.yaml").status, 0)
      assert.strictEqual(told().environment.commit, second)
    }
    assert.include(readFileSync(join(project.folder, "reports/tiny/pipeline.yaml"), "utf8"), "name: tiny")
  })

  it("goes to a gallery as Markdown, and never in the place of somebody's own page, or into the store", () => {
    const project = makeProject({ ...TINY, "README.md": "# Mine\n" })
    assert.strictEqual(project.run("run", "tiny.yaml").status, 0)
    const { gallery } = project.json("report", "latest", "--gallery", "gallery", "--json") as {
      readonly gallery: ReadonlyArray<string>
    }
    assert.deepStrictEqual(gallery, [
      ...["gallery/README.md", "gallery/tiny.md"],
      ...["gallery/tiny/figure-1.svg", "gallery/tiny/figure-1-dark.svg"]
    ])
    assert.include(project.read("gallery/tiny.md"), "Reproduced: the one expectation")
    for (const folder of [".", "artifacts-cache/objects"]) {
      assert.strictEqual(project.run("report", "latest", "--gallery", folder).status, 2, folder)
    }
    assert.strictEqual(project.read("README.md"), "# Mine\n")
  })
})

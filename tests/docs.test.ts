/** What the documents say: samples that decode, links that lead somewhere, functions that are there. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Result } from "effect"
import { assert, describe, it } from "vitest"
import { registry } from "../bin/registry.ts"
import { decode } from "../core/document/decode.ts"
import { FUNCTIONS } from "../core/document/functions.ts"

const ROOT = fileURLToPath(new URL("..", import.meta.url))

const pages = ["README.md", "CONTRIBUTING.md", "core", "docs", "stages", "reports/gallery", "bench"].flatMap((place) =>
  place.endsWith(".md")
    ? [place]
    : readdirSync(join(ROOT, place), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".md"))
        .map((file) => join(place, file))
)

const read = (page: string): string => readFileSync(join(ROOT, page), "utf8")

describe.each(pages)("%s", (page) => {
  it("links to what is there", () => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)(?<target>[^)#]+)/gu)].map(
      ({ groups }) => groups?.["target"] ?? ""
    )
    assert.deepStrictEqual(
      targets.filter((target) => !existsSync(join(ROOT, dirname(page), target))),
      []
    )
  })

  it("shows pipelines that can be read", () => {
    const samples = [...read(page).matchAll(/```yaml\n(?<text>[\s\S]*?)```/gu)].map(
      ({ groups }) => groups?.["text"] ?? ""
    )
    // A sample that begins with its name, as in `# models/model.yaml`, may be included by the others.
    const files = new Map(samples.map((text) => [/^# (?<name>\S+\.yaml)\n/u.exec(text)?.groups?.["name"], text]))
    const open = (path: string) => Result.succeed(files.get(path.slice(page.lastIndexOf("/") + 1)) ?? "")
    for (const sample of samples.filter((text) => /^name:/mu.test(text) && /^(?:stages|include):/mu.test(text))) {
      const document = decode(page, sample, open)
      assert.isTrue(Result.isSuccess(document), Result.isFailure(document) ? document.failure.message : "")
    }
  })
})

describe("README.md", () => {
  it("lists every study and every family of stages", () => {
    const studies = readdirSync(join(ROOT, "pipelines")).map((file) => `pipelines/${file}`)
    const families = new Set([...registry(".").keys()].map((name) => `stages/${name.split("/")[0]}/README.md`))
    const missing = [...studies, ...families].filter((path) => !read("README.md").includes(`](${path})`))
    assert.deepStrictEqual(missing, [])
  })
})

describe("docs/pipeline-file.md", () => {
  it("lists every function of expressions", () => {
    const listed = /^Functions: (?<names>[\s\S]*?)\.$/mu.exec(read("docs/pipeline-file.md"))?.groups?.["names"] ?? ""
    assert.deepStrictEqual(
      [...listed.matchAll(/`(?<name>\w+)`/gu)].map(({ groups }) => groups?.["name"]).sort(),
      [...FUNCTIONS.keys()].sort()
    )
  })
})

import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { renderHtml } from "../../../core/report/html-report.ts"
import type { ReportModel } from "../../../core/report/ReportModel.ts"
import { FAILURE, reportOf, SUCCESS } from "./example-report.ts"
import { readTags, readText } from "./page-reader.ts"

const HOSTILE = `</script></style><img src=x onerror=alert(1)>"'&]]>\u0000\u202e{{`

/** Fields whose values are the program's own words. */
const OWN = new Set(["_tag", "status", "verdict", "outcome", "shape", "origin", "kind", "svg", "determinism", "counts"])

/** Every text of the model made hostile, names of parameters and metrics too. */
const hostile = (value: unknown, isMap = false): unknown => {
  if (typeof value === "string") return value === "" ? "" : value + HOSTILE
  if (Array.isArray(value)) return value.map((item) => hostile(item))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (OWN.has(key)) return [key, item]
      return [isMap ? key + HOSTILE : key, hostile(item, ["params", "metrics", "matrix", "environment"].includes(key))]
    })
  )
}

describe("renderHtml", () => {
  it.effect("writes one well-formed page with every part", () =>
    Effect.gen(function* () {
      const html = renderHtml(yield* reportOf(SUCCESS))
      const ids = readTags(html).flatMap(
        ({ attributes }) => /\bid="(?<id>[^"]*)"/u.exec(attributes)?.groups?.["id"] ?? []
      )
      assert.deepStrictEqual(
        ids.filter((id) => !/^(?:task|expectation)-/u.test(id)),
        [
          ...[
            "main",
            "card",
            "figures",
            "figure-1",
            "figure-2",
            "graph",
            "time",
            "times",
            "sweeps",
            "metrics",
            "settings",
            "reproduce"
          ],
          "provenance"
        ]
      )
      assert.deepStrictEqual(ids, [...new Set(ids)])
      assert.notMatch(readText(html), /undefined|\[object|NaN|Infinity/u)
    })
  )

  it.effect("asks for nothing from elsewhere, and allows no script but its own", () =>
    Effect.gen(function* () {
      const html = renderHtml(yield* reportOf(SUCCESS))
      const loads = readTags(html).flatMap(({ name, attributes }) => [
        ...attributes.matchAll(/\b(?:src|srcset|data|xlink:href)="(?<url>[^"]*)"/gu),
        ...(name === "link" ? attributes.matchAll(/href="(?<url>[^"]*)"/gu) : [])
      ])
      assert.isAbove(loads.length, 0)
      for (const { groups } of loads) assert.match(groups?.["url"] ?? "", /^data:/u)
      assert.notMatch(html, /@import|url\(/u)
      const script = /<script>(?<text>[\s\S]*?)<\/script>/u.exec(html)?.groups?.["text"] ?? ""
      assert.include(html, `sha256-${createHash("sha256").update(script).digest("base64")}`)
      // The other one is metadata, which no browser runs.
      assert.strictEqual(html.split("<script").length, 3)
      assert.include(html, '<script type="application/ld+json">{"@context"')
    })
  )

  it.effect("draws no figure larger than it is, whose text would outgrow the page's own", () =>
    Effect.gen(function* () {
      const rule = /\.plate img\{(?<rule>[^}]*)\}/u.exec(renderHtml(yield* reportOf(SUCCESS)))?.groups?.["rule"] ?? ""
      assert.match(rule, /(?:^|;)max-width:100%/u)
      assert.notMatch(rule, /(?:^|;)width:/u)
    })
  )

  it.effect("shows each expectation with its numbers, the missed one among them", () =>
    Effect.gen(function* () {
      const html = renderHtml(yield* reportOf(SUCCESS))
      const rows = [...html.matchAll(/<tr class="row-(?<verdict>[a-z-]+)" id="[^"]*">(?<cells>[\s\S]*?)<\/tr>/gu)]
      assert.deepStrictEqual(
        rows.map(({ groups }) => groups?.["verdict"]),
        ["met", "met", "met", "met", "missed", "met", "not-recorded"]
      )
      const missed = readText(rows[4]?.groups?.["cells"] ?? "")
      for (const part of ["0.0012087", "0.00108 ± 5 %", "+12 %", "paper", "section 6.3", "batch of digits"]) {
        assert.include(missed, part)
      }
      assert.include(readText(html), "5 of 7 met")
    })
  )

  it.effect("begins with what failed", () =>
    Effect.gen(function* () {
      const html = renderHtml(yield* reportOf(FAILURE))
      readTags(html)
      assert.match(
        readText(html),
        /1 task failed 2 tasks did not run because of it\. train-digits@width=500 Diverged loss grew/u
      )
      assert.isBelow(html.indexOf('id="failures"'), html.indexOf('id="figures"'))
    })
  )

  it.effect("lets no name, message or value become markup", () =>
    Effect.gen(function* () {
      const model = hostile(yield* reportOf(FAILURE)) as ReportModel
      const html = renderHtml(model)
      const plain = readTags(renderHtml(yield* reportOf(FAILURE)))
      // Names that are longer are broken at other places; the elements are the same ones otherwise.
      const names = (tags: ReturnType<typeof readTags>) =>
        tags.map(({ name }) => name).filter((name) => name !== "wbr" && name !== "text")
      assert.deepStrictEqual(names(readTags(html)), names(plain))
      assert.notInclude(html, "<img src=x")
      assert.notInclude(html, "\u0000")
      assert.include(readText(html), "<img src=x onerror=alert(1)>")
    })
  )

  it.effect("links to the paper only on the web", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const withUrl = (url: string) => renderHtml({ ...model, paper: { title: "A paper", url } })
      assert.include(withUrl("https://example.org/a?b=1&c"), 'href="https://example.org/a?b=1&amp;c"')
      assert.notInclude(withUrl("javascript:alert(1)"), "javascript:")
    })
  )

  it.effect("is the same page for the same run", () =>
    Effect.gen(function* () {
      assert.strictEqual(renderHtml(yield* reportOf(SUCCESS)), renderHtml(yield* reportOf(SUCCESS)))
    })
  )

  it.effect("draws the longest of thousands of attempts, wherever they stand, and says that only these are there", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const [stage] = model.stages.filter(({ tasks }) => tasks.some(({ attempts }) => attempts.length > 0))
      const task = stage?.tasks.find(({ attempts }) => attempts.length > 0)
      const attempt = task?.attempts[0]
      assert(stage !== undefined && task !== undefined && attempt !== undefined)
      const lasting = (millis: number, id: string) => ({
        ...{ ...task, id },
        attempts: [{ ...attempt, finishedAt: attempt.startedAt + millis }]
      })
      const tasks = Array.from({ length: 5000 }, (_, index) =>
        lasting(index === 4999 ? 7000 : 1, `${stage.id}@n=${index}`)
      )
      const html = renderHtml({ ...model, stages: [{ ...stage, tasks }] })
      assert.include(html, `<title>${stage.id}@n=4999\n7.0s`)
      assert.include(readText(html), "Of 5000 attempts the longest are drawn")
      const few = Array.from({ length: 50 }, (_, index) => ({
        ...stage,
        id: `s${index}`,
        tasks: index < 9 ? [task] : []
      }))
      assert.notInclude(renderHtml({ ...model, stages: few }), "the longest are drawn")
    })
  )

  it.effect("stays a page that opens, however many stages there are", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const [stage] = model.stages.filter(({ tasks }) => tasks.some(({ attempts }) => attempts.length > 0))
      assert.isDefined(stage)
      const many = Array.from({ length: 3000 }, (_, index) => ({ ...stage, id: `stage${index}` }))
      const html = renderHtml({ ...model, stages: many as ReportModel["stages"] })
      readTags(html)
      assert.isBelow(html.length, 3_000_000)
      const text = readText(html)
      assert.include(text, "… and 2700 more stages")
      assert.match(text, /Of \d+ attempts the longest are drawn/u)
      assert.include(text, "stage299")
      assert.notInclude(text, "stage301")
    })
  )

  it.effect("lists of thousands of expectations those first that are not met", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const [met] = model.expectations
      assert.strictEqual(met?.verdict, "met")
      const expectations = [...Array.from({ length: 5000 }, () => met!), ...model.expectations]
      const html = renderHtml({ ...model, expectations })
      readTags(html)
      assert.isBelow(html.length, 2_000_000)
      assert.include(readText(html), "5005 of 5007 expectations of profile default met, 1 missed, 1 not recorded")
      assert.include(readText(html), "… and 4507 more expectations")
      assert.strictEqual(html.match(/<tr class="row-missed"/gu)?.length, 1)
    })
  )

  it.effect("does without what a run may lack", () =>
    Effect.gen(function* () {
      const model = yield* reportOf(SUCCESS)
      const bare: ReportModel = {
        ...model,
        description: undefined,
        paper: undefined,
        figures: [],
        expectations: [],
        stages: [],
        graph: { nodes: [], edges: [] }
      }
      const html = renderHtml(bare)
      readTags(html)
      assert.notMatch(readText(html), /undefined|NaN|Infinity/u)
      assert.include(readText(html), "Nothing ran")
    })
  )
})

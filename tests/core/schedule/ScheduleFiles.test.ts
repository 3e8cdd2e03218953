import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { ScheduleFiles } from "../../../core/schedule/ScheduleFiles.ts"

const text = (name: string, schedule: string): string => `name: ${name}\nstages: { a: { uses: x/y } }\n${schedule}\n`

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "athanor-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  let written = 0
  const write = (name: string, content: string): void => {
    writeFileSync(join(path, name), content)
    // A file that is written twice within the resolution of its times still looks written.
    utimesSync(join(path, name), 0, ++written)
  }
  return { path, write, remove: (name: string) => rmSync(join(path, name)) }
}

const idsOf = (files: ScheduleFiles): ReadonlyArray<string> => files.schedules.map(({ id, cron }) => `${id} ${cron}`)

describe("the files whose schedules are served", () => {
  it("are read again when they change, come and go", () => {
    const { path, remove, write } = folder()
    write("a.yaml", text("a", 'schedule: { cron: "@daily" }'))
    write("notes.yaml", "what: no pipeline at all\n")
    const files = new ScheduleFiles([path])
    assert.deepStrictEqual(files.refresh(), [])
    assert.deepStrictEqual(idsOf(files), ["a @daily"])
    write(
      "a.yaml",
      text("a", 'schedule: [{ cron: "@hourly" }, { name: late, cron: "0 23 * * *" }, { cron: "@weekly" }]')
    )
    write("b.yml", text("b", 'schedule: { cron: "@daily" }'))
    assert.deepStrictEqual(files.refresh(), [])
    assert.deepStrictEqual(idsOf(files), ["a @hourly", "a/late 0 23 * * *", "a/3 @weekly", "b @daily"])
    remove("a.yaml")
    files.refresh()
    assert.deepStrictEqual(idsOf(files), ["b @daily"])
    assert.isTrue(files.isKnown(join(path, "a.yaml")))
    assert.isFalse(files.isKnown("/elsewhere/a.yaml"))
  })

  it("hold as they last were while they are broken, which is said once", () => {
    const { path, write } = folder()
    write("a.yaml", text("a", 'schedule: { cron: "@daily" }'))
    const files = new ScheduleFiles([path])
    files.refresh()
    write("a.yaml", text("a", 'schedule: { cron: "@dayly" }'))
    const [remark, ...others] = files.refresh()
    assert.deepStrictEqual(others, [])
    assert.match(
      remark?.message ?? "",
      /^its schedules hold as they last were: \S+a\.yaml:3:19 schedule: "@dayly" is no cron line; did you mean "@daily"\?/u
    )
    assert.deepStrictEqual(files.refresh(), [])
    assert.deepStrictEqual(idsOf(files), ["a @daily"])
    assert.isFalse(files.isKnown(join(path, "a.yaml")))
    write("a.yaml", text("a", 'schedule: { cron: "@weekly" }'))
    assert.deepStrictEqual(files.refresh(), [])
    assert.deepStrictEqual(idsOf(files), ["a @weekly"])
  })

  it("hold as they last were while nobody can look into their folder", () => {
    const { path, write } = folder()
    write("a.yaml", text("a", 'schedule: { cron: "@daily" }'))
    const link = `${path}-link`
    onTestFinished(() => rmSync(link, { force: true }))
    symlinkSync(path, link)
    const files = new ScheduleFiles([link])
    files.refresh()
    rmSync(link)
    symlinkSync(link, link)
    assert.deepStrictEqual(files.refresh()[0], { file: link, message: "its links lead in a circle" })
    assert.deepStrictEqual(files.refresh(), [])
    assert.deepStrictEqual(idsOf(files), ["a @daily"])
    assert.isFalse(files.isKnown(join(link, "b.yaml")))
  })

  it("are read however they are written where they were named themselves", () => {
    const { path, write } = folder()
    const document = { name: "a", stages: { a: { uses: "x/y" } }, schedule: { cron: "@daily" } }
    write("a.json", JSON.stringify(document, undefined, 2))
    write("broken.yaml", "no: pipeline\n")
    const files = new ScheduleFiles([join(path, "a.json"), join(path, "broken.yaml")])
    files.refresh()
    assert.deepStrictEqual(idsOf(files), ["a @daily"])
    assert.deepStrictEqual(
      files.unusable.map(({ file }) => file),
      [join(path, "broken.yaml")]
    )
  })

  it("say which of two schedules of one name is served", () => {
    const { path, write } = folder()
    write("a.yaml", text("same", 'schedule: { cron: "@daily" }'))
    write("b.yaml", text("same", 'schedule: { cron: "@weekly" }'))
    const files = new ScheduleFiles([path])
    files.refresh()
    assert.deepStrictEqual(idsOf(files), ["same @daily"])
    assert.match(files.clashes[0]?.message ?? "", /a\.yaml too/u)
  })
})

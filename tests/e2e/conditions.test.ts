/** Stages and tasks that a condition leaves out or lets through: what commands say of them. */
import { assert, describe, it } from "vitest"
import { makeProject } from "./project.ts"

const FAN = `name: fan
params: { top: 3 }
stages:
  m:
    uses: command
    when: "\${{ matrix.k <= params.top }}"
    matrix: { k: [1, 2, 3, 4] }
    shell: true
    run: echo \${{ matrix.k }} > \${{ outputs.o }}
    outputs: { o: { path: o.json, kind: Json } }
  all:
    uses: command
    inputs: { i: m.*.o }
    run: [cp, "\${{ inputs.i }}/manifest.json", "\${{ outputs.o }}"]
    outputs: { o: { path: o.json, kind: Json } }
  off:
    uses: command
    when: "\${{ params.top > 9 }}"
    run: [cp, a, b]
    outputs: { o: { path: o.json, kind: Json } }
`

interface Answer {
  readonly roots: ReadonlyArray<{ readonly phrase: string; readonly at?: string }>
}

describe("a condition", () => {
  it("is what why leads back to, of tasks that come and of tasks that go", () => {
    const project = makeProject({ "fan.yaml": FAN })
    const roots = (...args: ReadonlyArray<string>): ReadonlyArray<string> => {
      const [answer] = project.json("why", "fan.yaml", "all", ...args, "--json") as ReadonlyArray<Answer>
      return answer?.roots.map(({ phrase, at }) => `${phrase} (${at})`) ?? []
    }
    assert.strictEqual(project.run("run", "fan.yaml").status, 0)
    assert.deepStrictEqual(roots("-S", "top=2"), ["param top 3→2 (the command line)"])
    // Nothing has computed it yet; and then something has.
    assert.deepStrictEqual(roots("-S", "top=4"), ["task m@k=4 is new: param top 3→4 (the command line)"])
    project.run("run", "fan.yaml", "m", "-S", "top=4")
    project.run("run", "fan.yaml")
    assert.deepStrictEqual(roots("-S", "top=4"), ["task m@k=4 is new: param top 3→4 (the command line)"])
    project.edit("fan.yaml", "matrix.k <=", "matrix.k <")
    assert.deepStrictEqual(roots(), ["the condition of m@k=3 is false (fan.yaml:6:11)"])
    project.edit("fan.yaml", "matrix.k <", "matrix.k - 1 <=")
    const isNew = "task m@k=4 is new: no condition leaves it out any more"
    assert.deepStrictEqual(roots(), [`${isNew} (fan.yaml:6:11)`])
    project.edit("fan.yaml", '    when: "${{ matrix.k - 1 <= params.top }}"\n', "")
    assert.deepStrictEqual(roots(), [`${isNew} (fan.yaml:4:3)`])
  })

  it("is why run, plan and why refuse what they are asked for", () => {
    const project = makeProject({ "fan.yaml": FAN })
    for (const command of ["run", "plan", "why"]) {
      for (const [name, because] of [
        ["off", "its condition is false"],
        ["m@k=4", "its condition is false"]
      ] as const) {
        const { status, stderr } = project.run(command, "fan.yaml", name)
        assert.strictEqual(status, 2)
        assert.include(stderr, `error: ${name} is not part of this run: ${because}`)
      }
    }
    const elsewhere = project.run("run", "fan.yaml", "-f", "all", "m")
    assert.strictEqual(elsewhere.status, 2)
    assert.include(elsewhere.stderr, "all is not part of this run: nothing that was asked for needs it")
  })
})

const CHOICE = `name: choice
stages:
  m:
    uses: command
    matrix: { k: [1, 2], d: [1, 2] }
    shell: true
    run: echo \${{ matrix.k * 10 + matrix.d }} > \${{ outputs.o }}
    outputs: { o: { path: o.json, kind: Json } }
  pick:
    uses: command
    matrix: { of: [{ name: first, k: 1 }, { name: second, k: 2 }], d: [1, 2] }
    run: [cp, "\${{ inputs.i }}", "\${{ outputs.o }}"]
    inputs: { i: "m@k=\${{ matrix.of.k }}.o" }
    outputs: { o: { path: o.json, kind: Json } }
`

describe("a reference that computes a value", () => {
  it("decides what arrives, and is no part of a key", () => {
    const project = makeProject({ "choice.yaml": CHOICE })
    assert.strictEqual(project.run("run", "choice.yaml").status, 0)
    project.run("get", "latest:pick@of=second,d=1.o", "picked.json")
    assert.strictEqual(project.read("picked.json").trim(), "21")
    project.edit("choice.yaml", "m@k=", "m@d=${{ matrix.d }},k=")
    assert.include(project.run("plan", "choice.yaml").stdout, "0 to run")
    project.edit("choice.yaml", "k=${{ matrix.of.k }}", "k=${{ 3 - matrix.of.k }}")
    const [answer] = project.json("why", "choice.yaml", "pick@of=second,d=1", "--json") as ReadonlyArray<Answer>
    assert.match(answer?.roots[0]?.phrase ?? "", /^cached: same key as pick@of=first,d=1 /u)
    assert.include(project.run("graph", "choice.yaml", "--format", "dot").stdout, "n0 -> n1")
  })
})

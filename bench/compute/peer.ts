/** Computations in Python, on one thread, measured in turns with our own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { createInterface } from "node:readline"
import type { Contender } from "./measure.ts"

/** Reads requests, one a line; answers each with one line. `id` names the variables that a request sees. */
const DRIVER = `
import json, sys, time
scopes = {}
for line in sys.stdin:
    request = json.loads(line)
    scope = scopes.setdefault(request["id"], {})
    try:
        exec(request["setup"], scope)
        if "value" in request:
            answer = {"value": eval(request["value"], scope)}
        else:
            code = compile(request["run"], "run", "exec")
            start = time.process_time()
            for _ in range(request["count"]):
                exec(code, scope)
            answer = {"value": time.process_time() - start}
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
`

const ONE_THREAD = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" }

/** Debian's Python has the packages of Debian, whatever comes first in the path. */
const PROGRAMS = ["python3", "/usr/bin/python3"]

type Answer = { readonly value: unknown } | { readonly error: string }

/** A Python that runs until it is closed. */
export class Python {
  private readonly child: ChildProcess
  private readonly lines: AsyncIterator<string>
  private next = 0

  private constructor(program: string) {
    this.child = spawn(program, ["-c", DRIVER], {
      env: { ...process.env, ...ONE_THREAD },
      stdio: ["pipe", "pipe", "inherit"]
    })
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]()
  }

  /** The first Python that has all these modules; `undefined` where there is none. */
  static open(...modules: ReadonlyArray<string>): Python | undefined {
    const test = modules.map((name) => `import ${name}`).join("\n")
    const program = PROGRAMS.find((name) => spawnSync(name, ["-c", test], { stdio: "ignore" }).status === 0)
    return program === undefined ? undefined : new Python(program)
  }

  /** `run` is what counts; `setup` runs once before it, and its variables are those of `run`. */
  contender(name: string, setup: string, run: string): Contender {
    const id = this.next++
    let isReady = false
    return {
      name,
      seconds: async (count) => {
        const value = await this.ask({ id, setup: isReady ? "" : setup, run, count })
        isReady = true
        return Number(value)
      }
    }
  }

  /** The value of an expression after `setup`, through JSON. */
  value(setup: string, expression: string): Promise<unknown> {
    return this.ask({ id: this.next++, setup, value: expression })
  }

  close(): void {
    this.child.stdin!.end()
  }

  private async ask(request: { readonly [name: string]: unknown }): Promise<unknown> {
    this.child.stdin!.write(`${JSON.stringify(request)}\n`)
    const { value: text } = await this.lines.next()
    const answer = JSON.parse(String(text)) as Answer
    if ("error" in answer) throw new Error(`Python: ${answer.error}`)
    return answer.value
  }
}

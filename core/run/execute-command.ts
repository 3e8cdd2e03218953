/** One attempt of a command, from located inputs to encoded outputs, in a process and a folder of its own. */
import { mkdirSync, rmdirSync } from "node:fs"
import { relative } from "node:path"
import { Effect, Exit, Option } from "effect"
import type { CommandFile } from "../code/CommandCode.ts"
import { wantsSpans } from "../record/SpanLog.ts"
import type { Digest } from "../store/Digest.ts"
import type { ObjectStore } from "../store/ObjectStore.ts"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import { attemptFailure } from "./attempt-failure.ts"
import type { CommandHost } from "./CommandHost.ts"
import { CommandLog } from "./CommandLog.ts"
import { collectOutputs } from "./collect-outputs.ts"
import { AttemptFailed, type AttemptResult, type AttemptWatch, type CommandRequest, type Execute } from "./Executor.ts"
import { endStrays } from "./end-strays.ts"
import { FolderUnusable } from "./FolderUnusable.ts"
import type { ProcessEnd } from "./host-protocol.ts"
import { type InputUnreadable, inputFailure } from "./open-inputs.ts"
import { beyondLimit } from "./out-of-memory.ts"
import { Redaction } from "./Redaction.ts"
import { removeSecrets } from "./remove-secrets.ts"
import { shellText } from "./shell-text.ts"
import { sweepWorkingFolders } from "./sweep-working-folders.ts"
import { WorkingFolder } from "./WorkingFolder.ts"
import { withinTimeout } from "./within-timeout.ts"

export interface CommandSettings {
  readonly objects: ObjectStore["Service"]
  /** Where working directories are made, and whose they are. */
  readonly root: Pick<StoreRootShape, "work" | "locks" | "lease">
  /** Where secrets, and the place of programs, come from. */
  readonly environment: NodeJS.ProcessEnv
  readonly host: CommandHost
}

/** Where programs are looked for when nobody says. */
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"

/** Makes what executes commands; working directories that are long forgotten are removed first. */
export const makeCommandExecutor = (settings: CommandSettings): Execute<CommandRequest> => {
  sweepWorkingFolders(settings.root, Date.now())
  const readCode = makeCodeReader(settings.objects)
  return Effect.fnUntraced(function* (request: CommandRequest, watch: AttemptWatch) {
    const secrets = yield* secretsOf(request, settings.environment)
    const redaction = new Redaction(secrets)
    const log = new CommandLog(watch, redaction)
    const { folder, mayMeetStrays } = yield* Effect.mapError(prepare(request, settings, readCode), preparationFailure)
    const environment = {
      PATH: settings.environment["PATH"] || DEFAULT_PATH,
      HOME: folder.root,
      TMPDIR: folder.root,
      ...request.environment,
      ...secrets,
      ...(request.devices.length === 0 ? {} : { CUDA_VISIBLE_DEVICES: request.devices.join(",") }),
      ...(request.checkpoints === undefined ? {} : { CHECKPOINTS: request.checkpoints }),
      TRACEPARENT: request.traceParent,
      ...collectorOf(settings.environment)
    }
    return yield* executeIn(request, folder, environment, { host: settings.host, log, redaction, mayMeetStrays }).pipe(
      Effect.mapError((failure) => told(failure, request, folder, log, redaction)),
      Effect.onExit((exit) => leave(exit, request, folder, { host: settings.host, redaction }))
    )
  })
}

/** Where a command can send spans of its own, below that of its attempt. Passwords are the orchestrator's. */
const collectorOf = (environment: NodeJS.ProcessEnv): { readonly [name: string]: string } => {
  const endpoint = environment["OTEL_EXPORTER_OTLP_ENDPOINT"]
  if (!endpoint || endpoint.includes("@") || !wantsSpans(environment)) return {}
  const protocol = environment["OTEL_EXPORTER_OTLP_PROTOCOL"]
  return { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...(protocol ? { OTEL_EXPORTER_OTLP_PROTOCOL: protocol } : {}) }
}

/** Its folder outlives the attempt: what an earlier one has left there is there. Says whether the folder is new. */
const makeCheckpoints = ({ checkpoints }: CommandRequest): boolean =>
  checkpoints === undefined || mkdirSync(checkpoints, { recursive: true }) !== undefined

/** Most commands leave nothing for each other. */
const removeEmpty = ({ checkpoints }: CommandRequest): void => {
  try {
    if (checkpoints !== undefined) rmdirSync(checkpoints)
  } catch {
    // There is something in it.
  }
}

/**
 * A failed attempt leaves its folder to whoever looks for the reason. What is in that of any other is for whoever takes its
 * result, until the scope closes.
 */
const leave = Effect.fnUntraced(function* (
  exit: Exit.Exit<unknown, AttemptFailed>,
  request: CommandRequest,
  folder: WorkingFolder,
  { host, redaction }: Pick<Means, "host" | "redaction">
) {
  if (Option.isSome(Exit.findErrorOption(exit))) folder.keep(redaction)
  else yield* Effect.addFinalizer(() => discard(folder, host))
  if (request.checkpoints !== undefined) removeSecrets(request.checkpoints, redaction)
  removeEmpty(request)
})

/** A folder in which secrets may lie goes now, every other one when it is time for it. */
const discard = (folder: WorkingFolder, host: CommandHost): Effect.Effect<void> => {
  const later = () => host.remove(folder.root)
  return folder.isSecret ? Effect.promise(() => folder.remove().catch(later)) : Effect.sync(later)
}

/** The values of a command's secrets. They are asked for when it runs: a cached result needs none. */
const secretsOf = ({ secrets }: CommandRequest, environment: NodeJS.ProcessEnv) => {
  const missing = secrets.filter((name) => environment[name] === undefined)
  if (missing.length === 0) {
    return Effect.succeed(Object.fromEntries(secrets.map((name) => [name, environment[name] ?? ""])))
  }
  const message = `the environment has no ${missing.join(", ")}: its secrets must be set when it runs`
  return Effect.fail(new AttemptFailed({ tag: "SecretMissing", message, detail: "" }))
}

type CodeReader = (file: CommandFile) => Effect.Effect<Uint8Array, AttemptFailed>

/** Bytes of code files that are kept for the attempts that follow. */
const MOST_KEPT = 64 * 2 ** 20

const makeCodeReader = (objects: ObjectStore["Service"]): CodeReader => {
  const kept = new Map<Digest, Uint8Array>()
  let size = 0
  return Effect.fnUntraced(function* ({ digest, path }: CommandFile) {
    const known = kept.get(digest)
    if (known !== undefined) return known
    const bytes = yield* objects.read(digest).pipe(
      Effect.mapError(({ message }) => {
        const again = "the next run stores it anew"
        return new AttemptFailed({ tag: "CodeDamaged", message: `its file ${path}: ${message}; ${again}`, detail: "" })
      })
    )
    size += bytes.byteLength
    if (size <= MOST_KEPT) kept.set(digest, bytes)
    return bytes
  })
}

/** Makes the folder of an attempt, where the disk is full once more when those of commands that are over are gone. */
const prepare = (request: CommandRequest, settings: CommandSettings, readCode: CodeReader) => {
  const prepared = prepareOnce(request, settings, readCode)
  return Effect.catchIf(
    prepared,
    (error) => error._tag === "FolderUnusable" && error.lacksSpace,
    () =>
      Effect.andThen(
        Effect.promise(() => settings.host.makeRoom()),
        prepared
      )
  )
}

/** Makes the folder of an attempt, with all that the command is to find. */
const prepareOnce = Effect.fnUntraced(function* (
  request: CommandRequest,
  { root, host }: CommandSettings,
  readCode: CodeReader
) {
  const folder = new WorkingFolder(root, request.task, request.secrets.length > 0)
  return yield* folder.make(request.checkpoints).pipe(
    Effect.andThen(layOut(request, folder, readCode)),
    Effect.andThen(FolderUnusable.try(request.checkpoints ?? folder.root, () => makeCheckpoints(request))),
    Effect.map((isNew) => ({ folder, mayMeetStrays: !isNew })),
    // Nothing has run there: it tells nobody anything.
    Effect.onError(() => discard(folder, host))
  )
})

const layOut = Effect.fnUntraced(function* (
  { files, inputs, line }: CommandRequest,
  folder: WorkingFolder,
  readCode: CodeReader
) {
  for (const file of files) yield* folder.placeFile(file, yield* readCode(file))
  for (const [port, input] of Object.entries(inputs)) yield* folder.placeInput(port, input)
  for (const path of Object.values(line.outputs)) yield* folder.prepareOutput(path)
})

const preparationFailure = (error: AttemptFailed | FolderUnusable | InputUnreadable): AttemptFailed => {
  switch (error._tag) {
    case "AttemptFailed":
      return error
    case "InputUnreadable":
      return inputFailure(error)
    case "FolderUnusable":
      return attemptFailure(error)
  }
}

/** What an attempt is executed with. */
interface Means {
  readonly host: CommandHost
  readonly log: CommandLog
  readonly redaction: Redaction
  readonly mayMeetStrays: boolean
}

const executeIn = Effect.fnUntraced(function* (
  { line, memory, outputs, secrets, timeout }: CommandRequest,
  { cwd, log: file }: WorkingFolder,
  environment: { readonly [name: string]: string },
  { host, log, redaction, mayMeetStrays }: Means
) {
  const [program = "", ...words] = programOf(line)
  const running = Effect.callback<ProcessEnd>((resume) => {
    let ended: (() => void) | undefined
    const { stop } = host.start(
      {
        program,
        words,
        cwd,
        environment,
        log: file,
        isSecret: secrets.length > 0,
        mayMeetStrays,
        ...(memory === undefined ? {} : { memory })
      },
      {
        onOutput: (text, skipped) => log.write(text, skipped),
        onEnd: (end) => {
          log.end()
          resume(Effect.succeed(end))
          ended?.()
        }
      }
    )
    return Effect.callback<void>((stopped) => {
      ended = () => stopped(Effect.void)
      stop()
    })
  })
  const end = yield* withinTimeout(running, timeout)
  // Nobody else ends what still runs.
  if (end._tag === "Lost") endStrays(`TRACEPARENT=${environment["TRACEPARENT"]}`)
  if (end._tag !== "Exited" || end.status !== 0) {
    return yield* endFailure(
      line.run._tag === "Script" ? "the script" : program,
      environment["PATH"] ?? "",
      end,
      memory
    )
  }
  const declared = Object.entries(line.outputs).map(([port, path]) => ({ port, path, kind: outputs[port] ?? "Json" }))
  const made = yield* collectOutputs(cwd, declared, redaction)
  return { ...made, logs: log.lines, ...end.usage } satisfies AttemptResult
})

/** A script ends with its first command that fails. */
const programOf = ({ run }: CommandRequest["line"]): ReadonlyArray<string> =>
  run._tag === "Words" ? run.words : ["/bin/sh", "-e", "-c", run.script]

const endFailure = (program: string, path: string, end: ProcessEnd, memory = 0): AttemptFailed => {
  const failure = (tag: string, message: string) => new AttemptFailed({ tag, message, detail: "" })
  switch (end._tag) {
    case "Exited":
      return failure("CommandFailed", `${program} ended with status ${end.status}`)
    case "Killed": {
      const perhaps = end.signal === "SIGKILL" ? "; the system does that to programs when memory runs short" : ""
      return failure("CommandKilled", `${program} was ended by ${end.signal}${perhaps}`)
    }
    case "OutOfMemory":
      return new AttemptFailed(beyondLimit(memory, end.used))
    case "Lost":
      return failure("HostDied", `the process that runs commands ended before ${program} did`)
    case "NotStarted": {
      if (end.code === "ENOENT") {
        const place = program.includes("/") ? "in its working directory" : `in ${path}`
        return failure("CommandNotFound", `there is no program ${program} ${place}`)
      }
      if (end.code === "EACCES") {
        return failure("CommandNotStarted", `${program} may not be executed; chmod +x makes a script a program`)
      }
      return failure("CommandNotStarted", `${program} cannot be started: ${end.message}`)
    }
  }
}

/** The failure with all that is needed to look for its reason, and without secrets. */
const told = (
  failure: AttemptFailed,
  { environment, line }: CommandRequest,
  { cwd }: WorkingFolder,
  { tail }: CommandLog,
  redaction: Redaction
): AttemptFailed => {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const command = shellText([...(variables.length === 0 ? [] : ["env", ...variables]), ...programOf(line)])
  // The command last: a script may be long, and what is too long is cut off where it is shown.
  const message = [
    failure.message,
    `folder: ${relative("", cwd)} (kept for a week)`,
    ...(tail.length === 0 ? ["it printed nothing"] : ["it printed last:", ...tail.map((text) => `  ${text}`)]),
    `command: ${command}`
  ]
  return new AttemptFailed({ tag: failure.tag, message: redaction.text(message.join("\n")), detail: "" })
}

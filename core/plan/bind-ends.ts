/** Binds what a run leaves for people to the tasks that it comes from: files copied out, expectations, figures, times. */
import { Result } from "effect"
import type { PipelineDocument, Reference } from "../document/PipelineDocument.ts"
import { bindExpectation } from "./bind-expectation.ts"
import { bindTimes } from "./bind-times.ts"
import type { Checked } from "./Checked.ts"
import { connectOutput } from "./connect.ts"
import { type Fault, faultOf } from "./Fault.ts"
import type { Names } from "./Names.ts"
import type { Absences, Plan } from "./Plan.ts"
import { stageInMetric } from "./task-id.ts"

/** What could be bound, and the faults of stages that are asked for what they do not have. */
export interface BoundEnds {
  readonly ends: Pick<Plan, "outputs" | "expectations" | "absences" | "figures" | "times">
  readonly faults: ReadonlyArray<Fault>
}

/** Binds the ends of a pipeline, in the order of the file. */
export const bindEnds = (document: PipelineDocument, names: Names, profile: string): BoundEnds => {
  const outputs = document.outputs.map(({ destination: { value: destination }, reference }) =>
    asked(
      askedStage(reference),
      Result.map(connectOutput(`outputs: ${destination}`, reference, names), (from) => ({ destination, from }))
    )
  )
  const figures = document.report.figures.map((reference) =>
    asked(askedStage(reference), connectOutput("report: figures", reference, names))
  )
  const expectations = document.expectations
    .filter(({ profiles }) => profiles === undefined || profiles.includes(profile))
    .map((expected) => asked(stageInMetric(expected.metric.value), bindExpectation(expected, names)))
  const times = document.report.times?.map((figure) => bindTimes(figure, names))
  const absences: Absences = {
    expectations: boundOf(expectations).flatMap((each) =>
      each !== undefined && "absent" in each ? [each.absent] : []
    ),
    outputs: boundOf(outputs).flatMap(({ destination, from }) =>
      from !== undefined && "absent" in from ? [{ destination, task: from.absent }] : []
    )
  }
  return {
    ends: {
      outputs: boundOf(outputs).flatMap(({ destination, from }) =>
        from !== undefined && "task" in from ? [{ destination, from }] : []
      ),
      figures: boundOf(figures).flatMap((port) => (port !== undefined && "task" in port ? [port] : [])),
      expectations: boundOf(expectations).flatMap((each) => (each !== undefined && "task" in each ? [each] : [])),
      ...(times === undefined ? {} : { times: times.map(({ figure }) => figure) }),
      ...(absences.expectations.length + absences.outputs.length === 0 ? {} : { absences })
    },
    faults: [
      ...[...outputs, ...figures, ...expectations].flatMap(({ stage, bound }) => faultOf(stage, bound)),
      ...(times ?? []).flatMap(({ faults }) => faults)
    ]
  }
}

/** What is asked of a stage. */
interface Asked<A> {
  readonly stage: string
  readonly bound: Checked<A>
}

const asked = <A>(stage: string, bound: Checked<A>): Asked<A> => ({ stage, bound })

const askedStage = (reference: Reference): string => (reference._tag === "Source" ? "sources" : reference.stage)

const boundOf = <A>(every: ReadonlyArray<Asked<A>>): ReadonlyArray<A> =>
  every.flatMap(({ bound }) => (Result.isSuccess(bound) ? [bound.success] : []))

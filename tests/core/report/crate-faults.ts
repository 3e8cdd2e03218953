/**
 * What a crate lacks to be what it says it is: the requirements (MUST) of RO-Crate 1.1, Workflow RO-Crate 1.0 and of Process, Workflow
 * and Provenance Run Crate 0.5, as far as a crate of ours can fail them.
 *
 * Sources: https://www.researchobject.org/ro-crate/specification/1.1/root-data-entity.html,
 * https://www.researchobject.org/workflow-run-crate/profiles/0.5/provenance_run_crate/
 */
import type { Crate } from "../../../core/report/ro-crate.ts"

type Node = { readonly [property: string]: unknown }

/** Empty for a crate that conforms. */
export const crateFaults = (crate: Crate): ReadonlyArray<string> => {
  const faults: Array<string> = []
  const nodes: ReadonlyArray<Node> = crate["@graph"]
  const byId = new Map(nodes.map((node) => [node["@id"], node]))
  const expect = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault)
  }
  const list = (value: unknown): ReadonlyArray<unknown> => (value === undefined ? [] : [value].flat())
  const refs = (node: Node | undefined, property: string): ReadonlyArray<string> =>
    list(node?.[property]).map((value) => String((value as Node | null)?.["@id"]))
  const is = (id: string, ...types: ReadonlyArray<string>): boolean =>
    list(byId.get(id)?.["@type"]).some((type) => types.includes(String(type)))
  /** That a property is there and leads to entities of these types only. */
  const leads = (node: Node, property: string, ...types: ReadonlyArray<string>): void => {
    const targets = refs(node, property)
    expect(targets.length > 0, `${node["@id"]} has no ${property}`)
    for (const id of targets) expect(is(id, ...types), `${node["@id"]}: ${property} is no ${types.join(" or ")}: ${id}`)
  }
  const ofType = (type: string): ReadonlyArray<Node> => nodes.filter((node) => is(String(node["@id"]), type))

  // The document: flattened, compacted, each entity once, no reference to what is not there.
  expect(byId.size === nodes.length, "two entities with one id")
  for (const node of nodes) {
    expect(typeof node["@id"] === "string" && node["@id"] !== "", "an entity without an id")
    expect(list(node["@type"]).length > 0, `${node["@id"]} has no type`)
    for (const [property, value] of Object.entries(node)) {
      if (property !== "@type")
        expect(!Array.isArray(value) || value.length > 1, `${node["@id"]}: a list of one: ${property}`)
      for (const item of list(value)) {
        if (typeof item !== "object" || item === null) continue
        expect(Object.keys(item).join() === "@id", `${node["@id"]}: ${property} is nested`)
        const id = String((item as Node)["@id"])
        expect(byId.has(id) || /^https?:/u.test(id), `${node["@id"]}: ${property} leads nowhere: ${id}`)
      }
    }
  }

  const descriptor = byId.get("ro-crate-metadata.json")
  expect(descriptor?.["@type"] === "CreativeWork", "no descriptor")
  expect(refs(descriptor, "about").join() === "./", "a descriptor of something else")
  expect(refs(descriptor, "conformsTo").includes("https://w3id.org/ro/crate/1.1"), "no version of the specification")

  const root: Node = byId.get("./") ?? {}
  expect(root["@type"] === "Dataset", "the root is no Dataset")
  for (const name of ["name", "description", "license"]) {
    expect(typeof root[name] === "string" && root[name] !== "", `the root has no ${name}`)
  }
  expect(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u.test(String(root["datePublished"])), "the root has no date")
  const [main = ""] = refs(root, "mainEntity")
  const workflow: Node = byId.get(main) ?? {}
  const tools = refs(workflow, "hasPart")
  for (const profile of ["process", "workflow", ...(tools.length > 0 ? ["provenance"] : [])]) {
    const id = `https://w3id.org/ro/wfrun/${profile}/0.5`
    expect(refs(root, "conformsTo").includes(id) && is(id, "CreativeWork"), `the root does not conform to ${profile}`)
  }
  leads(root, "hasPart", "File", "Dataset")
  // Every file is part of the root.
  for (const file of ofType("File"))
    expect(refs(root, "hasPart").includes(String(file["@id"])), `apart: ${file["@id"]}`)

  for (const type of ["File", "SoftwareSourceCode", "ComputationalWorkflow"])
    expect(is(main, type), `no ${type}: ${main}`)
  leads(workflow, "programmingLanguage", "ComputerLanguage")
  for (const id of refs(workflow, "input")) expect(is(id, "FormalParameter"), `no parameter: ${id}`)
  for (const parameter of ofType("FormalParameter")) {
    expect(typeof parameter["additionalType"] === "string", `${parameter["@id"]} has no additionalType`)
    leads(parameter, "workExample", "PropertyValue", "File", "Dataset")
  }

  const TOOLS = ["SoftwareApplication", "SoftwareSourceCode", "ComputationalWorkflow"]
  const actions = ofType("CreateAction")
  expect(
    actions.some((action) => refs(action, "instrument").includes(main)),
    "no execution of the workflow"
  )
  for (const action of actions) {
    leads(action, "instrument", ...TOOLS)
    expect(refs(root, "mentions").includes(String(action["@id"])), `not mentioned: ${action["@id"]}`)
    for (const property of ["object", "result"]) {
      for (const id of refs(action, property)) {
        expect(is(id, "File", "Dataset", "CreativeWork", "PropertyValue"), `${action["@id"]}: ${property} is ${id}`)
      }
    }
    for (const property of ["startTime", "endTime"]) {
      const time = action[property]
      expect(time === undefined || /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/u.test(String(time)), `${action["@id"]}: ${time}`)
    }
    const isFailed = String(action["actionStatus"]).endsWith("/FailedActionStatus")
    expect(action["error"] === undefined || isFailed, `${action["@id"]} has an error and did not fail`)
  }
  const used = new Set(actions.flatMap((action) => refs(action, "instrument")))
  for (const tool of tools) expect(is(tool, ...TOOLS) && used.has(tool), `no tool that was used: ${tool}`)
  if (refs(workflow, "step").length > 0) expect(is(main, "HowTo"), "a workflow with steps is a HowTo")
  for (const step of ofType("HowToStep")) {
    leads(step, "workExample", ...TOOLS)
    expect(refs(workflow, "step").includes(String(step["@id"])), `a step of nothing: ${step["@id"]}`)
  }
  for (const control of ofType("ControlAction")) {
    leads(control, "instrument", "HowToStep")
    leads(control, "object", "CreateAction")
  }
  for (const engine of ofType("OrganizeAction")) {
    leads(engine, "instrument", ...TOOLS)
    leads(engine, "object", "ControlAction")
    leads(engine, "result", "CreateAction")
  }
  return faults
}

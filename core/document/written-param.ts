/** How a file writes a parameter of a stage: two runs may have it from different values, and from the same words. */
import { entry, type MatrixDocument, type PipelineDocument } from "./PipelineDocument.ts"
import { paramTemplate } from "./param-template.ts"
import { namesIn, wholeName } from "./referred-names.ts"
import type { Template } from "./Template.ts"

export interface WrittenParam {
  /** What is written, whatever its place: equal for two files that say the same. */
  readonly words: string
  /** Parameters of the pipeline that go into it. */
  readonly params: ReadonlyArray<string>
  /** Dimensions that go into it and whose lists tasks make: no file tells their values. */
  readonly made: ReadonlyArray<string>
}

/** The words behind a parameter, given by its path, and behind what it takes of the matrix; `undefined` where there are none. */
export const writtenParam = ({ stages }: PipelineDocument, stage: string, path: string): WrittenParam | undefined => {
  const found = stages.find(({ id }) => id === stage)
  const template = found && paramTemplate(found, path)
  if (template === undefined) return undefined
  const matrix = found?.matrix
  const templates = withDimensions(template, matrix)
  const params = templates.flatMap((each) => membersOf("params", each))
  return {
    words: JSON.stringify(templates, withoutPlaces),
    params: [...new Set(params.map((name) => wholeName(found?.view, name)))],
    made: madeDimensions(matrix).filter((name) => templates.some((each) => membersOf("matrix", each).includes(name)))
  }
}

/** A template and those of the dimensions that it refers to, which may refer to others. */
const withDimensions = (template: Template, matrix: MatrixDocument | undefined): ReadonlyArray<Template> => {
  const templates = [template]
  const seen = new Set<string>()
  for (const each of templates) {
    for (const name of membersOf("matrix", each)) {
      if (!seen.has(name)) templates.push(...valuesOf(name, matrix))
      seen.add(name)
    }
  }
  return templates
}

/** What is written for a dimension: its list, and its value in each combination that is added. */
const valuesOf = (name: string, matrix: MatrixDocument | undefined): ReadonlyArray<Template> => [
  ...(matrix?.axes.flat() ?? []).flatMap((dimension) =>
    dimension.key === name && dimension.from === undefined ? [dimension.value] : []
  ),
  ...(matrix?.include ?? []).flatMap((map) => entry(map, name) ?? [])
]

const madeDimensions = (matrix: MatrixDocument | undefined): ReadonlyArray<string> =>
  (matrix?.axes.flat() ?? []).flatMap(({ key, from }) => (from === undefined ? [] : [key]))

const membersOf = (root: string, template: Template): ReadonlyArray<string> =>
  namesIn(template).flatMap(([of, name]) => (of === root ? [name] : []))

/** Every place in a template goes by such a name; what a person calls something is no key there. */
const withoutPlaces = (key: string, value: unknown): unknown => (/span$/iu.test(key) ? undefined : value)

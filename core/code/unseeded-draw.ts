/** Finds calls of TensorFlow.js that draw random numbers without a seed: each gives something else. */
import type { CertainValues, Place } from "./CertainValues.ts"
import { child, children, memberName, type SyntaxNode, text } from "./syntax.ts"

/** Where a function takes its seed: at this place among its arguments, as `seed` of the options in its first one, or nowhere. */
type Seeding = number | "options" | "nowhere"

const areAll = (seeding: Seeding, holder: string, names: string): ReadonlyArray<readonly [string, Seeding]> =>
  names.split(" ").map((name) => [`${holder}.${name}`, seeding])

/** Functions that draw, or make what draws, by their names in TensorFlow.js. */
const DRAWING: ReadonlyMap<string, Seeding> = new Map<string, Seeding>([
  ["dropout", 3],
  ["multinomial", 2],
  ["randomGamma", 4],
  ["randomNormal", 4],
  ["randomStandardNormal", 2],
  ["randomUniform", 4],
  ["randomUniformInt", 3],
  ["truncatedNormal", 4],
  ...areAll("nowhere", "util", "createShuffledIndices randUniform shuffle shuffleCombo"),
  ...areAll("nowhere", "layers", "alphaDropout gaussianDropout gaussianNoise"),
  ["layers.dropout", "options"],
  ...areAll("options", "initializers", "glorotNormal glorotUniform heNormal heUniform leCunNormal leCunUniform"),
  ...areAll("options", "initializers", "orthogonal randomNormal randomUniform truncatedNormal varianceScaling")
])

/** The function of TensorFlow.js, as `util.shuffle`, by which a call certainly draws random numbers without a seed. */
export const unseededDraw = (values: CertainValues, { item, node }: Place): string | undefined => {
  const callee = child(node, "callee")
  const name = callee === undefined ? undefined : nameInTensorFlow(values, { item, node: callee })
  const seeding = DRAWING.get(name ?? "")
  return seeding === undefined || mayHaveSeed(values, { item, node }, seeding) ? undefined : name
}

/** Whether a call may be given a seed: also by what is not written in it, as what is spread into it. */
const mayHaveSeed = (values: CertainValues, { item, node }: Place, seeding: Seeding): boolean => {
  if (seeding === "nowhere") return false
  const given = children(node, "arguments")
  if (given.some(isSpread)) return true
  const argument = given[seeding === "options" ? 0 : seeding]
  if (argument === undefined) return false
  const place = values.meaning({ item, node: argument })
  const options = place.node.type === "ObjectExpression" ? children(place.node, "properties") : undefined
  if (seeding !== "options" || options === undefined) return !isNone(place.node)
  if (options.some((option) => isSpread(option) || memberName(option) === undefined)) return true
  const seed = options.filter((option) => memberName(option) === "seed").map((option) => child(option, "value"))[0]
  return seed !== undefined && !isNone(values.meaning({ item: place.item, node: seed }).node)
}

const isSpread = ({ type }: SyntaxNode): boolean => type === "SpreadElement"

/** Whether an expression is what TensorFlow.js takes for no seed; to it, 0 is none. */
const isNone = (node: SyntaxNode): boolean => {
  if (node.type === "Literal") return node["value"] === 0 || node["value"] === null
  return text(node, "name") === "undefined" || text(node, "operator") === "void"
}

/** What an expression is called in TensorFlow.js: nothing for the whole of it; `undefined` where it is none of it. */
const nameInTensorFlow = (values: CertainValues, { item, node }: Place): string | undefined => {
  const reference = values.reference({ item, node })
  if (reference?._tag === "Imported") {
    const { name, specifier } = reference.imported
    if (specifier !== "@tensorflow/tfjs") return undefined
    return name === "default" || name === "*" ? "" : name
  }
  const object = node.type === "MemberExpression" ? child(node, "object") : undefined
  const holder = object === undefined ? undefined : nameInTensorFlow(values, { item, node: object })
  return holder === undefined ? undefined : [holder, memberName(node)].filter((part) => part !== "").join(".")
}

/** The stage types that a pipeline file can name: filled in by the program, asked by the framework. */
import { Context } from "effect"

/** Built-in stage types by name, each with the absolute path of its source file. */
export class Registry extends Context.Service<Registry, { readonly files: ReadonlyMap<string, string> }>()(
  "athanor/stage/Registry"
) {}

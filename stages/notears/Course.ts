/** Numbers that a method records on its way, a row at a time. */
import type { Table } from "athanor/stage"

export class Course<Name extends string> {
  private readonly columns: ReadonlyArray<readonly [Name, Array<number>]>

  /** With the rows of an earlier course, when one is given. */
  constructor(names: ReadonlyArray<Name>, from?: Table) {
    this.columns = names.map((name) => [name, Array.from(from?.columns[name] ?? [], Number)])
  }

  add(row: { readonly [N in Name]: number }): void {
    for (const [name, values] of this.columns) values.push(row[name])
  }

  toTable(): Table {
    return { columns: Object.fromEntries(this.columns.map(([name, values]) => [name, Float64Array.from(values)])) }
  }
}

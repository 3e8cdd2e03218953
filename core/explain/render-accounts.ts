/** Accounts as a person reads them: an indented list that ends at the roots. */
import { type Account, type Change, rootsOf } from "./Account.ts"

/** Accounts that are told; of thousands nobody reads more, and a task can be asked for by its name. */
const MOST_TOLD = 100

/** Accounts one after the other; what is said of many tasks in the same words is said once. */
export const renderAccounts = (accounts: ReadonlyArray<Account>): string => {
  const alike = [...Map.groupBy(accounts, (account) => renderOne(account, "")).values()]
  const told = alike
    .slice(0, MOST_TOLD)
    .flatMap(([first, ...others]) =>
      first === undefined
        ? []
        : renderOne(first, `${first.task}${others.length === 0 ? "" : ` and ${others.length} more`}`)
    )
  const untold = alike.slice(MOST_TOLD).reduce((sum, group) => sum + group.length, 0)
  return [...told, ...(untold === 0 ? [] : [`and ${untold} more tasks: name one, or ask for --json`])].join("\n")
}

/** `title` is what stands for the task. */
const renderOne = (account: Account, title: string): string =>
  [...lines(account, "", title), ...rootLines(account)].join("\n")

const lines = (
  { task, state, against, differences, waitsFor }: Account,
  indent: string,
  title = task
): ReadonlyArray<string> => [
  `${indent}${title}  ${state}`,
  ...(against === undefined || differences.length === 0
    ? []
    : [`${indent}  compared with ${against.startsWith(`${task} of run`) ? against.slice(task.length + 4) : against}:`]),
  ...differences.flatMap((change) => changeLines(change, `${indent}    `)),
  ...waitsFor.flatMap((account) => lines(account, `${indent}    `))
]

const changeLines = ({ phrase, at, because }: Change, indent: string): ReadonlyArray<string> => [
  `${indent}${phrase}${at === undefined ? "" : `  (${at})`}`,
  ...because.flatMap((account) => lines(account, `${indent}  `))
]

/** Named once more at the end where the way to them is longer than a step. */
const rootLines = (account: Account): ReadonlyArray<string> => {
  const isDeep = account.waitsFor.length > 0 || account.differences.some(({ because }) => because.length > 0)
  if (!isDeep) return []
  return rootsOf(account).map(
    ({ task, phrase, at }) =>
      `  root cause: ${at === undefined ? `${task}: ${phrase.replace(/^to run: /u, "")}` : `${phrase} (${at})`}`
  )
}

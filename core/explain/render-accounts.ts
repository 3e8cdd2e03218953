/** Accounts as a person reads them: an indented list that ends at the roots. */
import { type Account, type Change, rootsOf } from "./Account.ts"

/** Accounts one after the other; what is said of many tasks in the same words is said once. */
export const renderAccounts = (accounts: ReadonlyArray<Account>): string =>
  [...Map.groupBy(accounts, (account) => renderOne(account, "")).values()]
    .flatMap(([first, ...others]) =>
      first === undefined
        ? []
        : renderOne(first, `${first.task}${others.length === 0 ? "" : ` and ${others.length} more`}`)
    )
    .join("\n")

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

// Reads what Vitest found: prints `PASSED FAILED`, and appends each failure with its message to a file.
// node .ci/results.mjs RESULTS FAILURES
import { appendFileSync, readFileSync } from "node:fs"
import { relative } from "node:path"

const [results, failures] = process.argv.slice(2)
const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(results, "utf8"))

const tell = (name, message) =>
  appendFileSync(failures, `✗ ${name}\n${message.slice(0, 2000).replace(/^/gm, "    ")}\n`)

for (const { assertionResults, name, status, message } of testResults) {
  const file = relative(process.cwd(), name)
  const failed = assertionResults.filter((test) => test.status === "failed")
  for (const { fullName, failureMessages } of failed) tell(`${file}: ${fullName}`, failureMessages.join("\n"))
  // A file that does not load has no test to blame.
  if (status === "failed" && failed.length === 0) tell(file, message)
}
console.log(numPassedTests, numFailedTests)
